import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerIn } from '../../../scripts/owner.ts';
import { actionFolders } from './act/repository.ts';
import { root } from '../../../scripts/peers/folder.ts';

/** A workflow of ours, or one that our documentation shows. */
export interface WorkflowText {
  /** Where it is, for people: a path, and for an example also its line. */
  readonly name: string;
  /** Whole, with our actions as `./<folder>`. */
  readonly text: string;
}

const folder = '.github/workflows';

/** A wrong input, a wrong output and an injection, so that a judge that looks at nothing is seen. */
export const badWorkflow = `on: pull_request
jobs:
  bad:
    runs-on: ubuntu-24.04
    steps:
      - id: alias
        uses: ./set-alias
        with: { modle: a.b.c, alias: Champion }
      - run: echo \${{ github.event.pull_request.title }}
      - run: echo \${{ steps.alias.outputs.verzion }}
`;

/** Our workflows, and every example of the documentation that uses an action. */
export async function workflowTexts(): Promise<WorkflowText[]> {
  const files = (await readdir(join(root, folder))).sort();
  const own = files.map(async (file) => ({
    name: `${folder}/${file}`,
    text: await readFile(join(root, folder, file), 'utf8'),
  }));
  return [...(await Promise.all(own)), ...(await examples())];
}

async function examples(): Promise<WorkflowText[]> {
  const pages = (await readdir(join(root, 'docs'), { recursive: true })).filter((file) =>
    file.endsWith('.md'),
  );
  const readmes = (await actionFolders()).map((action) => join(action, 'README.md'));
  const paths = [...readmes, 'SECURITY.md', ...pages.sort().map((file) => join('docs', file))];
  const found = paths.map(async (path) => examplesOf(path, await readFile(join(root, path), 'utf8')));
  return (await Promise.all(found)).flat();
}

function examplesOf(path: string, page: string): WorkflowText[] {
  return [...page.matchAll(/^( *)```ya?ml\n([\s\S]*?)^ *```$/gmu)].flatMap(
    ({ index, 1: indent = '', 2: block = '' }) => {
      if (!/^\s*(?:- )?uses: /mu.test(block)) return [];
      const lines = block.split('\n').map((line) => line.slice(line.startsWith(indent) ? indent.length : 0));
      const name = `${path}:${page.slice(0, index).split('\n').length + 1}`;
      return [{ name, text: ours(whole(lines)) }];
    },
  );
}

/** What examples of single steps say is there: the copy of an earlier step, and the first job of the release gate and its `apply`. */
const before = {
  job: `  plan:
    runs-on: ubuntu-24.04
    outputs: { version: '2', previous-version: '1', plan: '{}', plan-digest: '0' }
    steps: [{ run: 'true' }]
`,
  step: `      - id: copy
        uses: ./copy-version
        with: { source: 'models:/staging.ml_team.fraud_detection/1', destination: prod.ml_team.fraud_detection }
`,
  apply: `      - id: apply
        uses: ./apply
        with: { plan: '\${{ needs.plan.outputs.plan }}' }
`,
};

/** A page shows a workflow, its jobs, or some steps. */
function whole(lines: readonly string[]): string {
  const text = lines.join('\n');
  if (/^on:/mu.test(text)) return text;
  if (/^jobs:/mu.test(text)) return `on: push\n${text}`;
  const steps = lines.map((line) => `      ${line}`.trimEnd()).join('\n');
  const earlier = [
    text.includes('id: copy') ? '' : before.step,
    text.includes('steps.apply.') ? before.apply : '',
  ].join('');
  return `on: push\njobs:\n${before.job}  example:\n    needs: plan\n    runs-on: ubuntu-24.04\n    steps:\n${earlier}${steps}`;
}

function ours(text: string): string {
  const calls = new RegExp(
    String.raw`${ownerIn(root)}/uc-promote(/\.github/workflows/[a-z-]+\.yml)@\S+`,
    'gu',
  );
  const uses = new RegExp(String.raw`${ownerIn(root)}/uc-promote(/[a-z-]+)?@\S+`, 'gu');
  return text
    .replaceAll(calls, (_, path: string) => `.${path}`)
    .replaceAll(uses, (_, path: string | undefined) => `.${path ?? '/'}`);
}
