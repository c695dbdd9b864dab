import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator, type Emulator } from '../../emulator/index.ts';
import { seedDemo } from '../../emulator/seeds/demo.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { masksIn } from '../actions/leaks.ts';
import { moreVersions, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { acceptJob, jobVariables } from '../auth/sign-in-bench.ts';
import { removeJobs, runJob } from './run-job.ts';

const STEPS: readonly (readonly [string, Action, Record<string, string>])[] = [
  ['find-version', findVersion, { model: PROD }],
  ['set-alias', setAlias, { model: PROD, alias: 'Champion', version: '2' }],
  ['copy-version', copyVersion, { source: `models:/${STAGING}/1`, destination: PROD }],
  ['audit-aliases', auditAliases, { models: 'prod.*' }],
  ['check-connection', checkConnection, { model: PROD, catalogs: 'prod' }],
  ['a refused read', findVersion, { model: 'prod.ml_team.no_such_model' }],
];

/** Ways to sign in: the variables, and the secrets that were given with them. */
const WAYS: Readonly<
  Record<string, (host: Emulator) => { variables: Record<string, string>; secrets: string[] }>
> = {
  pat: () => ({ variables: {}, secrets: ['emulator-promoter'] }),
  'oauth-m2m': (host) => {
    const secret = host.metastore.addSecret(PROMOTER);
    const variables = { DATABRICKS_CLIENT_ID: PROMOTER, DATABRICKS_CLIENT_SECRET: secret };
    return { variables: { ...variables, DATABRICKS_TOKEN: '' }, secrets: [secret] };
  },
  'a wrong secret': () => ({
    variables: {
      DATABRICKS_TOKEN: '',
      DATABRICKS_CLIENT_ID: PROMOTER,
      DATABRICKS_CLIENT_SECRET: 'dose+wrong/secret"with%everything',
    },
    secrets: ['dose+wrong/secret"with%everything'],
  }),
  'github-oidc': (host) => {
    acceptJob(host);
    const job = jobVariables(host);
    return {
      variables: { ...job, DATABRICKS_TOKEN: '', DATABRICKS_CLIENT_ID: PROMOTER },
      secrets: [job['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''],
    };
  },
  'a refused ID token': (host) => {
    const job = jobVariables(host);
    return {
      variables: { ...job, DATABRICKS_TOKEN: '', DATABRICKS_CLIENT_ID: PROMOTER },
      secrets: [job['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''],
    };
  },
};

afterAll(removeJobs);

describe.each(Object.entries(WAYS))('%s', (_way, prepare) => {
  test.each(STEPS)(
    '%s leaves no secret anywhere, in any form, with the debug log on',
    async (_name, action, inputs) => {
      const host = await startEmulator({
        seed(metastore) {
          seedDemo(metastore);
          moreVersions(metastore);
        },
      });
      onTestFinished(() => host.close());
      const { variables, secrets } = prepare(host);
      // The search itself is in runJob: of secrets that were given, sent, received and masked.
      const seen = await runJob(host, action, inputs, variables);
      // What was searched is not empty.
      expect(secrets.filter((secret) => !masksIn(seen.printed).includes(secret))).toEqual([]);
      expect(seen.printed).toContain('::debug::');
      expect(seen.outputs['outcome']).toMatch(/^(ok|denied|invalid|blocked)$/u);
    },
  );
});
