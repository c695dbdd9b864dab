import { expect, test } from 'vitest';
import { runToken } from '../../../src/policy/run/token.ts';

const RUN = { repository: 'acme/models', runId: '42', attempt: '1' };
const WHAT = { job: '7', uri: 'models:/prod.ml.fraud/2' };

test('an attempt finds its own run again, and no other one', () => {
  const token = runToken(RUN, WHAT, 'a');
  expect(token).toMatch(/^[0-9a-f]{64}$/u);
  expect(runToken(RUN, WHAT, 'b')).toBe(token);
  const others = [
    runToken({ ...RUN, attempt: '2' }, WHAT, 'a'),
    runToken({ ...RUN, runId: '4', attempt: '21' }, WHAT, 'a'),
    runToken({ ...RUN, repository: 'acme/other' }, WHAT, 'a'),
    runToken(RUN, { ...WHAT, job: '8' }, 'a'),
    runToken(RUN, { ...WHAT, uri: 'models:/prod.ml.fraud/3' }, 'a'),
  ];
  expect(new Set([token, ...others]).size).toBe(6);
});

test('outside of a workflow every start is a run of its own', () => {
  const local = { repository: 'local', runId: 'local', attempt: 'local' };
  expect(runToken(local, WHAT, 'a')).not.toBe(runToken(local, WHAT, 'b'));
});
