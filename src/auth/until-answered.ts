import { messageOf } from '../domain/errors.ts';
import { isPassing } from '../http/host-metadata.ts';
import type { SignInWorld } from './port.ts';

/** A question that got no answer is asked once more, so much later. Milliseconds. */
const PAUSE = 500;

/**
 * Asks, and once more a little later when no answer came, or one that tells nothing by its status; throws what the
 * second question throws.
 */
export async function untilAnswered<T extends { readonly status: number }>(
  world: SignInWorld,
  call: string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    const response = await ask();
    if (!isPassing(response.status)) return response;
  } catch (error) {
    world.log.debug(`${call} was not answered: ${messageOf(error)}`);
  }
  await world.clock.sleep(PAUSE, world.signal);
  return ask();
}
