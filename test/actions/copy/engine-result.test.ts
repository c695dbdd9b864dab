import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { digestsOf, signedFiles } from '../../../src/transfer/digest.ts';
import { changeResult, COPY, engineWorld, hasPython, leftIn, pythonBy } from './engine-bench.ts';

describe('what a run of the workspace says of its copy', () => {
  beforeEach(({ skip }) => skip(!hasPython, 'python3, which runs the script in a job, is not there'));

  test('the workspace returns nothing of what the run printed', async () => {
    const bench = await engineWorld({
      jobs: { python: 'python3', environment: { UC_PROMOTE_NODE: process.execPath } },
      switches: { runLogs: 'empty' },
    });
    const seen = await bench.run(promote, COPY);
    expect([seen.outputs['outcome'], leftIn(bench)], seen.verdict).toEqual(['unsupported', []]);
    expect(seen.verdict).toContain('returns nothing of what it printed');
    expect(seen.after.models[PROD]?.aliases['Champion']).toBe(1);
  }, 60_000);

  test.each(['ok', 'noop', 'other'])(
    'a run that failed and names the outcome %s fails the step',
    async (outcome) => {
      const bench = await engineWorld();
      changeResult(bench, () => ({ passed: false, outcome, verdict: 'nothing was copied' }));
      const seen = await bench.run(promote, COPY);
      expect([seen.outputs['outcome'], seen.exitCode], seen.verdict).toEqual(['error', 1]);
      expect(seen.verdict).toContain('nothing was copied');
      expect(seen.after.models[PROD]?.aliases['Champion']).toBe(1);
    },
    60_000,
  );

  test('a run that failed after it had reported a copy fails the step, and the next attempt takes the copy', async () => {
    const bench = await engineWorld(await pythonBy('python3 "$@"; exit 3'));
    const seen = await bench.run(promote, COPY);
    expect([seen.outputs['outcome'], leftIn(bench)], seen.verdict).toEqual(['error', []]);
    expect(seen.verdict).toContain('RUN_EXECUTION_ERROR');
    expect(seen.after.models[PROD]?.aliases['Champion']).toBe(1);
    const next = await bench.run(
      promote,
      { ...COPY, engine: 'runner' },
      { environment: { GITHUB_RUN_ATTEMPT: '2' } },
    );
    expect([next.outputs['outcome'], next.outputs['version']], next.verdict).toEqual(['ok', '2']);
    expect(next.after.models[PROD]?.aliases['Champion']).toBe(2);
  }, 60_000);

  test.each([
    [
      'a copy of another version',
      `models:/${STAGING}/2`,
      undefined,
      'is not marked as a copy of this source',
    ],
    ['a copy with another small file', COPY.source, 'MLmodel', 'the file MLmodel is not that of the source'],
    ['a copy with another unsigned file', COPY.source, '.gitignore', 'the file .gitignore is not that'],
  ])(
    'the run reports %s, of equal sizes: no alias moves',
    async (_name, source, other, why) => {
      const bench = await engineWorld();
      const files = { ...GOOD_FILES, '.gitignore': 'a' };
      const { metastore } = bench.emulator;
      const asked = `models:/${STAGING}/${metastore.addVersion(STAGING, { files })}`;
      const planted = Object.entries(files).map(([path, content]) => {
        const bytes = Buffer.from(content);
        if (path === other) bytes[0] = (bytes[0] ?? 0) ^ 1;
        return { path, bytes, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      });
      const { content, listing } = digestsOf(planted);
      changeResult(bench, (result) => {
        const version = metastore.addVersion(PROD, {
          files: Object.fromEntries(planted.map(({ path, bytes }) => [path, bytes])),
          source: source === COPY.source ? asked : source,
          tags: {
            uc_promote_origin: source === COPY.source ? asked : source,
            uc_promote_run: 'https://github.com/acme/other/actions/runs/1',
            uc_promote_digest: content,
            uc_promote_listing: listing,
          },
        });
        const hashes = Buffer.concat(signedFiles(planted).map(({ sha256 }) => Buffer.from(sha256, 'hex')));
        return {
          ...result,
          version: String(version),
          digest: content,
          'listing-digest': listing,
          hashes: hashes.toString('base64'),
        };
      });
      const seen = await bench.run(promote, { ...COPY, source: asked });
      expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
      expect(seen.verdict).toContain(why);
      expect(seen.after.models[PROD]?.aliases['Champion']).toBe(1);
    },
    60_000,
  );

  test('a copy whose record somebody else wrote is not accepted', async () => {
    const bench = await engineWorld();
    bench.emulator.faults.add({
      template: '/api/2.2/jobs/runs/get-output',
      kind: {
        kind: 'run',
        when: 'after',
        run: (metastore) => metastore.setTags(PROD, { uc_promote_digest: `sha256:${'0'.repeat(64)}` }, 2),
      },
    });
    const seen = await bench.run(copyVersion, COPY);
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
    expect(seen.verdict).toContain('recorded digests');
  }, 60_000);
});
