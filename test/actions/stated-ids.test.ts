import { describe, expect, test } from 'vitest';
import { faultSentence } from '../../src/domain/input-fault.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { acceptJob, jobVariables } from '../auth/sign-in-bench.ts';
import { world, type ActionRun } from './harness.ts';
import { PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';

const HERE = '4242424242424242';
const ALWAYS = Number.POSITIVE_INFINITY;
const OTHER = '0a0b0c0d-1111-4222-8333-444455556666';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const ACTIONS = [
  [checkConnection, {}],
  [findVersion, { model: PROD }],
  [validateSignature, { model: PROD, version: '1' }],
  [gateOnGrants, { model: PROD, operation: 'set-alias' }],
  [copyVersion, COPY],
  [tagStatus, { model: PROD, version: '1', status: 'approved' }],
  [setAlias, { model: PROD, alias: 'Challenger', version: '1' }],
  [promote, COPY],
  [auditAliases, { models: `${PROD}` }],
] as const;

function expectContradiction(seen: ActionRun, message: string): void {
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'invalid', changed: 'false' });
  expect(seen.report.error?.message).toBe(message);
  expect([seen.after, seen.records.filter(({ write }) => write)]).toEqual([seen.before, []]);
}

const workspaceMessage = (input: string) =>
  faultSentence({ input, problem: `it names the workspace 999, but the host reports ${HERE}.` });

describe('a workspace-id that the host contradicts is invalid, and nothing is written', () => {
  test.each(ACTIONS.map(([action, inputs]) => [action.name, action, inputs] as const))(
    '%s',
    async (_name, action, inputs) => {
      const { run } = await world();
      const seen = await run(action, { ...inputs, 'workspace-id': '999' });
      expectContradiction(seen, workspaceMessage('workspace-id'));
    },
  );

  test('wherever it is given', async () => {
    const { run, emulator } = await world();
    const inputs = { model: PROD, alias: 'Challenger', version: '1' };
    const byVariable = await run(setAlias, inputs, { environment: { DATABRICKS_WORKSPACE_ID: '999' } });
    expectContradiction(byVariable, workspaceMessage('DATABRICKS_WORKSPACE_ID'));
    const pasted = await run(setAlias, inputs, { host: `${emulator.url}/?o=999` });
    expectContradiction(pasted, workspaceMessage('host'));
  });

  test('of the source too', async () => {
    const { run, emulator } = await world();
    const source = { 'source-host': emulator.url, 'source-token': 'emulator-promoter' };
    const seen = await run(copyVersion, { ...COPY, ...source, 'source-workspace-id': '999' });
    expectContradiction(seen, workspaceMessage('source-workspace-id'));
  });

  test('also where only the read of the caller shows it, and no privilege is checked', async () => {
    const { run, emulator } = await world();
    const kind = { kind: 'missing-header', header: 'x-databricks-org-id' } as const;
    emulator.faults.add({ path: /unity-catalog/u, times: ALWAYS, kind });
    const inputs = { model: PROD, alias: 'Challenger', version: '1', 'workspace-id': '999' };
    const off = { 'check-privileges': 'off', 'require-signature': 'off' };
    expectContradiction(await run(setAlias, { ...inputs, ...off }), workspaceMessage('workspace-id'));
  });

  test('and check-connection also finds it where only the host itself says it, without a token', async () => {
    const { run, emulator } = await world();
    const kind = { kind: 'missing-header', header: 'x-databricks-org-id' } as const;
    emulator.faults.add({ path: /./u, times: ALWAYS, kind });
    const seen = await run(checkConnection, { 'workspace-id': '999' });
    expectContradiction(seen, workspaceMessage('workspace-id'));
  });
});

test('a workspace-id that agrees, or that is no number, changes nothing', async () => {
  for (const workspaceId of [HERE, `0${HERE}`, 'my-workspace']) {
    const { run } = await world();
    const seen = await run(setAlias, {
      model: PROD,
      alias: 'Challenger',
      version: '1',
      'workspace-id': workspaceId,
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
  }
});

describe('other ids that the caller states', () => {
  test('an account that the host does not belong to', async () => {
    const { run, emulator } = await world();
    acceptJob(emulator);
    const environment = { ...jobVariables(emulator), DATABRICKS_TOKEN: '', DATABRICKS_CLIENT_ID: PROMOTER };
    const inputs = { model: PROD, alias: 'Challenger', version: '1' };
    const seen = await run(setAlias, { ...inputs, 'account-id': OTHER }, { environment });
    const message = `Input \`account-id\` names the account ${OTHER}, but the host reports ${emulator.metastore.state.accountId}.`;
    expectContradiction(seen, message);
    const connected = await run(checkConnection, { 'account-id': OTHER });
    expectContradiction(connected, message);
  });

  test('an application that the workspace takes for another', async () => {
    const { run, emulator } = await world();
    const secret = emulator.metastore.addSecret(PROMOTER);
    const kind = { kind: 'set-field', field: 'applicationId', value: OTHER } as const;
    emulator.faults.add({ path: /scim\/v2\/Me$/u, times: ALWAYS, kind });
    const environment = {
      DATABRICKS_TOKEN: '',
      DATABRICKS_CLIENT_ID: PROMOTER,
      DATABRICKS_CLIENT_SECRET: secret,
    };
    const message = `Variable \`DATABRICKS_CLIENT_ID\` names the principal ${PROMOTER}, but the host reports ${OTHER}.`;
    for (const [action, inputs] of [
      [promote, COPY],
      [checkConnection, {}],
    ] as const) {
      const seen = await run(action, inputs, { environment });
      expectContradiction(seen, message);
    }
  });
});
