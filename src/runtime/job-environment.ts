import { readClaims, requestIdToken } from '../auth/id-token.ts';
import type { SignInWorld } from '../auth/port.ts';
import type { Settings } from '../auth/settings.ts';
import { hasCode, messageOf } from '../domain/errors.ts';
import type { JobEnvironment } from '../domain/job-environment.ts';
import { PRODUCT } from '../domain/product.ts';

/**
 * The environment of the job that this step is in, by an ID token that GitHub gives the job (actions-runtime §7): no other job gets
 * one that says so. It is not known where the job may ask for none, which needs `id-token: write`, and where none came.
 */
export async function readJobEnvironment(settings: Settings, world: SignInWorld): Promise<JobEnvironment> {
  if ((settings.get('idTokenUrl') ?? '') === '' || (settings.get('idTokenRequestToken') ?? '') === '')
    return undefined;
  try {
    // The token is for nobody: what it says of the job is read here, and it is sent nowhere.
    const token = await requestIdToken(world, settings, PRODUCT.name, 'github-oidc');
    const { repository, environment } = readClaims(token);
    return repository === undefined ? undefined : (environment ?? null);
  } catch (error) {
    if (hasCode(error, 'cancelled', 'interrupted')) throw error;
    world.log.debug(`The environment of this job is not known: ${messageOf(error)}`);
    return undefined;
  }
}
