import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../emulator/index.ts';
import { seedDemo } from '../../emulator/seeds/demo.ts';
import { ACTIONS } from '../../src/index.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { moreVersions } from '../../emulator/seeds/demo-models.ts';
import { hostileText } from '../report/arbitrary-document.ts';
import { HOSTILE } from '../report/hostile.ts';
import { expectHarmless } from './harmless.ts';
import { hostileRegistry, type HostileRegistry } from './hostile-registry.ts';
import { removeJobs, runJob, type SeenJob } from './run-job.ts';
import { STEPS } from './action-inputs.ts';

afterAll(removeJobs);

/** Everything at once: ends of lines of each kind, both forms of commands, delimiters, markup, unseen characters. */
const ALL = [
  ...HOSTILE,
  'ghadelimiter_00000000-0000-0000-0000-000000000000\noutcome<<x\nok\nx',
  '::stop-commands::x\r::add-mask::prod\u2028##[set-output name=allowed]true\u0085::debug::x',
  '%0A::error::x%0D',
].join('\n');

/** A signature whose every name is hostile. */
const hostileModel = (text: string) =>
  `${JSON.stringify({
    flavors: { [text]: { loader_module: text } },
    run_id: text,
    mlflow_version: text,
    signature: {
      inputs: JSON.stringify([{ name: text, type: 'double', required: true }]),
      outputs: JSON.stringify([{ type: text }]),
    },
  })}\n`;

/** Harmless, and no fault of this tool either: what an answer lacks or has too much of is the world's. */
function expectHandled(seen: SeenJob, action: Action, field: string): void {
  expectHarmless(seen, action);
  expect([field, seen.outputs['outcome'], seen.printed]).not.toEqual([
    field,
    'error',
    expect.stringContaining('A bug in uc-promote'),
  ]);
}

interface Bench {
  readonly registry: HostileRegistry;
  readonly run: (action: Action, inputs: Readonly<Record<string, string>>) => Promise<SeenJob>;
}

let bench: Bench;

// A registry for each test: it closes with it.
beforeEach(async () => {
  let emulator: Emulator | undefined;
  const registry = await hostileRegistry(() => {
    if (emulator === undefined) throw new Error('No emulator runs.');
    return emulator;
  });
  bench = {
    registry,
    async run(action, inputs) {
      emulator = await startEmulator({
        seed(metastore) {
          seedDemo(metastore);
          moreVersions(metastore);
        },
      });
      try {
        return await runJob(emulator, action, inputs, { DATABRICKS_HOST: registry.url });
      } finally {
        await emulator.close();
      }
    },
  };
});

test('every action is here', () => {
  expect(STEPS.map(([name]) => name).sort()).toEqual(Object.keys(ACTIONS).sort());
});

describe.each(STEPS)('%s', (_name, action, inputs) => {
  test('whatever text stands in whatever field of an answer, a runner finds nothing of it', async () => {
    const { registry, run } = bench;
    const harmless = await run(action, inputs);
    expect(harmless.outputs['outcome']).toMatch(/^(ok|noop|denied|blocked)$/u);
    const fields = [...registry.fields].sort();
    expect(fields.length).toBeGreaterThan(15);
    for (const field of fields) {
      registry.spoil(field, ALL);
      expectHandled(await run(action, inputs), action, field);
    }
    registry.spoil('MLmodel', hostileModel(ALL));
    expectHandled(await run(action, inputs), action, 'MLmodel');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), hostileText, async (field, text) => {
        registry.spoil(field, field === 'MLmodel' ? hostileModel(text) : text);
        expectHandled(await run(action, inputs), action, field);
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});

/** Fields that a stranger writes freely, as the two families of calls name them. */
const FREE = ['comment', 'description', 'display', 'key', 'MLmodel', 'owner', 'path', 'source', 'value'];

test('a megabyte in a field that strangers write neither ends promote nor floods the log', async () => {
  const [, action, inputs] = STEPS.find(([name]) => name === 'promote') ?? [];
  if (action === undefined || inputs === undefined) throw new Error('promote is gone');
  const { registry, run } = bench;
  await run(action, inputs);
  expect(FREE.filter((field) => !registry.fields.has(field))).toEqual([]);
  for (const field of FREE) {
    registry.spoil(field, '%0A::error::\u0000|<h1>\u202e'.repeat(50_000));
    const seen = await run(action, inputs);
    expectHandled(seen, action, field);
    expect(seen.printed.length, field).toBeLessThan(400_000);
    expect(Buffer.byteLength(seen.summary), field).toBeLessThan(1024 * 1024);
  }
}, 120_000);
