/**
 * What is wrong with the content of an `MLmodel` file, as one plain sentence. Thrown and caught inside this folder:
 * callers get the sentence as a value.
 */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}
