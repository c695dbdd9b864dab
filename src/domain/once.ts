/** What work gave, by key: it is done at the first call, and again after a failure and after what is not worth keeping. */
export class Memo<T> {
  readonly #known = new Map<string, Promise<T>>();
  readonly #keeps: (value: T) => boolean;

  constructor(keeps: (value: T) => boolean = () => true) {
    this.#keeps = keeps;
  }

  get(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const begun = work();
    this.#known.set(key, begun);
    const forget = () => void this.#known.delete(key);
    begun.then((value) => (this.#keeps(value) ? undefined : forget()), forget);
    return begun;
  }
}

/** As {@link Memo}, for one piece of work. */
export function once<T>(work: () => Promise<T>, keeps?: (value: T) => boolean): () => Promise<T> {
  const memo = new Memo<T>(keeps);
  return () => memo.get('', work);
}
