import { expect, test } from 'vitest';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { PromoteError } from '../../src/domain/errors.ts';
import { world } from '../actions/harness.ts';

test.each([
  ['ok', 'error'],
  ['noop', 'error'],
  ['conflict', 'conflict'],
] as const)('what an action throws with the outcome %s fails the step', async (outcome, becomes) => {
  const bench = await world();
  const failing = {
    ...setAlias,
    run: () => Promise.reject(new PromoteError('It failed.', { code: 'rejected', outcome })),
  };
  const seen = await bench.run(failing, { model: PROD, alias: 'Champion', version: '1' });
  expect([seen.outputs['outcome'], seen.exitCode]).toEqual([becomes, 1]);
  expect(seen.verdict).toContain('It failed');
});
