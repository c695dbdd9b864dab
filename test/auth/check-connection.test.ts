import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { world, TOKENS } from '../actions/harness.ts';
import { PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { serve } from '../http/client-bench.ts';
import { acceptJob, jobVariables } from './sign-in-bench.ts';

const NO_TOKEN = { DATABRICKS_TOKEN: '' };

test('who, where, by what, and what each part took', async () => {
  const { run, emulator } = await world();
  emulator.metastore.grant('function', PROD, PROMOTER, ['EXECUTE']);
  const seen = await run(checkConnection, { model: PROD, catalogs: 'prod\nstaging' });
  expect(seen.outputs).toMatchObject({
    outcome: 'ok',
    changed: 'false',
    principal: PROMOTER,
    'principal-kind': 'service-principal',
    method: 'pat',
    'workspace-id': '4242424242424242',
    groups: '["ml-deployers"]',
  });
  expect(seen.verdict).toContain(`Connected as ${PROMOTER} with pat`);
  const facts = Object.fromEntries(seen.report.facts.map(({ label, value }) => [label, value]));
  expect(facts).toEqual({
    'Signed in as': `${PROMOTER} (promoter)`,
    Host: 'workspace',
    Proxy: 'none',
    'Custom certificates': 'none',
    Clock: expect.stringMatching(/^(same as the host|1 s (ahead|behind))$/u) as string,
    Workspace: '4242424242424242',
    Groups: '1',
  });
  const tried = seen.report.sections.find(({ title }) => title === 'Tests')?.blocks[0];
  const rows = tried?.kind === 'table' ? tried.rows : [];
  expect(rows.map(([what]) => what)).toEqual([
    'Host responds',
    'Sign in',
    'Caller',
    'Files',
    'Catalog prod',
    'Catalog staging',
  ]);
  expect(rows.every(([, , took]) => /^\d+ ms$/u.test(took ?? ''))).toBe(true);
  expect(rows[3]?.[1]).toMatch(/^MLmodel of version 1, \d+ bytes through the workspace$/u);
  expect(JSON.stringify(seen)).not.toContain('emulator-promoter\\"');
  expect(JSON.stringify(seen.report)).not.toContain(emulator.url);
});

test.each([
  ['Invalid access token.', 'denied', 'Check that the token (DATABRICKS_TOKEN) belongs to this host'],
  [
    'Source IP address: 192.0.2.7 is blocked by Databricks IP ACL for workspace: 42',
    'unavailable',
    'IP access list',
  ],
])(
  'a workspace that refuses by 403 and "%s": what is wrong, and not a missing right',
  async (message, outcome, fix) => {
    const { run, emulator } = await world();
    const body = JSON.stringify({ error_code: 403, message });
    const kind = { kind: 'status', status: 403, body } as const;
    emulator.faults.add({ path: /^\/api/u, times: Number.POSITIVE_INFINITY, kind });
    const seen = await run(checkConnection, { model: PROD });
    expect(seen.outputs['outcome']).toBe(outcome);
    expect(seen.report.error?.fix).toContain(fix);
    expect(JSON.stringify(seen.report)).not.toContain('gate-on-grants');
  },
);

test('a host is asked once in a run what it is, by whoever wants to know', async () => {
  const { run, emulator } = await world();
  acceptJob(emulator);
  const environment = { ...NO_TOKEN, ...jobVariables(emulator) };
  const seen = await run(
    checkConnection,
    { registry: 'auto', host: emulator.url, 'client-id': PROMOTER },
    { environment },
  );
  expect(seen.outputs).toMatchObject({ outcome: 'ok', method: 'github-oidc' });
  expect(seen.records.filter(({ path }) => path === '/.well-known/databricks-config')).toHaveLength(1);
});

test.skipIf(process.platform === 'win32')(
  'refused with the token endpoint as the audience: the printed policy names no host, and works in a shell that knows it',
  async () => {
    const { run, emulator } = await world();
    const audience = `${emulator.url}/oidc/v1/token`;
    const inputs = { 'client-id': PROMOTER, audience };
    const environment = { ...NO_TOKEN, ...jobVariables(emulator) };
    const refused = await run(checkConnection, inputs, { environment });
    expect(refused.outputs['outcome']).toBe('denied');
    const command = refused.log.find((line) => line.includes('--json ')) ?? '';
    const word = command.slice(command.indexOf('--json ') + '--json '.length);
    expect(refused.log.join('\n')).toContain('set the shell variable WORKSPACE_HOST');
    const text = execFileSync('sh', ['-c', `printf %s ${word}`], {
      env: { WORKSPACE_HOST: new URL(emulator.url).host },
      encoding: 'utf8',
    });
    const { oidc_policy: policy } = JSON.parse(text) as {
      oidc_policy: { issuer: string; audiences: string[]; subject: string };
    };
    emulator.metastore.addFederationPolicy({ principal: PROMOTER, ...policy });
    const accepted = await run(checkConnection, inputs, { environment });
    expect([policy.audiences, accepted.outputs['outcome']]).toEqual([[audience], 'ok']);
  },
);

test('without a secret, by GitHub', async () => {
  const { run, emulator } = await world();
  acceptJob(emulator);
  const seen = await run(
    checkConnection,
    { 'client-id': PROMOTER },
    { environment: { ...NO_TOKEN, ...jobVariables(emulator) } },
  );
  expect(seen.outputs).toMatchObject({ outcome: 'ok', method: 'github-oidc', principal: PROMOTER });
});

test('a refused ID token: claims, both subjects and the command stand in the summary', async () => {
  const { run, emulator } = await world();
  const seen = await run(
    checkConnection,
    { 'client-id': PROMOTER },
    { environment: { ...NO_TOKEN, ...jobVariables(emulator) } },
  );
  expect(seen.outputs).toMatchObject({ outcome: 'denied' });
  expect(seen.exitCode).toBe(1);
  expect(seen.annotations[0]?.message.slice(0, 300)).toContain('federation policy');
  expect(seen.summary).toContain('databricks account service-principal-federation-policy create');
  expect(seen.log.join('\n')).toContain('sub: repo:acme/models:environment:prod');
});

test('a catalog of another workspace, and one that is not there: each is told, the first fails', async () => {
  const { run, emulator } = await world();
  emulator.metastore.createCatalog('bound', { owner: 'admin@example.com', boundWorkspaces: ['7'] });
  const seen = await run(checkConnection, { catalogs: 'bound\nabsent\nprod' });
  const tried = seen.report.sections.find(({ title }) => title === 'Tests')?.blocks[0];
  const rows = tried?.kind === 'table' ? tried.rows.slice(3) : [];
  expect(rows.map(([what, reply]) => `${what}: ${reply?.slice(0, 30)}`)).toEqual([
    'Catalog bound: denied: PERMISSION_DENIED: Cat',
    'Catalog absent: invalid: Input `catalogs`: the',
    'Catalog prod: can be used; its owner is admi',
  ]);
  expect(seen.outputs).toMatchObject({ outcome: 'denied', principal: PROMOTER });
});

test('a clock that is wrong is a warning with its reason', async () => {
  const { run, emulator } = await world();
  const host = await serve((request, response) => {
    response.setHeader('date', new Date(Date.now() - 120_000).toUTCString());
    if (request.url?.startsWith('/.well-known') === true) response.end('{"host_type":"workspace"}');
    else response.writeHead(307, { location: `${emulator.url}${request.url}` }).end();
  });
  const seen = await run(checkConnection, { registry: 'databricks' }, { host });
  expect(seen.annotations.map(({ message }) => message).join('\n')).toMatch(
    /1(19|20|21) s ahead of the host's/u,
  );
});

test('a host that nobody answers: unavailable, and the trials say so', async () => {
  const { run } = await world();
  const seen = await run(
    checkConnection,
    { registry: 'databricks' },
    { host: 'http://127.0.0.1:9', token: TOKENS.reader },
  );
  expect(seen.outputs).toMatchObject({ outcome: 'unavailable', method: 'pat' });
  const tried = seen.report.sections.find(({ title }) => title === 'Tests')?.blocks[0];
  expect(tried?.kind === 'table' ? tried.rows[0]?.[1] : '').toContain(
    'No response from the host (ECONNREFUSED)',
  );
});
