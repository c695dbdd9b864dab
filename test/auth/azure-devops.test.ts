import { describe, expect, test } from 'vitest';
import { signIdToken } from '../../emulator/index.ts';
import { PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { refusal, serve } from '../http/client-bench.ts';
import { emulator, faultsOf, open, principalOf } from './sign-in-bench.ts';

const ISSUER = 'https://vstoken.dev.azure.com/0ca3ddd9-f0b0-4635-a98c-5866526961b6';
const SUBJECT = 'p://acme/models/promote';
const AUDIENCE = 'api://AzureADTokenExchange';
const JOB_TOKEN = 'token-of-the-job';

/** What Azure DevOps was asked. */
interface Asked {
  readonly verb: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly suppressed: boolean;
}

/** A service that gives ID tokens as Azure DevOps does (azure-identity, Azure DevOps release notes of sprint 240). */
async function azureDevOps(lifetime = 600) {
  const asked: Asked[] = [];
  const url = await serve((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const query = Object.fromEntries(searchParams);
    asked.push({
      verb: request.method,
      query,
      suppressed: request.headers['x-tfs-fedauthredirect'] === 'Suppress',
    });
    response.setHeader('content-type', 'application/json');
    if (request.headers.authorization !== `Bearer ${JOB_TOKEN}`) {
      response.writeHead(401).end('{"message":"TF400813: The user is not authorized."}');
      return;
    }
    const { serviceConnectionId } = query;
    const sub = serviceConnectionId === undefined ? SUBJECT : `sc://acme/models/${serviceConnectionId}`;
    const seconds = Math.floor(Date.now() / 1000);
    response.end(
      JSON.stringify({
        oidcToken: signIdToken({ iss: ISSUER, sub, aud: AUDIENCE, exp: seconds + lifetime }),
      }),
    );
  });
  const variables = (host: string) => ({
    DATABRICKS_HOST: host,
    DATABRICKS_CLIENT_ID: PROMOTER,
    SYSTEM_OIDCREQUESTURI: `${url}/acme/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken`,
    SYSTEM_ACCESSTOKEN: JOB_TOKEN,
  });
  return { asked, variables };
}

describe('azure-devops-oidc', () => {
  test('signs in without a secret: one ID token of the pipeline, one exchange, both masked', async () => {
    const host = await emulator();
    host.metastore.addFederationPolicy({
      principal: PROMOTER,
      issuer: ISSUER,
      audiences: [AUDIENCE],
      subject: SUBJECT,
    });
    const { asked, variables } = await azureDevOps();
    const { signIn, seen } = await open(variables(host.url));
    expect([signIn.method, signIn.client]).toEqual(['azure-devops-oidc', PROMOTER]);
    expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
    expect(asked).toEqual([{ verb: 'POST', query: { 'api-version': '7.1' }, suppressed: true }]);
    // The token to ask with, the ID token, the access token.
    expect(seen.masked).toHaveLength(3);
    expect(seen.log.join('\n')).not.toMatch(/eyJ|emulator-oauth|token-of-the-job/u);
  });

  test('of the service connection that a task names', async () => {
    const host = await emulator();
    host.metastore.addFederationPolicy({
      principal: PROMOTER,
      issuer: ISSUER,
      audiences: [AUDIENCE],
      subject: 'sc://acme/models/databricks',
    });
    const { asked, variables } = await azureDevOps();
    const { signIn } = await open({
      ...variables(host.url),
      AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'databricks',
    });
    expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
    expect(asked[0]?.query).toEqual({ 'api-version': '7.1', serviceConnectionId: 'databricks' });
  });

  test('no policy accepts it: what was sent, and the command that would', async () => {
    const host = await emulator();
    const { variables } = await azureDevOps();
    const { signIn } = await open(variables(host.url));
    const error = await refusal(signIn.headers());
    expect([error.code, error.outcome]).toEqual(['unauthenticated', 'denied']);
    const advice = JSON.stringify(error.advice);
    for (const said of [ISSUER, SUBJECT, AUDIENCE, 'service-principal-federation-policy create'])
      expect(advice).toContain(said);
    expect(advice).not.toContain('GitHub');
  });

  test('a token that may not ask is a refusal of Azure DevOps, and says what to map', async () => {
    const host = await emulator();
    const { variables } = await azureDevOps();
    const { signIn } = await open({ ...variables(host.url), SYSTEM_ACCESSTOKEN: 'another-token' });
    const error = await refusal(signIn.headers());
    expect(error.outcome).toBe('denied');
    expect(error.fix).toContain('SYSTEM_ACCESSTOKEN: $(System.AccessToken)');
  });

  test('is chosen in a job of Azure Pipelines, says what to map where its token is missing, and never on GitHub', () => {
    const base = { DATABRICKS_HOST: 'https://x.cloud.databricks.com', DATABRICKS_CLIENT_ID: 'app' };
    const uri = { SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com/acme/oidctoken' };
    expect(faultsOf({ ...base, ...uri, SYSTEM_ACCESSTOKEN: 't' })).toEqual([]);
    expect(faultsOf({ ...base, ...uri })).toEqual([
      expect.stringMatching(
        /`SYSTEM_ACCESSTOKEN`: azure-devops-oidc asks for an ID token with it.*SYSTEM_ACCESSTOKEN: \$\(System\.AccessToken\)/u,
      ),
    ]);
    for (const [type, id] of [
      ['github-oidc', 'DATABRICKS_CLIENT_ID'],
      ['github-oidc-azure', 'ARM_CLIENT_ID'],
    ] as const) {
      const [fault, ...others] = faultsOf({
        DATABRICKS_HOST: base.DATABRICKS_HOST,
        [id]: 'app',
        DATABRICKS_AUTH_TYPE: type,
        ...uri,
      });
      expect([fault, others]).toEqual([expect.stringContaining('$(System.AccessToken)'), []]);
      expect(fault).not.toContain('id-token: write');
    }
    const [onGitHub] = faultsOf({
      ...base,
      ...uri,
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com/token',
    });
    expect(onGitHub).toContain('selects github-oidc');
    expect(faultsOf({ ...base, DATABRICKS_AUTH_TYPE: 'azure-devops-oidc' })).toEqual([
      expect.stringContaining(
        '`SYSTEM_ACCESSTOKEN`: azure-devops-oidc asks for an ID token with it, and it is not set.',
      ),
      expect.stringContaining('`SYSTEM_OIDCREQUESTURI` is not set.'),
    ]);
    const plain = { SYSTEM_OIDCREQUESTURI: 'http://dev.azure.com/oidctoken', SYSTEM_ACCESSTOKEN: 't' };
    expect(faultsOf({ ...base, ...plain })).toEqual([
      expect.stringContaining('`SYSTEM_OIDCREQUESTURI` is not an https:// address.'),
    ]);
    const secret = { DATABRICKS_CLIENT_SECRET: 'hush-hush' };
    expect(faultsOf({ ...base, ...secret, ...uri, SYSTEM_ACCESSTOKEN: 't' })).toEqual([]);
  });
});
