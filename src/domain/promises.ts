/**
 * Marks a promise that is awaited later, or by somebody else, who then gets its error: so that a failure before that
 * does not count as unhandled, which would end the process without outputs.
 */
export function handledLater(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
