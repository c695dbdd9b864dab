import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { world, type ActionRun } from '../harness.ts';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

/** Every so many requests of the first copy the second begins: primes, so that each kind of request is met. */
const STEP = 3;

/** Request number at which the clean copy is done, well over it. */
const LAST = 45;

const OUTCOMES = ['ok', 'noop', 'conflict', 'unavailable', 'error'];

/** Two copies by one principal, the second begun when the first has sent `at` requests. */
async function copyTwice(at: number, sources: readonly [string, string]) {
  const { emulator, run } = await world();
  emulator.metastore.addVersion(STAGING, { files: { ...GOOD_FILES, 'extra.bin': 'of version 3 only' } });
  const before = emulator.state();
  const copy = (source: string, runId = '4242') =>
    run(copyVersion, { source, destination: PROD }, { environment: { GITHUB_RUN_ID: runId } });
  const second = new Promise<ActionRun>((resolve, reject) => {
    const begin = () => void copy(sources[1], '4243').then(resolve, reject);
    emulator.faults.add({ at, kind: { kind: 'run', when: 'before', run: begin } });
  });
  const first = copy(sources[0]);
  const seen = await Promise.all([first, second]);
  return {
    emulator,
    before,
    seen,
    after: emulator.state(),
    again: () => Promise.all(sources.map((source) => copy(source))),
  };
}

/** What must hold whatever two copies did to each other. */
function faultsOf({ before, seen, after, emulator }: Awaited<ReturnType<typeof copyTwice>>): string[] {
  const faults: string[] = [];
  const versions = Object.entries(after.models[PROD]?.versions ?? {});
  for (const [number, version] of versions.filter(([known]) => known !== '1')) {
    const origin = version.tags['uc_promote_origin'] ?? '';
    const source = after.models[STAGING]?.versions[origin.split('/').at(-1) ?? ''];
    const isHeld = version.tags['uc_promote_hold'] !== undefined;
    if (
      version.status === 'READY' &&
      !isHeld &&
      JSON.stringify(version.files) !== JSON.stringify(source?.files)
    ) {
      faults.push(`version ${number} is READY and not its source ${origin}`);
    }
    if (version.status !== 'READY') faults.push(`version ${number} was left ${version.status}`);
  }
  for (const { outputs, report } of seen) {
    const { outcome = '', version = '', 'source-version': source = '' } = outputs;
    if (!OUTCOMES.includes(outcome)) faults.push(`it ended with ${outcome}: ${report.verdict}`);
    if (outcome !== 'ok' && outcome !== 'noop') continue;
    const named = after.models[PROD]?.versions[version];
    if (named?.status !== 'READY') faults.push(`version ${version} is said to be a copy and is not READY`);
    if (named?.tags['uc_promote_origin'] !== `models:/${STAGING}/${source}`) {
      faults.push(`version ${version} is said to be a copy of ${source}: ${JSON.stringify(named?.tags)}`);
    }
  }
  const rest = (state: typeof before) =>
    JSON.stringify([
      state.models[STAGING],
      state.models[PROD]?.aliases,
      state.grants,
      state.owners,
      state.models[PROD]?.versions['1'],
    ]);
  if (rest(after) !== rest(before)) faults.push('something else was touched');
  if (emulator.requests.some(({ principal }) => principal !== PROMOTER && principal !== null))
    faults.push('another principal');
  return faults;
}

describe('two copies at a time by one principal, the second begun anywhere in the first', () => {
  for (const [title, sources] of [
    ['of the same version', [`models:/${STAGING}/1`, `models:/${STAGING}/1`]],
    ['of different versions', [`models:/${STAGING}/1`, `models:/${STAGING}/3`]],
  ] as const) {
    test(title, async () => {
      const faults: string[] = [];
      let tried = 0;
      let succeeded = 0;
      for (let at = 1; at <= LAST; at += STEP) {
        const ended = await copyTwice(at, sources);
        tried += 1;
        succeeded += ended.seen.filter(({ outputs }) => /^(ok|noop)$/u.test(outputs['outcome'] ?? '')).length;
        faults.push(...faultsOf(ended).map((fault) => `begun at ${at}: ${fault}`));
        const later = await ended.again();
        faults.push(
          ...later
            .filter(({ outputs }) => outputs['outcome'] !== 'noop')
            .map(({ report }) => `begun at ${at}, run again: ${report.verdict}`),
        );
      }
      expect(faults).toEqual([]);
      expect([tried, succeeded]).toEqual([Math.ceil(LAST / STEP), 2 * Math.ceil(LAST / STEP)]);
    });
  }
});
