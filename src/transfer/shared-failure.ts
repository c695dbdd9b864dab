import type { TransferTools } from './large-file.ts';

/** Tools of work that runs in parallel: after the first failure no file and no part begins. */
export interface SharedFailure<T extends TransferTools> {
  readonly tools: T;
  /** Does a share of the work; where one has failed, its error is what every other ends with. */
  readonly guard: <R>(work: () => Promise<R>) => Promise<R>;
}

/** Makes tools whose users stop when one of them has failed. */
export function sharingFailure<T extends TransferTools>(tools: T): SharedFailure<T> {
  let failure: { readonly error: unknown } | undefined;
  return {
    tools: {
      ...tools,
      refuseWhenCancelled() {
        tools.refuseWhenCancelled();
        if (failure !== undefined) throw failure.error;
      },
    },
    async guard(work) {
      try {
        return await work();
      } catch (error) {
        failure ??= { error };
        throw failure.error;
      }
    },
  };
}
