import { describe, expect, test } from 'vitest';
import type { RunEnding, TaskOutput } from '../../../src/domain/job.ts';
import { resultOf } from '../../../src/policy/run/result.ts';
import { decideJobRun, type EndedTask } from '../../../src/policy/run/verdict.ts';
import { MEANINGS } from '../../../src/policy/run/ending.ts';

const output = (given: Partial<TaskOutput>): TaskOutput => ({ isCut: false, ...given });

const task = (key: string, code: string, given?: Partial<TaskOutput>, message = ''): EndedTask => ({
  task: { id: '1', key, hasOutput: true, ending: { code, message } },
  ...(given === undefined ? {} : { output: output(given) }),
});

const judge = (code: string, ...tasks: EndedTask[]) =>
  decideJobRun(
    { id: '9', jobId: '8', state: 'TERMINATED', ending: { code, message: 'said' }, tasks: [] },
    tasks,
  );

const CUT = 'is longer than the workspace keeps';

describe('what a task says by itself', () => {
  test.each([
    ['nothing', {}, undefined],
    ['an empty exit', { exitValue: ' ' }, undefined],
    [
      'a pass',
      { exitValue: '{"passed": true, "auc": 0.9}' },
      { passed: true, said: { passed: true, auc: 0.9 } },
    ],
    ['a refusal', { exitValue: '{"passed": false}' }, { passed: false, said: { passed: false } }],
    ['OK', { exitValue: 'OK' }, { unreadable: 'is not a JSON object' }],
    ['a list', { exitValue: '[{"passed": true}]' }, { unreadable: 'is not a JSON object' }],
    ['null', { exitValue: 'null' }, { unreadable: 'is not a JSON object' }],
    [
      'a text for a flag',
      { exitValue: '{"passed": "true"}' },
      { unreadable: 'has no "passed" that is true or false' },
    ],
    ['another word', { exitValue: '{"ok": true}' }, { unreadable: 'has no "passed" that is true or false' }],
    ['a part', { exitValue: '{"passed": true}', isCut: true }, { unreadable: CUT }],
    [
      'a line of its logs',
      { logs: 'x\n{"passed": false}\nbye\n' },
      { passed: false, said: { passed: false } },
    ],
    [
      'the last such line',
      { logs: '{"passed": false}\n{"passed": true}\n' },
      { passed: true, said: { passed: true } },
    ],
    [
      'logs of another kind',
      { logs: 'it has "passed"\n["passed"]\n{"event": "passed"}\n{"tests": {"passed": 3}}\n{\n' },
      undefined,
    ],
    [
      'a line behind a word',
      { logs: 'result: {"passed": false}\n' },
      { unreadable: 'has "passed" in a line that is not a JSON object' },
    ],
    [
      'an object over several lines',
      { logs: '{\n  "passed": false\n}\n' },
      { unreadable: 'has "passed" in a line that is not a JSON object' },
    ],
    [
      'a result before a word about it',
      { logs: '{"passed": true}\nposted {"passed": true}\n' },
      { passed: true, said: { passed: true } },
    ],
    // As Python writes a metric that is no number.
    [
      'a refusal with NaN',
      { logs: '{"passed": false, "auc": NaN}\n' },
      { unreadable: 'is not a JSON object' },
    ],
    [
      'a line that is none behind one that is',
      { logs: '{"passed": true}\n{"passed": false, "why": "auc fell\n' },
      { unreadable: 'is not a JSON object' },
    ],
    [
      'a word for a flag in a line',
      { logs: '{"passed": "no"}\n' },
      { unreadable: 'has no "passed" that is true or false' },
    ],
    [
      'no flag in a line',
      { logs: '{"passed": null}' },
      { unreadable: 'has no "passed" that is true or false' },
    ],
    ['logs that are cut, without a result', { logs: 'bye\n', isCut: true }, { unreadable: CUT }],
    [
      'logs that are cut, with a result',
      { logs: 'bye\n{"passed": true}\n', isCut: true },
      { passed: true, said: { passed: true } },
    ],
  ] as const)('%s', (_name, given, result) => {
    expect(resultOf(output(given))).toEqual(result);
  });
});

test('a run that succeeded passes, with what its tasks said', () => {
  const said = judge(
    'SUCCESS',
    task('a', 'SUCCESS', { logs: '{"passed": true, "auc": 0.9}' }),
    task('b', 'SUCCESS'),
  );
  expect(said).toMatchObject({ passed: true, how: 'ended with SUCCESS' });
  expect(said.results).toEqual([{ task: 'a', result: { passed: true, said: { passed: true, auc: 0.9 } } }]);
});

test('a task that reports false refuses, however the run ended', () => {
  for (const code of ['SUCCESS', 'INTERNAL_ERROR', 'RUN_EXECUTION_ERROR']) {
    const said = judge(code, task('a', code, { exitValue: '{"passed": false, "message": "auc fell"}' }));
    expect(said).toMatchObject({ passed: false, how: 'task a reports "passed": false: auc fell' });
  }
});

test('an exit that says neither is no pass and no refusal', () => {
  const said = judge('SUCCESS', task('a', 'SUCCESS', { exitValue: 'done' }));
  expect(said).toMatchObject({ outcome: 'invalid', how: 'what task a reports is not a JSON object' });
  expect(said.passed).toBeUndefined();
});

test('the code of a task refuses, with its exception', () => {
  const given = { error: 'ValueError: auc 0.4.' };
  expect(
    judge('RUN_EXECUTION_ERROR', task('a', 'SUCCESS'), task('b', 'RUN_EXECUTION_ERROR', given)),
  ).toMatchObject({
    passed: false,
    outcome: 'blocked',
    how: 'task b ended with RUN_EXECUTION_ERROR: ValueError: auc 0.4',
  });
  expect(judge('SUCCESS_WITH_FAILURES', task('a', 'RUN_EXECUTION_ERROR'), task('b', 'SUCCESS')).passed).toBe(
    false,
  );
});

const WITHOUT_VERDICT = Object.entries(MEANINGS).filter(([, each]) => each !== 'passed' && each !== 'failed');

describe.each(WITHOUT_VERDICT)('%s', (code, meaning) => {
  const outcome = meaning === 'set-up' ? 'invalid' : 'unavailable';

  test(`of a run is ${outcome}, no verdict`, () => {
    const said = judge(code);
    expect([said.passed, said.outcome]).toEqual([undefined, outcome]);
    expect(said.how).toBe(`ended with ${code}: said`);
  });

  test('of a task is none either, whatever the run says of it', () => {
    for (const ofRun of ['RUN_EXECUTION_ERROR', 'SUCCESS_WITH_FAILURES']) {
      const said = judge(ofRun, task('a', code), task('b', 'SKIPPED'));
      expect(said.passed).toBeUndefined();
      expect(['invalid', 'unavailable']).toContain(said.outcome);
    }
  });
});

test('a run that is not over has no verdict', () => {
  const run = { id: '9', jobId: '8', state: 'RUNNING', tasks: [] };
  expect(() => decideJobRun(run, [])).toThrow('not over');
  const unseen: RunEnding = { message: '' };
  expect(decideJobRun({ ...run, ending: unseen }, [])).toMatchObject({ outcome: 'unavailable' });
});
