import { describe, expect, test } from 'vitest';
import type { FaultRule, Metastore, Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world, type ActionRun } from '../harness.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { addLargeVersion, bigFile } from './large-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

/** Runs once, right before a request is processed. */
const when = (at: Omit<FaultRule, 'kind'>, run: (metastore: Metastore) => void): FaultRule => ({
  ...at,
  kind: { kind: 'run', when: 'before', run },
});

const deleteSource = (metastore: Metastore) => void metastore.state.models.get(STAGING)?.versions.delete(3);
const deleteCopy = (metastore: Metastore) => void metastore.state.models.get(PROD)?.versions.delete(2);

const FIRST_PUT = { method: 'PUT', template: /\/fs\/files\// } as const;
const FIRST_PART = { method: 'PUT', path: /weights/u } as const;

/** Copies a model that is too large to be read ahead, while somebody does something. */
async function copyLarge(rule: FaultRule, switches: Partial<Switches> = {}) {
  const started = await world({ switches });
  const source = addLargeVersion(started.emulator.metastore, 53);
  started.emulator.faults.add(rule);
  return started.run(copyVersion, { source, destination: PROD });
}

function expectGone(seen: ActionRun, role: 'source' | 'copy', uri: string): void {
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
  expect(seen.report.error?.code).toBe('conflict');
  expect(seen.report.error?.message).toContain(`The ${role} ${uri} was deleted while this run used it`);
}

const STAGED = `models:/${STAGING}/3`;

describe('a source that is deleted while it is copied: a conflict that names it', () => {
  for (const [way, at, switches] of [
    ['by signed URLs', FIRST_PUT, {}],
    ['through the workspace', FIRST_PUT, { presign: 'refused' }],
    [
      'by temporary credentials',
      FIRST_PART,
      { presign: 'refused', largeThroughWorkspace: 'refused', vendedCredentials: 'aws' },
    ],
    ['where the Files API is closed', FIRST_PART, { filesApi: 'denied', vendedCredentials: 'azure' }],
  ] as const) {
    test(`${way}: nothing is left of the copy`, async () => {
      const seen = await copyLarge(when(at, deleteSource), switches);
      expectGone(seen, 'source', STAGED);
      expect(seen.report.error?.message).toContain('was deleted');
      expect(seen.after.models[PROD]).toEqual(seen.before.models[PROD]);
    });
  }

  test('with its whole model', async () => {
    const seen = await copyLarge(when(FIRST_PUT, (metastore) => void metastore.state.models.delete(STAGING)));
    expectGone(seen, 'source', STAGED);
  });

  test('while a small model is read ahead: nothing is written', async () => {
    const { run, emulator } = await world();
    const reading = { method: 'GET', path: /\/fs\/files\/Models\/staging\/.*\/MLmodel$/u } as const;
    emulator.faults.add(
      when(reading, (metastore) => void metastore.state.models.get(STAGING)?.versions.delete(1)),
    );
    const seen = await run(promote, COPY);
    expectGone(seen, 'source', COPY.source);
    expect(seen.records.filter(({ write }) => write)).toEqual([]);
  });

  test('while its finished copy is compared with it', async () => {
    const { run, emulator } = await world();
    const source = addLargeVersion(emulator.metastore, 53);
    await run(copyVersion, { source, destination: PROD });
    emulator.faults.add(when({ path: /\/fs\/files\/Models\/prod\/.*\/2\/MLmodel$/u }, deleteSource));
    const seen = await run(copyVersion, { source, destination: PROD });
    expectGone(seen, 'source', source);
    expect(seen.after.models[PROD]).toEqual(seen.before.models[PROD]);
  });
});

describe('a copy that somebody deletes: a conflict that names it', () => {
  test('while it is written', async () => {
    const seen = await copyLarge(when(FIRST_PUT, deleteCopy));
    expectGone(seen, 'copy', `models:/${PROD}/2`);
    expect(seen.report.error?.message).toContain('No version is left');
  });

  test('while it is finalized', async () => {
    const seen = await copyLarge(when({ template: /model-versions\/finalize$/u }, deleteCopy));
    expectGone(seen, 'copy', `models:/${PROD}/2`);
  });

  test('Comparing while it with its source', async () => {
    const { run, emulator } = await world();
    await run(copyVersion, COPY);
    emulator.faults.add(when({ path: /\/fs\/files\/Models\/prod\/.*\/2\/MLmodel$/u }, deleteCopy));
    expectGone(await run(copyVersion, COPY), 'copy', `models:/${PROD}/2`);
  });
});

describe('files that change while they are read: the error names their version', () => {
  test('of the source', async () => {
    const shorten = (metastore: Metastore) => {
      const file = metastore.state.models.get(STAGING)?.versions.get(3)?.files.get('more.bin');
      if (file !== undefined) file.content = { kind: 'generated', seed: 1, offset: 0, size: 1024 };
    };
    const { run, emulator } = await world();
    emulator.metastore.addVersion(STAGING, { files: { ...GOOD_FILES, 'more.bin': bigFile(20) } });
    emulator.faults.add(when({ method: 'POST', template: /model-versions\/create$/u }, shorten));
    const seen = await run(copyVersion, { ...COPY, source: STAGED });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error' });
    expect(seen.report.error?.message).toContain(
      `${STAGED}: The file more.bin changed while it was being read`,
    );
  });

  test('of a finished copy', async () => {
    const { run, emulator } = await world();
    await run(copyVersion, COPY);
    const reading = { path: /\/fs\/files\/Models\/prod\/.*\/2\/conda\.yaml$/u };
    const remove = (metastore: Metastore) =>
      void metastore.state.models.get(PROD)?.versions.get(2)?.files.delete('conda.yaml');
    emulator.faults.add(when(reading, remove));
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error' });
    expect(seen.report.error?.message).toContain(
      `models:/${PROD}/2: The file conda.yaml changed while it was being read: it no longer exists`,
    );
  });
});
