import type { Host } from '../http/host.ts';
import { discover, type TokenPlace } from './discovery.ts';
import { requestAzureDevOpsToken } from './azure-devops.ts';
import { readClaims, requestIdToken, requireJwt } from './id-token.ts';
import { explained, requestToken } from './oauth.ts';
import { once } from '../domain/once.ts';
import type { SignInWorld } from './port.ts';
import { FEDERATION_FIX, federationAdvice } from './refusal-advice.ts';
import type { AuthType, Settings } from './settings.ts';
import type { IssuedToken } from './token-cache.ts';

/** A request for a token; called again for each renewal. */
export type TokenSource = () => Promise<IssuedToken>;

const SCOPE = 'all-apis';

/** The ways whose ID token Databricks exchanges. */
type Federation = AuthType & ('github-oidc' | 'env-oidc' | 'file-oidc' | 'azure-devops-oidc');

/** A service principal by its OAuth secret (auth-and-http §5.2). */
export function clientCredentials(world: SignInWorld, host: Host, settings: Settings): TokenSource {
  const method = 'oauth-m2m';
  const place = tokenPlace(world, host, settings, method);
  return async () => {
    const { endpoint } = await place();
    const basic = { id: settings.get('clientId') ?? '', secret: settings.get('clientSecret') ?? '' };
    const form = { grant_type: 'client_credentials', scope: SCOPE };
    try {
      return await requestToken(world, { method, endpoint, form, basic });
    } catch (error) {
      throw explained(
        error,
        method,
        `Check ${settings.input('clientId')} (the application id) and ${settings.input('clientSecret')}. A secret expires at most two years after it was created; OIDC federation needs no secret.`,
      );
    }
  };
}

/** A service principal, or a principal of an account-wide policy, by an ID token from elsewhere (auth-and-http §5.3, §5.4). */
export function tokenExchange(
  world: SignInWorld,
  host: Host,
  settings: Settings,
  method: Federation,
): TokenSource {
  const place = tokenPlace(world, host, settings, method);
  const clientId = settings.get('clientId');
  return async () => {
    // What the job has itself is looked at before anything is sent.
    const own = await ownIdToken(world, settings, method);
    const idToken = async (audience: string) => own ?? requestIdToken(world, settings, audience, method);
    // With a given audience, the ID token need not wait for what the host says of itself.
    const given = settings.get('audience');
    const [found, subjectToken] = await Promise.all([
      place(),
      given === undefined
        ? place().then(({ audiences, silence }) => {
            // Another audience than the host's own would be refused, with advice that does not help.
            if (silence !== undefined) throw silence;
            return idToken(audiences[0] ?? '');
          })
        : idToken(given),
    ]);
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: subjectToken,
      scope: SCOPE,
      ...(clientId === undefined ? {} : { client_id: clientId }),
    };
    try {
      return await requestToken(world, { method, endpoint: found.endpoint, form });
    } catch (error) {
      const advice = federationAdvice({
        claims: readClaims(subjectToken),
        defaultAudiences: found.audiences,
        repository: world.repository,
        origin: host.origin,
        ...(clientId === undefined ? {} : { clientId }),
      });
      throw explained(error, method, FEDERATION_FIX, advice);
    }
  };
}

/** The ID token whose audience somebody else has decided: of a variable, of a file, or of a job of Azure's; throws `invalid-input` for what is none. */
async function ownIdToken(
  world: SignInWorld,
  settings: Settings,
  method: Federation,
): Promise<string | undefined> {
  if (method === 'github-oidc') return undefined;
  if (method === 'azure-devops-oidc') return requestAzureDevOpsToken(world, settings);
  if (method === 'env-oidc') return requireJwt(settings.oidcToken() ?? '', settings.oidcTokenVariable);
  // Read again each time: who writes the file renews it.
  const text = await world.readFile(settings.get('oidcTokenFile') ?? '');
  const token = requireJwt(text, `the file of ${settings.input('oidcTokenFile')}`);
  // Only now: each line of anything else would be masked, a lone "{" too (actions-runtime §6).
  world.mask(token);
  return token;
}

/** Where the host gives tokens; asked again as long as the host did not say all of it. */
function tokenPlace(
  world: SignInWorld,
  host: Host,
  settings: Settings,
  method: AuthType,
): () => Promise<TokenPlace> {
  return once(
    () => discover(world, host, settings, method),
    ({ silence }) => silence === undefined,
  );
}
