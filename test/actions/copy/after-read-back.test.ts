import { describe, expect, test } from 'vitest';
import type { Emulator, FaultRule, Metastore, Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world, type ActionRun } from '../harness.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { exchange, exchangeLarge, filesOf, MISMATCH } from './tampering.ts';
import { addLargeVersion, bigFile } from './large-models.ts';

const FINALIZE = /model-versions\/finalize$/u;

/** What somebody else does to the files of the copy. */
interface Tampering {
  readonly title: string;
  readonly tamper: (metastore: Metastore) => void;
  /** What the error says of it. */
  readonly message: RegExp;
}

const SMALL: readonly Tampering[] = [
  {
    title: 'a file exchanged for one of the same size',
    tamper: (metastore) => exchange(metastore, 'model.pkl'),
    message: /the sha256 of model\.pkl differs/u,
  },
  {
    title: 'MLmodel exchanged, which is sent last',
    tamper: (metastore) => exchange(metastore, 'MLmodel'),
    message: /the sha256 of MLmodel differs/u,
  },
  {
    title: 'a file added',
    tamper: (metastore) => {
      const [file] = filesOf(metastore).values();
      if (file !== undefined) filesOf(metastore).set('code/evil.py', file);
    },
    message: /the list of its files differs/u,
  },
  {
    title: 'a file taken away',
    tamper: (metastore) => void filesOf(metastore).delete('conda.yaml'),
    message: /conda\.yaml changed while it was being read: it no longer exists/u,
  },
];

/** Whoever may write into the pending version does so right before it is finalized. */
function beforeFinalize(tamper: (metastore: Metastore) => void): FaultRule {
  return { template: FINALIZE, kind: { kind: 'run', when: 'before', run: tamper } };
}

const holdOf = (seen: ActionRun, version = '2') =>
  seen.after.models[PROD]?.versions[version]?.tags['uc_promote_hold'];

async function promoteUnder(fault: FaultRule, switches: Partial<Switches> = {}) {
  const started = await world({ switches });
  started.emulator.faults.add(fault);
  const inputs = { source: `models:/${STAGING}/1`, destination: PROD };
  const seen = await started.run(promote, inputs);
  return { ...started, seen, again: () => started.run(promote, inputs) };
}

function expectHeld(seen: ActionRun, message: RegExp): void {
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error', allowed: 'false' });
  expect(seen.report.error?.message).toMatch(message);
  expect(holdOf(seen)).toBe(MISMATCH);
  expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
}

describe('files of a pending copy that somebody writes after they were read back', () => {
  for (const { title, tamper, message } of SMALL) {
    test(`${title}: the copy is put on hold, no alias moves, and the next run makes another`, async () => {
      const { seen, again } = await promoteUnder(beforeFinalize(tamper));
      expectHeld(seen, message);
      const next = await again();
      expect(next.outputs, next.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
      expect(next.after.models[PROD]?.versions['3']?.files).toEqual(
        next.after.models[STAGING]?.versions['1']?.files,
      );
    });
  }

  test('while a version is finalized for a while: it is read when it is READY, not before', async () => {
    let reads = 0;
    const { seen } = await promoteUnder(
      {
        template: /model-versions\/get$/u,
        times: Number.POSITIVE_INFINITY,
        kind: {
          kind: 'run',
          when: 'before',
          run: (metastore) => {
            if (metastore.state.models.get(PROD)?.versions.get(2)?.finalizing === undefined) return;
            reads += 1;
            if (reads === 2) exchange(metastore, 'conda.yaml');
          },
        },
      },
      { finalizeDelay: 'two-reads' },
    );
    expect(reads).toBe(2);
    expectHeld(seen, /the sha256 of conda\.yaml differs/u);
  });

  test('between its read-back and the listing before it is finalized', async () => {
    const { seen } = await promoteUnder({
      method: 'GET',
      path: /\/fs\/directories\/Models\/prod\//u,
      kind: { kind: 'run', when: 'before', run: (metastore) => exchange(metastore, 'model.pkl') },
    });
    expectHeld(seen, /the sha256 of model\.pkl differs/u);
  });

  test('of files that an earlier run sent, which are read at the start', async () => {
    const started = await world();
    const { emulator, run } = started;
    const inputs = { source: `models:/${STAGING}/1`, destination: PROD };
    emulator.faults.add({
      method: 'PUT',
      path: /2\/MLmodel$/u,
      times: 50,
      kind: { kind: 'run', when: 'before', run: () => void process.emit('SIGINT') },
    });
    await run(promote, inputs);
    emulator.faults.clear();
    emulator.faults.add(beforeFinalize((metastore) => exchange(metastore, 'model.pkl')));
    const seen = await run(promote, inputs);
    expect(seen.log.join('\n')).toMatch(/files exist and are equal/u);
    expectHeld(seen, /the sha256 of model\.pkl differs/u);
  });
});

/** Requests of bytes of the large file in the copy, after it was finalized. */
function readAfterwards({ requests }: Emulator) {
  const finalized = requests.findLastIndex(({ path }) => FINALIZE.test(path));
  return requests
    .slice(finalized + 1)
    .filter(({ method, path }) => method === 'GET' && path.includes('weights'))
    .reduce((sum, { bytesOut }) => sum + bytesOut, 0);
}

describe('a large file', () => {
  const copyLarge = async (switches: Partial<Switches>, tamper?: (metastore: Metastore) => void) => {
    const { emulator, run } = await world({ switches });
    const source = addLargeVersion(emulator.metastore, 53);
    if (tamper !== undefined) emulator.faults.add(beforeFinalize(tamper));
    const seen = await run(copyVersion, { source, destination: PROD });
    return { seen, bytes: readAfterwards(emulator) };
  };
  const WAYS: readonly (readonly [string, Partial<Switches>])[] = [
    ['by signed URLs', {}],
    ['through the workspace', { presign: 'refused' }],
    [
      'by temporary credentials',
      { presign: 'refused', largeThroughWorkspace: 'refused', vendedCredentials: 'aws' },
    ],
  ];

  for (const [way, switches] of WAYS) {
    test(`${way}: exchanged after it was read back, the copy is put on hold`, async () => {
      const { seen } = await copyLarge(switches, exchangeLarge);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error' });
      expect(seen.report.error?.message).toMatch(/the sha256 of weights\/0\.bin differs/u);
      expect(holdOf(seen)).toBe(MISMATCH);
    });
  }

  for (const [way, switches, atMost] of [
    ['has an ETag: its store proves by one byte that it is the same', {}, 1024],
    ['has none: all of it is read once more', { presign: 'refused' }, 54 * 1024 ** 2],
  ] as const) {
    test(`that nobody touches and that ${way}`, async () => {
      const { seen, bytes } = await copyLarge(switches);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThanOrEqual(atMost);
      if (atMost > 1024) expect(bytes).toBeGreaterThanOrEqual(53 * 1024 ** 2);
    });
  }

  test('written again with the same bytes has another ETag, is read again, and is the same', async () => {
    const { seen, bytes } = await copyLarge({}, (metastore) => {
      const file = filesOf(metastore).get('weights/0.bin');
      if (file !== undefined) file.content = { kind: 'generated', offset: 0, ...sizeAndSeed() };
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(bytes).toBeGreaterThanOrEqual(53 * 1024 ** 2);
  });
});

function sizeAndSeed(): { readonly size: number; readonly seed: number } {
  const { size, seed } = bigFile(53, 1);
  return { size, seed };
}
