import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { CopyProgress, transferText, withReadProgress } from '../../../src/transfer/progress.ts';
import { BufferWindow } from '../../../src/transfer/window.ts';
import { world, type ActionRun } from '../harness.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { addLargeVersion } from './large-models.ts';

const GIB = 1024 ** 3;

/** A progress of two files of 1 GiB, at a time that the test sets. */
function started(readBack = true) {
  const said: string[] = [];
  const time = { now: 0 };
  const note = (text: string) => void said.push(text);
  const files = ['a', 'b'].map((path) => ({ path, size: GIB }));
  const progress = new CopyProgress(files, readBack ? files : [], {
    clock: { now: () => time.now, sleep: () => Promise.resolve() },
    log: { info: note, debug: note, warning: note },
  });
  return { progress, said, at: (seconds: number) => void (time.now = seconds * 1000) };
}

describe('progress of a copy', () => {
  test('is said every ten seconds at most, with bytes of both ways, rate and time left', () => {
    const { progress, said, at } = started();
    at(5);
    progress.addSent(GIB / 2);
    expect(said).toEqual([]);
    at(16);
    progress.addSent(GIB / 2);
    progress.addFile();
    at(20);
    progress.addReadBack(GIB / 4);
    at(26);
    progress.addReadBack(GIB / 4);
    expect(said).toEqual([
      '0 of 2 files, 1.0 GiB of 2.0 GiB sent, 0 bytes of 2.0 GiB read back, 64.0 MiB/s in all, 48 s left',
      '1 of 2 files, 1.0 GiB of 2.0 GiB sent, 512.0 MiB of 2.0 GiB read back, 59.1 MiB/s in all, 44 s left',
    ]);
  });

  test('goes on while only reading back is left', () => {
    const { progress, said, at } = started();
    progress.addSent(2 * GIB);
    for (let seconds = 10; seconds <= 40; seconds += 10) {
      at(seconds);
      progress.addReadBack(GIB / 2);
    }
    expect(said).toHaveLength(4);
    expect(said.at(-1)).toMatch(/2\.0 GiB of 2\.0 GiB read back.*, 0 s left$/u);
  });

  test('says nothing of reading back where nothing is, and never that less than nothing was sent', () => {
    const { progress, said, at } = started(false);
    progress.addSent(GIB);
    progress.addSent(-GIB);
    at(10);
    progress.addSent(0);
    expect(said).toEqual(['0 of 2 files, 0 bytes of 2.0 GiB sent, 0 bytes/s in all']);
  });

  test('ends in one sentence', () => {
    expect(transferText({ sent: 4 * GIB, readBack: 4 * GIB, tookMs: 80_000 })).toBe(
      '4.0 GiB sent in 80 s (51.2 MiB/s), 4.0 GiB read back in parallel',
    );
  });
});

test('what is only read and compared tells how far it is, too', () => {
  const said: string[] = [];
  const note = (text: string) => void said.push(text);
  const time = { now: 0 };
  const tools = withReadProgress(
    { window: new BufferWindow(), refuseWhenCancelled: () => undefined },
    'The copy is compared',
    { files: [{ path: 'a', size: GIB }], sides: 2 },
    {
      clock: { now: () => time.now, sleep: () => Promise.resolve() },
      log: { info: note, debug: note, warning: note },
    },
  );
  for (time.now = 0; time.now < 15_000; time.now += 5_000) tools.onRead?.(GIB / 4);
  expect(said).toEqual(['The copy is compared: 768.0 MiB of 2.0 GiB read, 76.8 MiB/s in all, 17 s left']);
});

describe('lines of a copy that reads for long', () => {
  const lines = (seen: ActionRun) => seen.log.filter((line) => line.includes(' read, ')).join('\n');

  /** Each answer from the files of the destination's version takes some seconds of the fake clock. */
  async function slowly() {
    const started = await world();
    // The files of the pending version are not shown: it is read back when it is READY.
    started.emulator.faults.add({
      method: 'GET',
      path: /\/fs\/directories\/Models\/prod\/.*\/2\/?$/u,
      kind: { kind: 'status', status: 400, errorCode: 'INVALID_STATE' },
    });
    const source = addLargeVersion(started.emulator.metastore, 53);
    const now = Date.now.bind(Date);
    let ahead = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + (ahead += 500));
    onTestFinished(() => void vi.restoreAllMocks());
    return { ...started, source };
  }

  test('come while a READY copy is read back, and while a finished one is compared', async () => {
    const { run, source } = await slowly();
    const first = await run(copyVersion, { source, destination: PROD });
    expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(lines(first)).toMatch(/Reading .*2 back: .* of 53\.0 MiB read/u);
    const second = await run(copyVersion, { source, destination: PROD });
    expect(second.outputs, second.report.verdict).toMatchObject({ outcome: 'noop' });
    expect(lines(second)).toMatch(/Comparing .*2 with its source: .* of 106\.0 MiB read/u);
  });
});

describe('the summary tells what was moved, each byte once', () => {
  const bytes = 53 * 1024 * 1024;
  for (const [title, switches] of [
    ['in parts', {}],
    ['through the workspace after the parts were refused', { presign: 'storage-blocked' }],
  ] as const) {
    test(title, async () => {
      const { emulator, run } = await world({ switches });
      const source = addLargeVersion(emulator.metastore, 53);
      // The workspace's route breaks once, and begins again.
      if ('presign' in switches) {
        const kind = { kind: 'cut-upload', afterBytes: 20_000_000 } as const;
        emulator.faults.add({ method: 'PUT', path: /\/fs\/files\/.*weights/u, kind });
      }
      const seen = await run(copyVersion, { source, destination: PROD });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
      expect(Number(seen.outputs['bytes'])).toBeLessThan(bytes + 10_000);
      const reported = JSON.stringify(seen.report.sections);
      expect(reported).toMatch(
        /53\.0 MiB sent in \d+ s \([\d.]+ [KMG]iB\/s\), 53\.0 MiB read back in parallel\./u,
      );
    });
  }
});
