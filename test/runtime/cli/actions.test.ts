import { describe, expect, test } from 'vitest';
import { reportSchema } from '../../../src/report/report.ts';
import { OUTCOME_MEANINGS } from '../../../src/domain/outcome.ts';
import { CASES } from '../../actions/action-cases.ts';
import { world } from '../../actions/harness.ts';
import { runCase } from '../../actions/run-case.ts';
import { command, folder, signedIn, wordsOf } from './bench.ts';

/** The variables of the job that the actions' tests run in. */
const JOB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/models',
  GITHUB_RUN_ID: '4242',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_ACTOR: 'ada',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
};

/** What differs from run to run in any case: moments, durations and ids that are drawn. */
function settled(text: string, ofMoments: readonly string[] = []): string {
  return (
    ofMoments
      .reduce((left, value) => left.replaceAll(value, 'OF-MOMENTS'), text)
      // As a page writes it.
      .replaceAll('&#58;', ':')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z| UTC)/gu, 'TIME')
      .replaceAll(/\b\d+(?:\.\d+)? (?:ms|s)\b/gu, 'SPAN')
      .replaceAll(/\b[\d.]+ (?:B|KiB|MiB)\/s/gu, 'RATE')
      .replaceAll(/\/[\w/.-]*\/uc-promote-predicate-\w+/gu, 'PLACE')
      .replaceAll(/\/[\w/.-]*\/uc-promote-plan-/gu, 'PLACE-OF-PLAN-')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'ID')
      // Columns are as wide as the longest of these.
      .replaceAll(/ {2,}/gu, '  ')
      .replaceAll(/\/[0-9a-z]{8,9}-[0-9a-z]+/gu, '/MARK')
      // The tags of a version have such marks.
      .replaceAll(/, tags [0-9a-f]{16}/gu, ', tags DIGEST')
  );
}

/** What a plan has of when an endpoint was made: its configuration has moments, and the plan a digest of it. */
function ofMoments(name: string, outputs: Readonly<Record<string, string>>): string[] {
  if (name !== 'update-serving') return [];
  const configs = outputs['plan']?.matchAll(/"(?:config|was)":"(?<digest>[0-9a-f]{64})"/gu) ?? [];
  const digests = [...configs].map(({ groups }) => groups?.['digest']);
  return [outputs['plan-digest'], outputs['plan-code'], ...digests].filter((each) => each !== undefined);
}

describe('an action by the command line says what it says as a step', () => {
  test.each(CASES)('$title', async (each) => {
    const step = await runCase(each);
    const { emulator } = await world();
    each.prepare?.(emulator.metastore);
    const words = wordsOf(each.action.name, each.inputs);
    // A step asks nobody.
    if (each.action.requirements.asksFirst === true) words.push('--yes');
    const run = await command([...words, '--json', '--summary-file', 'PLACE/page.md', '--ci', 'github'], {
      environment: { ...JOB, RUNNER_TEMP: await folder(), ...signedIn(emulator, each.token) },
    });

    const report = reportSchema.parse(JSON.parse(run.stdout));
    const moments = ofMoments(each.action.name, report.outputs);
    const ofStep = ofMoments(each.action.name, step.report.outputs);
    expect(JSON.parse(settled(run.stdout, moments))).toEqual(
      JSON.parse(settled(JSON.stringify(step.report), ofStep)),
    );
    expect(settled(await run.file('page.md'), moments)).toBe(settled(step.summary, ofStep));
    const page = step.log.filter((line) => !/^(?:info|debug|warning): /u.test(line));
    expect(settled(run.stderr, moments)).toContain(settled(page.join('\n'), ofStep));
    const { commandExitCode } = OUTCOME_MEANINGS[report.outcome];
    expect(run.exitCode).toBe(commandExitCode);
    expect(settled(JSON.stringify(emulator.state()))).toBe(settled(JSON.stringify(step.after)));
  });
});
