import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { signIdToken, type Fault } from '../../emulator/index.ts';
import { PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { refusal } from '../http/client-bench.ts';
import {
  acceptJob,
  emulator,
  ISSUER,
  jobVariables,
  open,
  principalOf,
  SUBJECT,
  tokenRequests,
} from './sign-in-bench.ts';

const ACCOUNT = '00000000-0000-4000-8000-acc000000000';

describe('github-oidc', () => {
  test('signs in without a secret: one ID token for the audience that the host asks for, one exchange', async () => {
    const host = await emulator();
    acceptJob(host);
    const { signIn, seen } = await open({ ...jobVariables(host), DATABRICKS_CLIENT_ID: PROMOTER });
    expect([signIn.method, signIn.client]).toEqual(['github-oidc', PROMOTER]);
    expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
    expect(tokenRequests(host)).toEqual([
      {
        call: 'GET /github-oidc/idtoken',
        scheme: 'bearer',
        query: { 'api-version': '2.0', audience: ACCOUNT },
        status: 200,
      },
      {
        call: 'POST /oidc/v1/token',
        scheme: 'none',
        form: {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          subject_token: '***',
          scope: 'all-apis',
          client_id: PROMOTER,
        },
        status: 200,
      },
    ]);
    const { authorization = '' } = await signIn.headers();
    expect(seen.masked).toContain(authorization.slice('Bearer '.length));
    // The token to ask with, the ID token, the access token.
    expect(seen.masked).toHaveLength(3);
    expect(seen.log.join('\n')).not.toMatch(/eyJ|emulator-oauth|job-[0-9a-f]/u);
  });

  test('without client-id, by a policy of the account', async () => {
    const host = await emulator();
    host.metastore.addFederationPolicy({ issuer: ISSUER, audiences: ['https://github.com/acme'] });
    const { signIn } = await open({
      ...jobVariables(host, 'ada@example.com'),
      'INPUT_AUTH-TYPE': 'github-oidc',
      INPUT_AUDIENCE: 'https://github.com/acme',
    });
    expect(principalOf(host, await signIn.headers())).toBe('ada@example.com');
    expect(tokenRequests(host)[1]).not.toHaveProperty('form.client_id');
  });

  test.each([
    ['subject', { subject: 'repo:acme/models:ref:refs/heads/main' }],
    ['audience', { audiences: ['https://github.com/other'] }],
    ['issuer', { issuer: 'https://token.actions.other.ghe.com' }],
  ])(
    'a policy with another %s: what was sent, and the command that would accept it',
    async (claim, changes) => {
      const host = await emulator();
      acceptJob(host, changes);
      const { signIn, seen } = await open({
        ...jobVariables(host),
        DATABRICKS_CLIENT_ID: PROMOTER,
        GITHUB_REPOSITORY_ID: '222',
        GITHUB_REPOSITORY_OWNER_ID: '111',
      });
      const error = await refusal(signIn.headers());
      expect(error).toMatchObject({
        code: 'unauthenticated',
        outcome: 'denied',
        serverCode: 'invalid_grant',
        httpStatus: 400,
      });
      expect(error.message).toMatch(
        new RegExp(`^Signing in with github-oidc was refused: invalid_grant: The ${claim} of the token`, 'u'),
      );
      expect(error.fix?.length).toBeLessThan(300);
      expect(error.advice).toEqual([
        {
          kind: 'points',
          items: [
            `iss: ${ISSUER}`,
            `sub: ${SUBJECT}`,
            `aud: ${ACCOUNT}`,
            `audiences that the host accepts by default: ${ACCOUNT}, ${host.url}/oidc/v1/token`,
            'A policy must match the issuer and the subject exactly, and one of its audiences; without audiences, it accepts only the account id. Use the input audience to request another.',
            `GitHub writes subjects with names (${SUBJECT}) or, for repositories that were created, renamed or transferred after 2026-07-15 or that opted in, with ids (repo:acme@111/models@222:environment:prod). A policy in the other form does not match.`,
            'A job with an environment sends :environment:NAME instead of :ref:….',
          ],
        },
        {
          kind: 'command',
          text: [
            `databricks account service-principals list --filter 'applicationId eq "${PROMOTER}"'`,
            `databricks account service-principal-federation-policy create SERVICE_PRINCIPAL_ID --json '{"oidc_policy":{"issuer":"${ISSUER}","audiences":["${ACCOUNT}"],"subject":"${SUBJECT}"}}'`,
          ].join('\n'),
        },
        {
          kind: 'points',
          items: [
            'SERVICE_PRINCIPAL_ID is the number that the first command prints, not the application id.',
          ],
        },
      ]);
      expect(seen.masked).toHaveLength(2);
    },
  );

  const metadata = { path: /databricks-config$/u } as const;

  test('a host that does not answer at once is asked again for its audience', async () => {
    const host = await emulator();
    acceptJob(host);
    host.faults.add({ ...metadata, kind: { kind: 'status', status: 503, when: 'before' } });
    const { signIn } = await open({ ...jobVariables(host), DATABRICKS_CLIENT_ID: PROMOTER });
    expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
    expect(tokenRequests(host)[0]).toMatchObject({ query: { audience: ACCOUNT } });
  });

  test.each<Fault>([
    { kind: 'status', status: 503, when: 'before' },
    { kind: 'drop', when: 'before' },
  ])(
    'a host that does not answer (%o): unavailable, and no policy is advised; later it is asked again',
    async (kind) => {
      const host = await emulator();
      acceptJob(host);
      host.faults.add({ ...metadata, times: 2, kind });
      const { signIn } = await open({ ...jobVariables(host), DATABRICKS_CLIENT_ID: PROMOTER });
      const error = await refusal(signIn.headers());
      expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
      expect(error.message).toMatch(/^The host did not respond to the request for the audience/u);
      expect([error.advice, tokenRequests(host)]).toEqual([undefined, []]);
      expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
    },
  );

  test('with an audience that was given the host need not say one', async () => {
    const host = await emulator();
    acceptJob(host);
    const kind = { kind: 'status', status: 503, when: 'before' } as const;
    host.faults.add({ ...metadata, times: Number.POSITIVE_INFINITY, kind });
    const { signIn } = await open({
      ...jobVariables(host),
      DATABRICKS_CLIENT_ID: PROMOTER,
      INPUT_AUDIENCE: ACCOUNT,
    });
    expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
  });

  test('a host without metadata takes its token endpoint for the audience', async () => {
    const host = await emulator();
    acceptJob(host, { audiences: [`${host.url}/oidc/v1/token`] });
    host.faults.add({ ...metadata, times: 1, kind: { kind: 'status', status: 404, when: 'before' } });
    const { signIn } = await open({ ...jobVariables(host), DATABRICKS_CLIENT_ID: PROMOTER });
    expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
  });

  test('an immutable subject is explained by its older form', async () => {
    const host = await emulator();
    acceptJob(host);
    const subject = 'repo:acme@111/models@222:environment:prod';
    const { signIn } = await open({ ...jobVariables(host, subject), DATABRICKS_CLIENT_ID: PROMOTER });
    const { advice = [] } = await refusal(signIn.headers());
    expect(JSON.stringify(advice)).toContain(`GitHub writes subjects with names (${SUBJECT})`);
    expect(JSON.stringify(advice)).toContain(`\\"subject\\":\\"${subject}\\"`);
  });

  test('the policy that the command describes accepts the job', async () => {
    const host = await emulator();
    const variables = { ...jobVariables(host), DATABRICKS_CLIENT_ID: PROMOTER };
    const { advice = [] } = await refusal((await open(variables)).signIn.headers());
    const command = advice.find((each) => each.kind === 'command')?.text ?? '';
    const json = /--json '(.*)'$/u.exec(command)?.[1] ?? '{}';
    const { oidc_policy: policy } = JSON.parse(json) as {
      oidc_policy: { issuer: string; audiences: string[]; subject: string };
    };
    host.metastore.addFederationPolicy({ principal: PROMOTER, ...policy });
    expect(principalOf(host, await (await open(variables)).signIn.headers())).toBe(PROMOTER);
  });

  test('a hostile subject stays one word of the shell and plain ASCII', async () => {
    const host = await emulator();
    const subject = `repo:acme/models:environment:x'; rm -rf / #\u202e`;
    const { signIn } = await open({ ...jobVariables(host, subject), DATABRICKS_CLIENT_ID: PROMOTER });
    const { advice = [] } = await refusal(signIn.headers());
    const command = advice.find((each) => each.kind === 'command')?.text ?? '';
    expect(command).toContain(`environment:x'\\''; rm -rf / #\\u202e`);
    expect(command).toMatch(/^[\x20-\x7e\n]+$/u);
  });

  test('GitHub gives no ID token: said so, with the line for the workflow', async () => {
    const host = await emulator();
    const { signIn } = await open({
      ...jobVariables(host),
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-of-yesterday',
      DATABRICKS_CLIENT_ID: PROMOTER,
    });
    const error = await refusal(signIn.headers());
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied', httpStatus: 401 });
    expect(error.fix).toContain('permissions: id-token: write');
  });

  test('a fresh ID token for each renewal', async () => {
    const host = await emulator();
    acceptJob(host);
    host.metastore.state.oauthSeconds = 600;
    const { signIn, clock } = await open({ ...jobVariables(host), DATABRICKS_CLIENT_ID: PROMOTER });
    const first = await signIn.headers();
    clock.pass(590_000);
    const second = await signIn.headers();
    expect(second).not.toEqual(first);
    expect(tokenRequests(host)).toHaveLength(4);
  });
});

describe('an ID token from elsewhere', () => {
  const claims = { iss: 'https://gitlab.example.com', sub: 'project:7', aud: 'databricks' };
  const policy = { principal: PROMOTER, issuer: claims.iss, subject: claims.sub, audiences: ['databricks'] };
  const exp = () => Math.floor(Date.now() / 1000) + 300;

  test('env-oidc reads the variable that is named', async () => {
    const host = await emulator();
    host.metastore.addFederationPolicy(policy);
    const token = signIdToken({ ...claims, exp: exp() });
    const { signIn, seen } = await open({
      DATABRICKS_HOST: host.url,
      DATABRICKS_OIDC_TOKEN_ENV: 'CI_JOB_JWT',
      CI_JOB_JWT: token,
      DATABRICKS_CLIENT_ID: PROMOTER,
    });
    expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
    expect([signIn.method, seen.masked.includes(token)]).toEqual(['env-oidc', true]);
  });

  test('a file of JSON is refused, and no line of it is masked: a lone brace would make the log unreadable', async () => {
    const host = await emulator();
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-id-token-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'token.json');
    await writeFile(file, '{\n  "value": "eyJ"\n}\n');
    const { signIn, seen } = await open({
      DATABRICKS_HOST: host.url,
      DATABRICKS_OIDC_TOKEN_FILEPATH: file,
      DATABRICKS_CLIENT_ID: PROMOTER,
    });
    expect(await refusal(signIn.headers())).toMatchObject({ code: 'invalid-input', outcome: 'invalid' });
    expect(seen.masked).toEqual([]);
  });

  test('an expired token is refused, and none of it but its claims is told', async () => {
    const host = await emulator();
    host.metastore.addFederationPolicy(policy);
    const token = signIdToken({ ...claims, exp: 1, email: 'ada@example.com' });
    const { signIn } = await open({
      DATABRICKS_HOST: host.url,
      DATABRICKS_OIDC_TOKEN: token,
      DATABRICKS_CLIENT_ID: PROMOTER,
    });
    const error = await refusal(signIn.headers());
    expect(error.message).toContain('invalid_grant: The token has expired.');
    expect(JSON.stringify(error)).not.toMatch(/ada@example|eyJ/u);
  });

  test('a token that somebody else signed is refused', async () => {
    const host = await emulator();
    host.metastore.addFederationPolicy(policy);
    const [header = '', , signature = ''] = signIdToken({ ...claims, exp: exp() }).split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: exp() + 1 })).toString('base64url');
    const { signIn } = await open({
      DATABRICKS_HOST: host.url,
      DATABRICKS_OIDC_TOKEN: `${header}.${forged}.${signature}`,
      DATABRICKS_CLIENT_ID: PROMOTER,
    });
    expect((await refusal(signIn.headers())).message).toContain('The signature of the token is not valid.');
  });

  test('a variable that holds something else is told before it is sent', async () => {
    const host = await emulator();
    const { signIn } = await open({
      DATABRICKS_HOST: host.url,
      DATABRICKS_OIDC_TOKEN: 'not a token',
      DATABRICKS_CLIENT_ID: PROMOTER,
    });
    expect(await refusal(signIn.headers())).toMatchObject({
      message: 'DATABRICKS_OIDC_TOKEN does not hold an ID token (three parts separated by dots).',
      outcome: 'invalid',
    });
    expect(tokenRequests(host)).toEqual([]);
  });
});
