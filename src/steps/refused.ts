import { hasCode, messageOf } from '../domain/errors.ts';

/** What was read, or something else where the registry refused or does not know it; an outage is thrown. */
export async function orRefused<T, U>(reading: Promise<T>, otherwise: (why: string) => U): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'permission-denied', 'not-found', 'invalid-input')) return otherwise(messageOf(error));
    throw error;
  }
}
