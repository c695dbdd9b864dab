import type { FileEntry } from '../../domain/file-entry.ts';
import { ONLY_CHOICE, type RouteChoice } from '../../transfer/route.ts';
import type { FileSource, RangeReader } from '../../transfer/port.ts';

/** A source that remembers how each large file was read: by which way, and what its store said of it. */
export class SeenSource implements FileSource {
  readonly label: string;
  readonly openRanges?: (file: FileEntry) => RangeReader;
  readonly #source: FileSource;
  readonly #readers = new Map<string, RangeReader>();

  constructor(source: FileSource) {
    this.label = source.label;
    this.#source = source;
    const open = source.openRanges?.bind(source);
    if (open === undefined) return;
    this.openRanges = (file) => {
      const reader = open(file);
      this.#readers.set(file.path, reader);
      return reader;
    };
  }

  list: FileSource['list'] = () => this.#source.list();
  open: FileSource['open'] = (path) => this.#source.open(path);
  read: FileSource['read'] = (path, limit) => this.#source.read(path, limit);

  get choice(): RouteChoice {
    return this.#source.choice ?? ONLY_CHOICE;
  }

  choiceOf({ path }: FileEntry): RouteChoice {
    return this.#readers.get(path)?.choice ?? this.choice;
  }

  /** Whether a file is still what it was when it was last read here, as its store proves; false where nothing proves it. */
  async isUnchanged({ path }: FileEntry): Promise<boolean> {
    return (await this.#readers.get(path)?.isUnchanged?.()) ?? false;
  }
}
