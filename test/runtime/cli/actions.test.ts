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
function settled(text: string): string {
  return (
    text
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z| UTC)/gu, 'TIME')
      .replaceAll(/\b\d+(?:\.\d+)? (?:ms|s)\b/gu, 'SPAN')
      .replaceAll(/\b[\d.]+ (?:B|KiB|MiB)\/s/gu, 'RATE')
      .replaceAll(/\/[\w/.-]*\/uc-promote-predicate-\w+/gu, 'PLACE')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'ID')
      // Columns are as wide as the longest of these.
      .replaceAll(/ {2,}/gu, '  ')
      .replaceAll(/\/[0-9a-z]{8,9}-[0-9a-z]+/gu, '/MARK')
  );
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
    expect(JSON.parse(settled(run.stdout))).toEqual(JSON.parse(settled(JSON.stringify(step.report))));
    expect(settled(await run.file('page.md'))).toBe(settled(step.summary));
    const page = step.log.filter((line) => !/^(?:info|debug|warning): /u.test(line));
    expect(settled(run.stderr)).toContain(settled(page.join('\n')));
    const { commandExitCode } = OUTCOME_MEANINGS[report.outcome];
    expect(run.exitCode).toBe(commandExitCode);
    expect(settled(JSON.stringify(emulator.state()))).toBe(settled(JSON.stringify(step.after)));
  });
});
