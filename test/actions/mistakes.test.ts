import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { checkCommand } from '../../src/runtime/command.ts';
import { printedTodo } from './expectations.ts';
import { TOKENS, world, type RunOptions } from './harness.ts';

interface Mistake {
  readonly action: Action;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outcome: string;
  /** What error and advice must say, in any order. */
  readonly says: readonly string[];
  readonly silent?: readonly string[];
  readonly prepare?: (emulator: Emulator) => void;
  readonly options?: RunOptions;
}

const GOOD = { source: `models:/${STAGING}/1`, destination: PROD };
const ALIAS = { model: PROD, alias: 'Champion', version: '1' };

const promotes = (
  inputs: Readonly<Record<string, string>>,
  outcome: string,
  says: readonly string[],
  more: Partial<Mistake> = {},
): Mistake => ({ action: promote, inputs: { ...GOOD, ...inputs }, outcome, says, ...more });

const moves = (inputs: Readonly<Record<string, string>>, says: readonly string[]): Mistake => ({
  action: setAlias,
  inputs: { ...ALIAS, ...inputs },
  outcome: 'invalid',
  says,
});

/** What a new user of the demo world gets wrong, and what the one message must name. */
const MISTAKES: Readonly<Record<string, Mistake>> = {
  '1: a destination that does not exist': promotes({ destination: 'prod.ml_team.churn' }, 'invalid', [
    'destination',
    'create-destination: true',
  ]),
  '2: a source without models:/': promotes({ source: `${STAGING}/1` }, 'invalid', [
    'source',
    `models:/${STAGING}/1`,
  ]),
  '3: a destination with models:/': promotes({ destination: `models:/${PROD}` }, 'invalid', [
    'destination',
    PROD,
  ]),
  '4: two levels': promotes({ destination: 'ml_team.fraud_detection' }, 'invalid', [
    'destination',
    '2 levels, not three',
  ]),
  '5: an alias with @': moves({ alias: '@Champion' }, ['alias', 'Champion']),
  '6: a reserved alias': moves({ alias: 'latest' }, ['alias', 'reserved']),
  '7: a version with v': moves({ version: 'v1' }, ['version', 'number', '1']),
  '7: the newest version': moves({ version: 'latest' }, ['version', 'find-version']),
  '8: a flag in words': promotes({ 'dry-run': 'yes' }, 'invalid', ['dry-run', 'true', 'false']),
  '9: minutes in words': promotes({ 'validate-timeout': '10min' }, 'invalid', ['validate-timeout']),
  '9: a time that no runner lives': promotes({ 'validate-timeout': '600h' }, 'invalid', ['validate-timeout']),
  '10: http to a workspace': promotes({ host: 'http://dbc-1.cloud.databricks.com' }, 'invalid', [
    'host',
    'https',
  ]),
  '12: an empty token': promotes({ token: '' }, 'invalid', ['token', 'secret', 'exist']),
  '13: a wrong token': promotes({ token: 'wrong-token' }, 'denied', ['token'], {
    options: { secrets: ['wrong-token'] },
  }),
  '14: a client without id-token: write': promotes(
    { 'client-id': '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe', 'auth-type': 'github-oidc', token: 'none' },
    'invalid',
    ['id-token: write'],
  ),
  '15: a misspelt catalog of the destination': promotes(
    { destination: 'prd.ml_team.churn' },
    'invalid',
    ['destination', 'catalog prd', 'prod'],
    { silent: ['USE SCHEMA'] },
  ),
  '16: a misspelt catalog of the source': promotes(
    { source: 'models:/stagin.ml_team.fraud_detection/1' },
    'invalid',
    ['source', 'catalog stagin', 'staging'],
    { silent: ['USE SCHEMA'] },
  ),
  '17: a caller who holds nothing': promotes({}, 'denied', ['GRANT USE CATALOG', 'Who can run it'], {
    options: { token: TOKENS.reader },
  }),
  '18: the trainer promotes': promotes({}, 'denied', ['the principal that is meant to promote'], {
    options: { token: TOKENS.trainer },
    silent: ['--owner'],
  }),
  '19: a source without signature': promotes({ source: `models:/${STAGING}/2` }, 'blocked', ['signature']),
  '20: a version that does not exist': promotes({ source: `models:/${STAGING}/9` }, 'invalid', [
    'source',
    'version 9',
    '2, 1',
  ]),
  '21: a misspelt alias': promotes(
    { source: `models:/${STAGING}@Champoin` },
    'invalid',
    ['source', 'Champoin'],
    { silent: ['owner'] },
  ),
  '22: a source without a version': promotes({ source: `models:/${STAGING}/` }, 'invalid', [
    'source',
    'version',
  ]),
  '23: a model onto itself': {
    action: copyVersion,
    inputs: { source: `models:/${PROD}/1`, destination: PROD },
    outcome: 'invalid',
    says: ['set-alias'],
  },
  '24: an empty alias': promotes({ alias: '' }, 'invalid', ['alias', 'empty', 'variable']),
  '25: an empty status': promotes({ 'require-status': '' }, 'invalid', [
    'require-status',
    'empty',
    'variable',
  ]),
  '26: a status in another case': promotes({ 'require-status': 'Approved' }, 'blocked', [
    'differs only in case',
  ]),
  '27: two commands': promotes({ 'validate-command': 'a.sh && b.sh' }, 'invalid', [
    'validate-command',
    '&&',
    'validate-shell',
  ]),
  '28: a command that is not there': promotes(
    { 'validate-command': 'pyton check.py' },
    'invalid',
    ['validate-command', 'pyton'],
    { options: { checkCommand } },
  ),
  '29: a pattern that sees nothing': {
    action: auditAliases,
    inputs: { models: 'prod.nothing.*' },
    outcome: 'partial',
    says: ['prod.nothing.*'],
  },
  '29: two patterns in a line': {
    action: auditAliases,
    inputs: { models: 'a.*, b.*' },
    outcome: 'invalid',
    says: ['models', 'one pattern per line'],
  },
  '29: a catalog without a star': {
    action: auditAliases,
    inputs: { models: 'prod' },
    outcome: 'invalid',
    says: ['models', 'prod.*'],
  },
  '30: an alias that somebody moved': {
    action: setAlias,
    inputs: { ...ALIAS, 'expected-version': '1' },
    outcome: 'conflict',
    says: ['Champion', '2', 'no record of who moved it'],
    prepare: ({ metastore }) => {
      metastore.addVersion(PROD, {});
      metastore.setAlias(PROD, 'Champion', 2);
    },
  },
};

describe('mistakes of a first day', () => {
  test.each(Object.entries(MISTAKES))('%s', async (_title, mistake) => {
    const { emulator, run } = await world();
    mistake.prepare?.(emulator);
    const seen = await run(mistake.action, mistake.inputs, mistake.options);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: mistake.outcome, changed: 'false' });
    expect(seen.after).toEqual(seen.before);
    expect(seen.records.filter(({ write }) => write)).toEqual([]);
    expect(seen.annotations.filter(({ level }) => level === 'error').length).toBeLessThanOrEqual(1);
    const said = `${seen.verdict}\n${seen.report.error?.message ?? ''}\n${seen.report.error?.fix ?? ''}\n${printedTodo(seen)}`;
    for (const words of mistake.says) expect(said).toContain(words);
    for (const words of mistake.silent ?? []) expect(said).not.toContain(words);
  });

  test('11: a host that does not resolve', async () => {
    const { run } = await world();
    const host = 'https://no-such-workspace.invalid';
    const seen = await run(findVersion, { model: PROD, version: '1', registry: 'databricks' }, { host });
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'false' });
    expect(`${seen.verdict} ${printedTodo(seen)}`).toContain('resolve');
  });
});
