import { groupsOf } from '../../metastore/access.ts';
import { ApiError } from '../../metastore/api-error.ts';
import { federate, type FederationRefusal } from '../../metastore/federation.ts';
import { keySet, signIdToken, verifyIdToken } from '../../metastore/issuer.ts';
import type { Input } from '../input.ts';
import { ok, type RouteResponse, type Context, type Route, type RouteSource } from '../route.ts';

const observed: RouteSource = { from: 'observed by peer', section: 'host metadata and signing in' };
const documented: RouteSource = { from: 'docs', section: 'OAuth of service principals' };
const github: RouteSource = { from: 'docs', section: 'ID tokens of GitHub Actions' };

/** Where the emulator stands in for GitHub. */
const issuerPath = '/github-oidc';

const reasons: Readonly<Record<FederationRefusal, string>> = {
  expired: 'The token has expired.',
  'no policy': 'No federation policy is configured.',
  issuer: 'The issuer of the token is not that of any federation policy.',
  subject: 'The subject of the token is not that of any federation policy.',
  audience: 'The audience of the token is not among those of the federation policy.',
  principal: 'The principal that the token names does not exist.',
};

function refuse(status: number, code: string, message: string): ApiError {
  return new ApiError(status, code, message, 'oauth');
}

/** A token for a principal; who may not act as the group that is asked for gets none. Rights stay those of the principal. */
function issue({ session }: Context, principal: string, input: Input): RouteResponse {
  const { state } = session;
  const wanted = input.maybeText('assume_group');
  const groups = groupsOf(state, principal);
  const isMember = [...state.groups.values()].some(({ id, name }) => id === wanted && groups.has(name));
  if (wanted !== undefined && !isMember)
    throw refuse(403, 'access_denied', `The principal may not act as the group ${wanted}.`);
  const token = `emulator-oauth-${state.nextId}`;
  state.nextId += 1;
  state.tokens.set(token, { principal, expiresAt: session.now() + state.oauthSeconds * 1000 });
  return ok({
    access_token: token,
    token_type: 'Bearer',
    expires_in: state.oauthSeconds,
    scope: 'all-apis',
  });
}

/** RFC 6749 §4.4: a service principal by its secret, in HTTP Basic. */
function clientCredentials(input: Input, context: Context): RouteResponse {
  const { session, headers } = context;
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const [id = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const secret = decodeURIComponent(rest.join(':'));
  const client = decodeURIComponent(id);
  if (!session.state.secrets.get(client)?.has(secret)) {
    throw refuse(401, 'invalid_client', 'Client authentication failed');
  }
  return issue(context, client, input);
}

/** RFC 8693: an ID token against the federation policies. */
function tokenExchange(input: Input, context: Context): RouteResponse {
  const { session, headers } = context;
  if (headers.authorization !== undefined) {
    throw refuse(401, 'invalid_client', 'A token exchange carries no client authentication');
  }
  if (input.maybeText('subject_token_type') !== 'urn:ietf:params:oauth:token-type:jwt') {
    throw refuse(400, 'invalid_request', 'subject_token_type must be urn:ietf:params:oauth:token-type:jwt');
  }
  const claims = verifyIdToken(input.maybeText('subject_token') ?? '');
  if (!claims) throw refuse(400, 'invalid_grant', 'The signature of the token is not valid.');
  const found = federate(session.state, claims, input.maybeText('client_id'), session.now());
  if ('refusal' in found) throw refuse(400, 'invalid_grant', reasons[found.refusal]);
  return issue(context, found.principal, input);
}

function token(input: Input, context: Context): RouteResponse {
  const grant = input.maybeText('grant_type');
  if (grant === 'client_credentials') return clientCredentials(input, context);
  if (grant === 'urn:ietf:params:oauth:grant-type:token-exchange') return tokenExchange(input, context);
  throw refuse(400, 'unsupported_grant_type', `Grant type ${grant ?? ''} is not supported.`);
}

/** Host metadata, OAuth of the workspace, and an issuer of ID tokens in GitHub's place. */
export const signInRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/.well-known/databricks-config',
    source: observed,
    write: false,
    auth: 'none',
    handle: (_input, { baseUrl, session: { state } }) =>
      ok({
        oidc_endpoint: `${baseUrl}/oidc`,
        account_id: state.accountId,
        workspace_id: state.workspaceId,
        cloud: 'AWS',
        host_type: 'workspace',
        token_federation_default_oidc_audiences: [state.accountId],
      }),
  },
  {
    method: 'GET',
    template: '/oidc/.well-known/oauth-authorization-server',
    source: observed,
    write: false,
    auth: 'none',
    handle: (_input, { baseUrl }) =>
      ok({
        issuer: `${baseUrl}/oidc`,
        authorization_endpoint: `${baseUrl}/oidc/v1/authorize`,
        token_endpoint: `${baseUrl}/oidc/v1/token`,
      }),
  },
  {
    method: 'POST',
    template: '/oidc/v1/token',
    source: documented,
    write: false,
    auth: 'own',
    form: true,
    fields: {
      grant_type: 'string!',
      scope: 'string',
      authorization_details: 'string',
      client_id: 'string',
      subject_token: 'string',
      subject_token_type: 'string',
      assume_group: 'string',
    },
    handle: token,
  },
  {
    method: 'GET',
    template: `${issuerPath}/.well-known/openid-configuration`,
    source: github,
    write: false,
    auth: 'none',
    handle: (_input, { baseUrl }) =>
      ok({
        issuer: `${baseUrl}${issuerPath}`,
        jwks_uri: `${baseUrl}${issuerPath}/.well-known/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
        subject_types_supported: ['public'],
        response_types_supported: ['id_token'],
      }),
  },
  {
    method: 'GET',
    template: `${issuerPath}/.well-known/jwks`,
    source: github,
    write: false,
    auth: 'none',
    handle: () => ok(keySet()),
  },
  {
    method: 'GET',
    template: `${issuerPath}/idtoken`,
    source: github,
    write: false,
    auth: 'own',
    fields: { 'api-version': 'string', audience: 'string' },
    handle: (input, { session, headers }) => {
      const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
      const job = session.state.jobs.get(bearer);
      if (!job) throw new ApiError(401, 'UNAUTHENTICATED', 'The job may not ask for ID tokens.');
      const seconds = Math.floor(session.now() / 1000);
      const value = signIdToken({
        iss: job.issuer,
        sub: job.subject,
        aud: input.maybeText('audience') ?? 'https://github.com/acme',
        iat: seconds,
        nbf: seconds,
        exp: seconds + job.seconds,
      });
      return ok({ count: value.length, value });
    },
  },
];
