import { messageOf } from '../domain/errors.ts';
import { isTransient } from '../http/host-metadata.ts';
import type { SignInWorld } from './port.ts';

/** A request that got no response is sent once more, so much later. Milliseconds. */
const PAUSE = 500;

/**
 * Asks, and once more a little later when no response came, or one that says nothing by its status; throws what the
 * second request throws.
 */
export async function untilResponse<T extends { readonly status: number }>(
  world: SignInWorld,
  call: string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    const response = await ask();
    if (!isTransient(response.status)) return response;
  } catch (error) {
    world.log.debug(`${call} got no response: ${messageOf(error)}`);
  }
  await world.clock.sleep(PAUSE, world.signal);
  return ask();
}
