import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Emulator } from '../../emulator/index.ts';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { ROOT } from '../imports.ts';
import { TOKENS, world } from './harness.ts';
import { staged } from './staged.ts';

const PAGE = readFileSync(join(ROOT, 'docs/event-driven-audit.md'), 'utf8');
const WORKFLOW = '.github/workflows/example-alias-audit.yml';
const GITHUB_TOKEN = 'ghs_0123456789abcdefghij';

/** The text that the page gives a file. */
function fileOf(name: string): string {
  const text = new RegExp(`\`${name}\`:\\n\\n\`\`\`[a-z]+\\n([\\s\\S]*?)\`\`\``, 'u').exec(PAGE)?.[1];
  if (text === undefined) throw new Error(`The page has no ${name}.`);
  return text;
}

const settings = z.looseObject({
  trigger: z.object({
    pause_status: z.literal('UNPAUSED'),
    model: z.object({
      condition: z.literal('MODEL_ALIAS_SET'),
      securable_name: z.string(),
      min_time_between_triggers_seconds: z.int().min(60),
    }),
  }),
  parameters: z.array(z.object({ name: z.string(), default: z.string() })),
  tasks: z.array(z.looseObject({ spark_python_task: z.looseObject({ python_file: z.string() }) })),
});

/** The job of the bundle, whose script is where `databricks bundle deploy` puts it. */
function jobOf(script: string): z.output<typeof settings> {
  const { resources } = z
    .looseObject({ resources: z.object({ jobs: z.object({ alias_events: settings }) }) })
    .parse(parse(fileOf('databricks.yml')));
  const job = resources.jobs.alias_events;
  const tasks = job.tasks.map((task) => ({
    ...task,
    spark_python_task: { ...task.spark_python_task, python_file: script },
  }));
  return { ...job, tasks };
}

const dispatch = z.strictObject({
  event_type: z.string().min(1).max(100),
  client_payload: z.record(z.string(), z.string()),
});

interface Asked {
  readonly request: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A GitHub that takes events, or refuses them. */
async function gitHub(status: number) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { method = '', url = '', headers } = request;
      const body: unknown = JSON.parse(text);
      asked.push({ request: `${method} ${url}`, authorization: headers.authorization, body });
      response.writeHead(status).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Runs the job as its trigger does, with the updates of a batch (workspace-apis §4.1), and says how it ended. */
async function triggered(updates: readonly object[], status = 204) {
  const github = await gitHub(status);
  const { emulator } = await world({
    jobs: { environment: { GITHUB_API_URL: github.url, GITHUB_TOKEN } },
  });
  const { workspace } = emulator.metastore;
  const path = '/Workspace/Shared/.bundle/alias-events/prod/files/dispatch.py';
  workspace.addFile(path, fileOf('dispatch.py'));
  const job = workspace.addJob(jobOf(path), { owner: 'admin@example.com' });
  const ending = await ended(emulator, job, JSON.stringify(updates));
  expect(emulator.violations).toEqual([]);
  return { ending, asked: github.asked };
}

async function ended(emulator: Emulator, job: string, updates: string): Promise<string> {
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${emulator.url}/api/2.2/jobs${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKENS.admin}`, 'content-type': 'application/json' },
      // Ids are longer than the numbers of JavaScript.
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body).replace(/"job_id":"(\d+)"/u, '"job_id":$1') }),
    });
    return response.text();
  };
  const started = await call('POST', '/run-now', { job_id: job, job_parameters: { updates } });
  const id = /"run_id": ?(?<id>\d+)/u.exec(started)?.groups?.['id'];
  if (id === undefined) throw new Error(started);
  const seen = z.looseObject({
    status: z.looseObject({
      state: z.string(),
      termination_details: z.looseObject({ code: z.string() }).optional(),
    }),
  });
  for (let waited = 0; waited < 20_000; waited += 50) {
    const { status } = seen.parse(JSON.parse(await call('GET', `/runs/get?run_id=${id}`)));
    if (status.state === 'TERMINATED') return status.termination_details?.code ?? '';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The run ${id} does not end.`);
}

const SECOND = 'prod.ml_team.churn';

describe('the job of the bundle', () => {
  test('waits for aliases of the schema that the audit is about, and hands on what changed', () => {
    const { trigger, parameters } = jobOf('x');
    expect(trigger.model.securable_name).toBe(PROD.split('.').slice(0, 2).join('.'));
    expect(parameters).toEqual([{ name: 'updates', default: '{{job.trigger.model.updates}}' }]);
  });

  test('sends one event for a batch, with each model once', async () => {
    const { ending, asked } = await triggered([
      { full_name: PROD, version: 2, alias_name: 'Champion' },
      { full_name: SECOND, version: 1, alias_name: 'Champion' },
      { full_name: PROD, version: 3, alias_name: 'Challenger' },
    ]);
    expect(ending).toBe('SUCCESS');
    expect(asked).toEqual([
      {
        request: 'POST /repos/OWNER/REPOSITORY/dispatches',
        authorization: `Bearer ${GITHUB_TOKEN}`,
        body: { event_type: 'model-alias-set', client_payload: { models: `${SECOND}\n${PROD}` } },
      },
    ]);
    expect(dispatch.safeParse(asked[0]?.body).success).toBe(true);
  });

  test.each([403, 404, 422, 503])('fails where GitHub responds with %i', async (status) => {
    const { ending } = await triggered([{ full_name: PROD, version: 2, alias_name: 'Champion' }], status);
    expect(ending).toBe('RUN_EXECUTION_ERROR');
  });

  test('fails, and sends nothing, where the trigger named no model', async () => {
    expect(await triggered([])).toEqual({ ending: 'RUN_EXECUTION_ERROR', asked: [] });
  });
});

describe('the workflow', () => {
  const workflow = z
    .looseObject({
      on: z.looseObject({ repository_dispatch: z.object({ types: z.array(z.string()) }) }),
      permissions: z.record(z.string(), z.string()),
      jobs: z.record(z.string(), z.looseObject({ permissions: z.record(z.string(), z.string()) })),
    })
    .parse(parse(readFileSync(join(ROOT, WORKFLOW), 'utf8')));

  test('takes the event of the job, and may read the repository alone', () => {
    const sent = /"event_type": "(?<type>[^"]+)"/u.exec(fileOf('dispatch.py'))?.groups?.['type'];
    expect(workflow.on.repository_dispatch.types).toEqual([sent]);
    expect([workflow.permissions, workflow.jobs['audit']?.permissions]).toEqual([{}, { contents: 'read' }]);
  });

  test('audits the moved models alone, and all of them on its schedule', async () => {
    const { play, emulator } = await staged();
    const { metastore } = emulator;
    metastore.createModel(SECOND);
    metastore.addVersion(SECOND, { files: GOOD_FILES });
    metastore.grant('function', SECOND, 'ml-deployers', ['EXECUTE']);
    metastore.setAlias(SECOND, 'Champion', 1);
    const event = await play(WORKFLOW, '2', {}, { payload: { models: PROD } });
    expect(event.map(({ seen }) => [seen.outputs['outcome'], seen.outputs['models-seen']])).toEqual([
      ['ok', '1'],
    ]);
    const both = await play(WORKFLOW, '3', {}, { payload: { models: `${SECOND}\n${PROD}` } });
    expect(both.map(({ seen }) => [seen.outputs['outcome'], seen.outputs['count']])).toEqual([
      ['blocked', '1'],
    ]);
    const daily = await play(WORKFLOW, '3');
    expect(daily.map(({ seen }) => seen.outputs['models-seen'])).toEqual(['2']);
  });

  test('a payload that is no list of models is a fault of the input, and nothing is run by it', async () => {
    const { play } = await staged();
    const ran = await play(WORKFLOW, '2', {}, { payload: { models: '"; rm -rf / #\n${{ github.token }}' } });
    expect(ran.map(({ seen }) => seen.outputs['outcome'])).toEqual(['invalid']);
    expect(ran[0]?.seen.records).toEqual([]);
  });
});
