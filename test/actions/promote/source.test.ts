import { describe, expect, test } from 'vitest';
import type { FaultRule, Metastore } from '../../../emulator/index.ts';
import type { RunCommand } from '../../../src/actions/contract/context.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world, type ActionRun, type ActionBench } from '../harness.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };

/** What somebody does to the source while it is promoted. */
interface Meanwhile {
  readonly title: string;
  readonly change: (metastore: Metastore) => void;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outcome: 'conflict' | 'blocked';
  readonly message: RegExp;
}

function sourceOf(metastore: Metastore) {
  const version = metastore.state.models.get(STAGING)?.versions.get(1);
  if (version === undefined) throw new Error('There is no source.');
  return version;
}

const MEANWHILE: readonly Meanwhile[] = [
  {
    title: 'is deleted',
    change: (metastore) => void metastore.state.models.get(STAGING)?.versions.delete(1),
    outcome: 'conflict',
    message: /The source models:\/staging\.ml_team\.fraud_detection\/1 was deleted/u,
  },
  {
    title: 'loses its whole model',
    change: (metastore) => void metastore.state.models.delete(STAGING),
    outcome: 'conflict',
    message: /was deleted/u,
  },
  {
    title: 'is put on hold',
    change: (metastore) => metastore.setTags(STAGING, { uc_promote_hold: 'incident 7' }, 1),
    outcome: 'blocked',
    message: /fraud_detection\/1 is on hold: incident 7/u,
  },
  {
    title: 'is rejected',
    change: (metastore) => metastore.setTags(STAGING, { validation_status: 'rejected' }, 1),
    outcome: 'conflict',
    message: /had validation_status=approved when this run began and now has validation_status=rejected/u,
  },
  {
    title: 'is rejected, where its approval is required',
    change: (metastore) => metastore.setTags(STAGING, { validation_status: 'rejected' }, 1),
    inputs: { 'require-status': 'approved' },
    outcome: 'blocked',
    message: /must have the tag validation_status=approved but has validation_status=rejected/u,
  },
  {
    title: 'loses the status, by a key of its own',
    change: (metastore) => void sourceOf(metastore).tags.delete('dataset'),
    inputs: { 'status-key': 'dataset' },
    outcome: 'conflict',
    message: /had dataset=transactions_q3 when this run began and now has no tag dataset/u,
  },
  {
    title: 'is no longer READY',
    change: (metastore) => void (sourceOf(metastore).status = 'FAILED_REGISTRATION'),
    outcome: 'blocked',
    message: /is FAILED_REGISTRATION, not READY/u,
  },
];

const aliasesOf = (seen: ActionRun) => seen.after.models[PROD]?.aliases;

function expectKept(seen: ActionRun, { outcome, message }: Meanwhile): void {
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome, allowed: 'false' });
  expect(seen.report.error?.message).toMatch(message);
  expect(aliasesOf(seen)).toEqual({ Champion: 1 });
}

/** Runs once, right before the request is processed. */
const when = (at: Omit<FaultRule, 'kind'>, run: (metastore: Metastore) => void): FaultRule => ({
  ...at,
  kind: { kind: 'run', when: 'before', run },
});
const FINALIZE = { template: /model-versions\/finalize$/u } as const;

async function promoteWhile(
  each: Meanwhile,
  started: ActionBench,
  inputs: Readonly<Record<string, string>> = {},
) {
  started.emulator.faults.add(when(FINALIZE, each.change));
  return started.run(promote, { ...PROMOTE, ...each.inputs, ...inputs });
}

describe('a source that changes after its files were copied: no alias is moved', () => {
  for (const each of MEANWHILE) {
    test(`it ${each.title}: ${each.outcome}`, async () => {
      const seen = await promoteWhile(each, await world());
      expectKept(seen, each);
      expect(seen.outputs).toMatchObject({ version: '2', changed: 'true' });
    });

    test(`it ${each.title} while the copy is validated: ${each.outcome}`, async () => {
      const { run, emulator } = await world();
      const runCommand: RunCommand = async () => {
        each.change(emulator.metastore);
        return { exitCode: 0, timedOut: false, durationMs: 1 };
      };
      const inputs = { ...PROMOTE, ...each.inputs, 'validate-command': 'check' };
      expectKept(await run(promote, inputs, { runCommand }), each);
    });

    test(`it ${each.title}: the copy gets no status`, async () => {
      const seen = await promoteWhile(each, await world(), { 'set-status': 'promoted', until: 'validate' });
      expectKept(seen, each);
      expect(seen.after.models[PROD]?.versions['2']?.tags['validation_status']).toBeUndefined();
    });

    test(`it ${each.title} after the copy got its status`, async () => {
      const { run, emulator } = await world();
      const setStatus = { template: /model-versions\/set-tag$/u, skip: 2 };
      emulator.faults.add(when(setStatus, each.change));
      const seen = await run(promote, { ...PROMOTE, ...each.inputs, 'set-status': 'promoted' });
      expectKept(seen, each);
      expect(seen.outputs['status']).toBe('promoted');
    });

    test(`it ${each.title} while an equal copy of an earlier run is compared`, async () => {
      const { run, emulator } = await world();
      await run(promote, { ...PROMOTE, until: 'copy' });
      const reading = { method: 'GET', path: /\/fs\/files\/Models\/prod\/.*\/2\/MLmodel$/u } as const;
      emulator.faults.add(when(reading, each.change));
      const seen = await run(promote, { ...PROMOTE, ...each.inputs });
      expectKept(seen, each);
      expect(seen.after.models[PROD]).toEqual(seen.before.models[PROD]);
    });
  }

  test('a source that stays as it was is promoted, and the page says that it was read again', async () => {
    const { run } = await world();
    const seen = await run(promote, { ...PROMOTE, 'set-status': 'promoted', 'require-status': 'approved' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(seen.report.checks).toContainEqual(
      expect.objectContaining({
        name: 'Source, read again',
        passed: 'It has not changed since it was first read.',
      }),
    );
  });
});
