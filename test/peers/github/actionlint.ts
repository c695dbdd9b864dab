import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { buildGoTool } from '../harness/go-tools.ts';
import { startOptional } from '../harness/optional-peer.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { makeActRepository } from './act/repository.ts';
import { badWorkflow, workflowTexts } from './workflow-texts.ts';

const response = z.array(z.object({ message: z.string(), filepath: z.string(), line: z.int() }));

const name = 'actionlint';

/**
 * actionlint over every workflow and every example of the documentation, in a repository that has our actions: so it
 * also checks inputs and outputs of each. The Go program, because the builds of it on npm have no file system, and so
 * know no action.
 */
export async function* actionlint({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  const tool = await startOptional(name, () =>
    buildGoTool(name, 'github.com/rhysd/actionlint/cmd/actionlint'),
  );
  if ('verdict' in tool) {
    yield tool;
    return;
  }
  const texts = await workflowTexts();
  const own = texts.map(({ name: where, text }) => [fileOf(where), text] as const);
  const repository = await makeActRepository(python, {
    ...Object.fromEntries(own),
    [fileOf('bad')]: badWorkflow,
    '.github/actionlint.yaml': await readFile(join(root, '.github/actionlint.yaml'), 'utf8'),
  });
  const env = childEnvironment({ HOME: repository.folder });
  const findings = async (paths: readonly string[]): Promise<string[]> => {
    const args = ['-no-color', '-format', '{{json .}}', ...paths];
    const result = await runChild(tool.command, args, { cwd: repository.folder, env, timeoutMs: 60_000 });
    if (result.code !== 0 && result.code !== 1) throw new Error(`actionlint: ${lastLines(result.stderr)}`);
    const found = response.parse(JSON.parse(result.stdout));
    return found.map(({ filepath, line, message }) => `${filepath}:${line}: ${message}`);
  };
  try {
    yield await check(
      `${name}: finds the wrong input, the wrong output and the injection of a bad workflow`,
      async () => {
        const found = (await findings([fileOf('bad')])).join(' ');
        const unseen = ['modle', 'verzion', 'pull_request.title'].filter((word) => !found.includes(word));
        same(unseen, [], `not found, but ${found}`);
        return '';
      },
    );
    yield await check(`${name}: nothing to say of any workflow or example`, async () => {
      same(await findings(own.map(([path]) => path)), [], 'findings');
      const shellcheck = await runChild('sh', ['-c', 'command -v shellcheck'], {
        cwd: '/',
        env,
        timeoutMs: 10_000,
      });
      return `${own.length} workflows, ${shellcheck.code === 0 ? 'with' : 'without'} shellcheck`;
    });
  } finally {
    await repository.close();
  }
}

function fileOf(where: string): string {
  return `.github/workflows/${
    where
      .split('/workflows/')
      .at(-1)
      ?.replaceAll(/[^\w]+|\.yml$/gu, '-') ?? ''
  }.yml`;
}
