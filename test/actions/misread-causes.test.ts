import { describe, expect, test } from 'vitest';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { serve } from '../http/client-bench.ts';
import { world, type ActionRun } from './harness.ts';

const said = ({ report, annotations, log }: ActionRun) => JSON.stringify([report.error, annotations, log]);

describe('a workspace without a metastore', () => {
  const body = JSON.stringify({
    error_code: 'METASTORE_DOES_NOT_EXIST',
    message: 'No metastore assigned for the current workspace.',
  });
  test.each([
    ['find-version', findVersion, { model: STAGING }],
    ['set-alias', setAlias, { model: PROD, alias: 'Champion', version: '1' }],
    ['check-connection', checkConnection, { catalogs: 'prod' }],
  ] as const)('%s: named, and no model that does not exist', async (_action, action, inputs) => {
    const { run, emulator } = await world();
    emulator.faults.add({
      path: /unity-catalog/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 404, body },
    });
    const seen = await run(action, inputs);
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(seen.report.error?.message).toContain('No metastore assigned');
    expect(seen.report.error?.fix).toContain('This workspace has no Unity Catalog metastore');
    expect(seen.report.error?.message).not.toContain('does not exist, or is hidden from');
  });
});

describe('a sign-in before an MLflow server', () => {
  test.each([
    [
      'a redirect',
      302,
      { location: 'https://login.sso.example/authorize?x=1' },
      '',
      'it leads to login.sso.example',
    ],
    [
      'a page',
      200,
      { 'content-type': 'text/html' },
      '<html><title>Sign in</title></html>',
      'titled "Sign in"',
    ],
    ['a refusal', 401, { server: 'oauth2-proxy' }, 'Unauthorized', 'from the server "oauth2-proxy"'],
  ] as const)('%s: who it is, and how to pass it', async (_what, status, headers, body, named) => {
    const host = await serve((_request, response) => response.writeHead(status, headers).end(body));
    const { run } = await world();
    for (const [action, inputs] of [
      [checkConnection, {}],
      [findVersion, { model: 'fraud' }],
    ] as const) {
      const seen = await run(action, { registry: 'mlflow', ...inputs }, { host, token: '' });
      expect(seen.outputs['outcome']).toBe('unavailable');
      expect(seen.report.error?.message).toContain(named);
      expect(seen.report.error?.fix).toContain('Check that host is an MLflow server');
      expect(seen.report.error?.fix).toContain('give the runner access');
    }
  });

  test('what the server itself refuses is no matter of grants', async () => {
    const host = await serve((_request, response) =>
      response.writeHead(403, { 'content-type': 'text/html' }).end('Permission denied'),
    );
    const { run } = await world();
    const seen = await run(findVersion, { registry: 'mlflow', model: 'fraud' }, { host, token: '' });
    expect(seen.outputs['outcome']).toBe('denied');
    expect(seen.report.error?.fix).toContain('administrator of the MLflow server');
  });
});

describe('quotes around a name', () => {
  test.each([
    [
      'backticks around levels',
      findVersion,
      { model: '`prod`.`ml_team`.`fraud_detection`' },
      'Write prod.ml_team.fraud_detection.',
    ],
    [
      'backticks around one level',
      findVersion,
      { model: 'prod.`ml_team`.fraud_detection' },
      'Write prod.ml_team.fraud_detection.',
    ],
    [
      'backticks around all of it',
      setAlias,
      { model: '`prod.ml_team.fraud_detection`', alias: 'a', version: '1' },
      'Write prod.ml_team.fraud_detection.',
    ],
    [
      'quotes',
      validateSignature,
      { model: '"prod.ml_team.fraud_detection"', version: '1' },
      'Write prod.ml_team.fraud_detection.',
    ],
    [
      'single quotes',
      tagStatus,
      { model: "'prod.ml_team.fraud_detection'", version: '1', status: 'a' },
      'Write prod.ml_team.fraud_detection.',
    ],
    [
      'backticks in a URI',
      copyVersion,
      { source: 'models:/`staging`.`ml_team`.`fraud_detection`/1', destination: PROD },
      'Write staging.ml_team.fraud_detection.',
    ],
    ['backticks in a pattern', auditAliases, { models: '`prod`.ml_team.*' }, 'Write prod.ml_team.*.'],
  ] as const)('%s: invalid, with the name', async (_what, action, inputs, fix) => {
    const { run, emulator } = await world();
    const seen = await run(action, inputs);
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(said(seen)).toContain('in quotes, which belong to SQL or YAML and are not part of a name.');
    expect(said(seen)).toContain(fix);
    expect(emulator.requests).toEqual([]);
  });
});

describe('words of an MLflow server', () => {
  test.each([
    [
      'a stage',
      copyVersion,
      { source: 'models:/m/Production', destination: 'n' },
      'is a stage. Stages are not supported',
      'models:/name@Champion',
    ],
    [
      'latest in a URI',
      copyVersion,
      { source: 'models:/m/latest', destination: 'n' },
      'names whichever version is the newest',
      'use find-version',
    ],
    [
      'latest',
      setAlias,
      { model: 'm', alias: 'a', version: 'latest' },
      'names whichever version is the newest',
      'use find-version',
    ],
    [
      'no version',
      copyVersion,
      { source: 'models:/m', destination: 'n' },
      'names no version',
      'Write models:/name/7',
    ],
    [
      'a slash',
      findVersion,
      { model: 'a/b' },
      'which MLflow does not allow in a name',
      'such as fraud_detection',
    ],
  ] as const)(
    '%s: what MLflow has, and nothing of Unity Catalog',
    async (_what, action, inputs, problem, fix) => {
      const { run } = await world();
      const seen = await run(action, { registry: 'mlflow', ...inputs });
      expect(seen.outputs['outcome']).toBe('invalid');
      expect(said(seen)).toContain(problem);
      expect(said(seen)).toContain(fix);
      expect(said(seen)).not.toMatch(/Unity Catalog|catalog\.schema/u);
    },
  );

  test('at a workspace they are those of Unity Catalog', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, { source: `models:/${STAGING}/Production`, destination: PROD });
    expect(said(seen)).toContain('is a stage, and Unity Catalog has no stages.');
  });
});
