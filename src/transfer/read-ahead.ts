import type { FileEntry } from '../domain/file-entry.ts';
import { inParallel } from './in-parallel.ts';
import type { RouteChoice } from './route.ts';
import type { FileSource, RangeReader } from './port.ts';
import { changed, ofVersion } from './changed.ts';
import { exactBytes, PARALLEL_FILES } from './read-files.ts';
import { explainingName } from './refused-name.ts';

const MEMORY: RouteChoice = { route: 'memory', reason: 'read ahead, because the model is small' };

/** A source whose files are all in memory already: for models so small that reading them ahead costs nothing. Throws `verification` when one is not as it was listed. */
export async function readAhead(files: readonly FileEntry[], source: FileSource): Promise<FileSource> {
  const contents = new Map<string, Uint8Array>();
  await inParallel(files, PARALLEL_FILES, async (file) => {
    const chunks = await ofVersion(source, () =>
      explainingName(file, () => collect(exactBytes(file, source))),
    );
    contents.set(file.path, Buffer.concat(chunks));
  });
  return {
    label: source.label,
    get choice() {
      return choiceOf(source);
    },
    list: () => source.list(),
    read: async (path) => contents.get(path),
    async open(path) {
      const bytes = contents.get(path);
      return bytes === undefined ? undefined : once(bytes);
    },
    openRanges: (file) => memoryReader(file, contents.get(file.path), choiceOf(source)),
  };
}

/** How the bytes came is reported where it was not by the usual route. */
function choiceOf({ choice }: FileSource): RouteChoice {
  if (choice === undefined || choice.route === 'workspace') return MEMORY;
  return { route: 'memory', reason: `${MEMORY.reason}, by ${choice.route}: ${choice.reason}` };
}

function memoryReader(file: FileEntry, bytes: Uint8Array | undefined, choice: RouteChoice): RangeReader {
  return {
    choice,
    async fill(part) {
      if (bytes === undefined) throw changed(file, 'it no longer exists');
      part.append(bytes.subarray(part.start, part.start + part.size));
    },
  };
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return chunks;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
