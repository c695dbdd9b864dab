import type { ReadableStore } from '../../../storage/object-store.ts';
import type { SecondRoute } from './route.ts';

/** A folder of files as it is read. */
export interface FilesFolder {
  /** What the files are of, for what is said of them. */
  readonly label: string;
  /** Where the Files API keeps it; absent where it does not. */
  readonly root?: string | undefined;
  /** What is behind it where the Files API is closed. */
  readonly openStorage: () => Promise<ReadableStore>;
  readonly second: SecondRoute;
  /** Whether a failure closes the Files API; default: a refusal. */
  readonly closes?: (error: unknown) => boolean;
}
