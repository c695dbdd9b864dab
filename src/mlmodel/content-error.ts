/**
 * What is wrong with the content of an `MLmodel` file, as one plain sentence. Thrown and caught inside this folder:
 * callers get the sentence as a value.
 */
export class ContentError extends Error {
  override readonly name = 'ContentError';
  /** True where nothing is wrong with the file, but it has more than we read. */
  readonly isLimit: boolean;

  constructor(problem: string, isLimit = false) {
    super(problem);
    this.isLimit = isLimit;
  }
}

/** An error that says that the file has more than we read. */
export function limitError(problem: string): ContentError {
  return new ContentError(problem, true);
}

/** Runs a reader, and has `say` put its complaint into a longer sentence. */
export function explained<T>(say: (problem: string) => string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new ContentError(say(error.message), error.isLimit);
  }
}
