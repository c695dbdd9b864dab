import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { startEmulator } from '../../../../emulator/index.ts';
import { root } from '../../../../scripts/peers/folder.ts';
import { startGitHub } from '../../../github/stub.ts';
import { check, same, type CaseResult } from '../../harness/outcome.ts';
import type { PeerContext } from '../../harness/script.ts';
import { PIN_WORKFLOW } from './pins.ts';
import { makeActRepository, type ActRepository } from './repository.ts';
import { workflowCases, type WorkflowCase } from './workflow-cases.ts';

const folder = '.github/workflows';
const caller = `${folder}/caller.yml`;
const gitHubToken = 'ghs_0123456789abcdefghij';
const runId = '4242';
const people = ['ada', 'grace', 'linus'].map((login) => `${login} = ${login}@example.com`).join('\n');

const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      uses: z.string().optional(),
      steps: z.array(z.object({ uses: z.string().optional() })).default([]),
    }),
  ),
});

/** The workflows that act can run as they are, or as their case edits them: no remote action but checkout, nor a remote workflow. */
async function runnable(): Promise<string[]> {
  const files = (await readdir(join(root, folder))).sort();
  const texts = await Promise.all(
    files.map(async (file) => {
      const { edits = [] } = workflowCases.find((each) => each.file === file) ?? {};
      return editedText(file, edits);
    }),
  );
  return files.filter((_, index) => {
    const { jobs } = workflow.parse(parse(texts[index] ?? ''));
    const used = Object.values(jobs).flatMap(({ uses, steps }) => [uses, ...steps.map((step) => step.uses)]);
    const remote = used.filter((each) => each !== undefined && !each.startsWith('./'));
    return remote.every((each) => each?.startsWith('actions/checkout@'));
  });
}

/** Our workflows in act, from the event to the last job, each against a fresh emulator. */
export async function* actWorkflows({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('act, workflows')) return;
  const prefix = 'act, workflows';
  yield await check(`${prefix}: each whose only remote action is checkout has a case`, async () => {
    const files = await runnable();
    const listed = [...new Set([PIN_WORKFLOW, ...workflowCases.map(({ file }) => file)])].sort();
    same(files, listed, 'workflows');
    return files.join(', ');
  });
  for (const each of workflowCases) {
    yield await check(`${prefix}: ${each.file}: ${each.name}`, async () => {
      const emulator = await startEmulator({ seed: 'demo' });
      const gitHub = await startGitHub();
      gitHub.addToken(gitHubToken, ['actions: read']);
      gitHub.addRun('acme/models', runId);
      gitHub.addEnvironment('acme/models', 'production', {
        reviewers: [{ team: 'release' }],
        adminsMayBypass: false,
      });
      if (each.approver !== undefined)
        gitHub.review(runId, { login: each.approver, environments: ['production'] });
      let repository: ActRepository | undefined;
      try {
        repository = await makeActRepository(python, await edited(each));
        const run = await repository.run({
          workflow: each.called === undefined ? `${folder}/${each.file}` : caller,
          event: 'workflow_dispatch',
          inputs: each.called === undefined ? each.inputs : {},
          secrets: { DATABRICKS_TOKEN: 'emulator-promoter', GITHUB_TOKEN: gitHubToken },
          vars: { DATABRICKS_HOST: emulator.url, PEOPLE: people },
          env: { GITHUB_API_URL: gitHub.url, GITHUB_RUN_ID: runId, GITHUB_ACTOR: 'grace' },
        });
        each.judge(run, emulator);
        same(emulator.violations, [], 'violations');
        return `${run.steps.length} steps, ${emulator.requests.length} requests`;
      } finally {
        await repository?.close();
        await gitHub.close();
        await emulator.close();
      }
    });
  }
}

/** The files that a case has in place of ours: the workflow as its user wrote it, and the one that calls it. */
async function edited({ file, edits = [], called, inputs }: WorkflowCase): Promise<Record<string, string>> {
  const path = `${folder}/${file}`;
  const text = await editedText(file, edits);
  return { [path]: text, ...(called === undefined ? {} : { [caller]: calling(file, called, inputs) }) };
}

async function editedText(file: string, edits: NonNullable<WorkflowCase['edits']>): Promise<string> {
  let text = await readFile(join(root, `${folder}/${file}`), 'utf8');
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** A workflow that calls another one with these inputs. */
function calling(
  file: string,
  permissions: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): string {
  return stringify({
    on: 'workflow_dispatch',
    jobs: {
      call: {
        uses: `./${folder}/${file}`,
        permissions,
        with: inputs,
        secrets: { DATABRICKS_TOKEN: '${{ secrets.DATABRICKS_TOKEN }}' },
      },
    },
  });
}
