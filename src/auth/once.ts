/** Does the work at the first call; after a failure, and after what is not worth keeping, the next call does it again. */
export function once<T>(work: () => Promise<T>, keeps: (value: T) => boolean = () => true): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    if (known !== undefined) return known;
    const asked = work();
    known = asked;
    const forget = () => {
      known = undefined;
    };
    asked.then((value) => (keeps(value) ? undefined : forget()), forget);
    return asked;
  };
}
