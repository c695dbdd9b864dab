import { describe, expect, test } from 'vitest';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { world, type RunOptions } from './harness.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const MOVE = { model: PROD, alias: 'Champion', version: '1' };

type Inputs = Readonly<Record<string, string>>;
type Row = readonly [Action, Inputs, message: RegExp, fix: RegExp, options?: RunOptions];

/** An instance for each place that judges inputs: what its one error says, and its fix. */
const ROWS: Readonly<Record<string, Row>> = {
  'left out': [
    setAlias,
    { alias: 'X', version: '1' },
    /^Input `model` is missing/u,
    /^Add `model: .+` to the step\./u,
  ],
  empty: [
    promote,
    { ...COPY, 'require-status': '' },
    /^Input `require-status` is empty\.$/u,
    /^Check its expression/u,
  ],
  'a value': [
    setAlias,
    { ...MOVE, version: 'v1' },
    /^Input `version`: "v1" is not a version number\.$/u,
    /^Write only the number: 1\./u,
  ],
  'a word': [
    promote,
    { ...COPY, until: 'end' },
    /^Input `until`: "end" is not one of/u,
    /^Use one of: copy, validate, alias\.$/u,
  ],
  'a line': [
    findVersion,
    { model: PROD, where: 'a=1\nx' },
    /^Input `where`: line 2: "x" is not key=value\.$/u,
    /^Write one/u,
  ],
  'two that exclude each other': [
    setAlias,
    { ...MOVE, 'from-alias': 'X' },
    /^Inputs `version` and `from-alias`: both/u,
    /^Remove/u,
  ],
  'none of several': [
    tagStatus,
    { model: PROD },
    /^Inputs `status`, `tags`, .+ or `require`: none/u,
    /^Give at least one/u,
  ],
  'inputs together': [
    promote,
    { ...COPY, until: 'copy', 'expected-version': '1' },
    /^Input `expected-version` has no effect/u,
    /^Leave it out/u,
  ],
  'a rule of the gate': [
    gateOnGrants,
    { forbid: `${PROD}: MANAGE` },
    /^Input `except` is missing/u,
    /^List the principals/u,
  ],
  'an owner out of reach': [
    copyVersion,
    {
      source: COPY.source,
      destination: 'prod.ml_team.fresh',
      'create-destination': 'true',
      'destination-owner': 'leads',
    },
    /^Input `destination-owner`: "leads" is neither the caller nor/u,
    /^Run the step as a member of leads/u,
  ],
  'a name that does not exist': [
    setAlias,
    { ...MOVE, model: 'prod.ml_team.x' },
    /^Input `model`: the model prod\.ml_team\.x/u,
    /every level of the name/u,
  ],
  'a version that does not exist': [
    copyVersion,
    { ...COPY, source: `models:/${STAGING}/9` },
    /^Input `source`: version 9 of/u,
    /^Its versions are/u,
  ],
  'an id of another workspace': [
    setAlias,
    { ...MOVE, 'workspace-id': '999' },
    /^Input `workspace-id` names the workspace 999, but/u,
    /^Correct the workspace/u,
  ],
  'a profile': [
    setAlias,
    { ...MOVE, profile: 'none-such' },
    /^Input `profile` names a file that cannot be read: /u,
    /^Write the file before this step/u,
    { environment: { DATABRICKS_CONFIG_FILE: '/nowhere/.databrickscfg' } },
  ],
  'a variable': [
    setAlias,
    MOVE,
    /^Variable `HTTPS_PROXY` is not a valid proxy address\.$/u,
    /^Write http:/u,
    { environment: { HTTPS_PROXY: 'ftp://p' } },
  ],
};

describe('an error of an input says which, what and how to fix it', () => {
  test.each(Object.entries(ROWS))('%s', async (_title, [action, inputs, message, fix, options]) => {
    const { run } = await world();
    const seen = await run(action, inputs, options);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'invalid', changed: 'false' });
    expect(seen.report.error?.message).toMatch(message);
    expect(seen.report.error?.fix).toMatch(fix);
    const [annotation] = seen.annotations;
    expect(annotation?.message).toContain(`${seen.report.error?.message.slice(0, 60)}`);
    expect(seen.after).toEqual(seen.before);
  });
});
