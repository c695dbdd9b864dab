import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { peersFolder, root } from '../../../scripts/peers/folder.ts';
import { check, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import { preparePackages } from '../harness/packages.ts';
import type { PeerContext } from '../harness/script.ts';
import { actionFolders } from './act/repository.ts';
import { badWorkflow, workflowTexts } from './workflow-texts.ts';

/** Reads one file; answers a sentence a finding, with the line. */
type LanguageService = (path: string, text: string) => Promise<string[]>;

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

interface Service {
  readonly validate: (
    document: unknown,
    config: {
      actionsMetadataProvider: {
        fetchActionMetadata: (action: { owner: string; name: string; path?: string }) => Promise<unknown>;
      };
    },
  ) => Promise<Diagnostic[]>;
}

interface Documents {
  readonly TextDocument: {
    readonly create: (uri: string, language: string, version: number, text: string) => unknown;
  };
}

const owner = 'uc-promote-peers';
const reference = z.looseObject({ path: z.string().optional() });

async function load(): Promise<LanguageService> {
  // 0.3.61 imports JSON without saying so, which its bundler allows and Node does not.
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
    },
  });
  const modules = join(peersFolder, 'node_modules');
  try {
    const service = (await import(join(modules, '@actions/languageservice/dist/index.js'))) as Service;
    const documents = (await import(
      join(modules, 'vscode-languageserver-textdocument/lib/esm/main.js')
    )) as Documents;
    let read = 0;
    return async (path, text) => {
      // It keeps what it read by address.
      read += 1;
      const named = text.replaceAll(
        /uses: \.\/(?!\.github)([a-z-]*)/gu,
        (_, folder: string) => `uses: ${owner}/actions${folder && `/${folder}`}@v1`,
      );
      const document = documents.TextDocument.create(`file:///${read}/${path}`, 'yaml', 0, named);
      const found = await service.validate(document, {
        actionsMetadataProvider: {
          async fetchActionMetadata(action) {
            // The inputs of other people's actions are not here to be looked at.
            if (action.owner !== owner) return { name: action.name, description: '' };
            const { path: folder = '.' } = reference.parse(action);
            return parse(await readFile(join(root, folder, 'action.yml'), 'utf8')) as unknown;
          },
        },
      });
      return found.map(({ message, range }) => `${path}:${range.start.line + 1}: ${message}`);
    };
  } finally {
    hooks.deregister();
  }
}

/** GitHub's own parser, as its editors use it, over every `action.yml`, every workflow and every example of the documentation. */
export async function* languageService({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'language service';
  if (!wanted(name)) return;
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable(name, packages);
    return;
  }
  const findings = await load();
  yield await check(`${name}: finds what is wrong in a bad workflow and a bad action`, async () => {
    const workflow = (await findings('bad.yml', badWorkflow)).join(' ');
    if (!workflow.includes("Invalid action input 'modle'")) throw new Error(`found only: ${workflow}`);
    const badAction = 'name: a\ndescription: b\nruns:\n  using: node18x\n  main: a.js\n';
    const action = (await findings('action.yml', badAction)).join(' ');
    if (!action.includes('node18x')) throw new Error(`found only: ${action}`);
    return 'a wrong input, a runtime that is none';
  });
  yield await check(`${name}: nothing to say of any action.yml`, async () => {
    const paths = (await actionFolders()).map((folder) => join(folder, 'action.yml'));
    const found = paths.map(async (path) => findings(path, await readFile(join(root, path), 'utf8')));
    same((await Promise.all(found)).flat(), [], 'findings');
    return `${paths.length} actions`;
  });
  yield await check(`${name}: nothing to say of any workflow or example`, async () => {
    const texts = await workflowTexts();
    const found = texts.map(({ name: where, text }) => findings(`${where.replace(':', '-')}.yml`, text));
    same((await Promise.all(found)).flat(), [], 'findings');
    return `${texts.length} workflows`;
  });
}
