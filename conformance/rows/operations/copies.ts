import { createHash } from 'node:crypto';
import type { FileEntry } from '../../../src/domain/file-entry.ts';
import type { FullName } from '../../../src/domain/full-name.ts';
import type { Registry } from '../../../src/registry/port.ts';
import { copyFiles, type CopiedFile } from '../../../src/transfer/copy-files.ts';
import type { TransferTools } from '../../../src/transfer/large-file.ts';
import type { FileSource } from '../../../src/transfer/port.ts';
import { hashFile } from '../../../src/transfer/read-files.ts';
import { BufferWindow } from '../../../src/transfer/window.ts';
import { main, newModel, newVersion } from '../../fixtures.ts';
import { partsOf, type RowContext } from '../../row-context.ts';
import type { Row } from '../../row.ts';
import { MARKER } from '../../scope.ts';
import { Unseen } from '../../unseen.ts';
import { operation, WORKS } from '../kinds.ts';
import { noUpload } from './own-versions.ts';

/** Large enough for parts by signed URLs, and of no whole number of them. */
const LARGE: FileEntry = { path: 'large.bin', size: 60 * 1024 * 1024 + 12_345 };

const tools = (): TransferTools => ({ window: new BufferWindow(), refuseWhenCancelled: () => {} });

/** Bytes that differ from place to place, so that a part in the wrong place shows. */
function byteAt(position: number): number {
  return (position ^ (position >>> 8) ^ (position >>> 17)) & 0xff;
}

/** A large file that is made up as it is read. */
const generated: FileSource = {
  label: 'the large file',
  list: async () => [LARGE],
  async open() {
    throw new Error('A large file is read in ranges.');
  },
  async read() {
    return undefined;
  },
  openRanges: () => ({
    choice: { route: 'memory', reason: 'made up' },
    async fill(part) {
      const { start } = part;
      const bytes = new Uint8Array(part.size);
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = byteAt(start + index);
      part.append(bytes);
    },
  }),
};

interface LargeCopy {
  readonly name: string;
  readonly version: number;
  readonly file: CopiedFile;
}

/** Uploads the large file into a pending version, as a copy does. */
function largeCopy(context: RowContext): Promise<LargeCopy> {
  return context.once('large', async () => {
    const name = await newModel(context, 'large');
    const version = await newVersion(context, name);
    const [file] = await copy(context.first.registry, [LARGE], generated, { name: partsOf(name), version });
    if (file === undefined) throw new Unseen('nothing was copied');
    return { name, version, file };
  });
}

function copy(
  registry: Registry,
  files: readonly FileEntry[],
  source: FileSource,
  to: { readonly name: FullName; readonly version: number },
): Promise<CopiedFile[]> {
  return copyFiles(files, source, registry.openSink(to.name, to.version), {
    ...tools(),
    onBytes: () => {},
    onFile: () => {},
    finish: (writer) => writer.finish(),
    abandon: (writer) => writer.abandon(),
    onRouteClosed: () => {},
  });
}

/** Whole copies: of a large file, and into a second schema. */
export const copyOperations: readonly Row[] = [
  operation(
    'large-upload',
    { about: 'a file of 60 MiB is uploaded', needs: 'large', unless: noUpload },
    async (context) => {
      const { file } = await largeCopy(context);
      return { value: WORKS, note: `${file.write.route}: ${file.write.reason}` };
    },
  ),
  operation(
    'large-read',
    { about: 'it is read back in ranges, byte by byte the same', needs: 'large', unless: noUpload },
    async (context) => {
      const { name, version, file } = await largeCopy(context);
      const source = context.first.registry.openSource(partsOf(name), version);
      const sha256 = await hashFile(LARGE, source, tools());
      return sha256 === file.sha256 ? WORKS : 'other bytes';
    },
  ),
  operation(
    'copy-to-second-schema',
    {
      about: 'a version is copied into a model of the second schema, and is the same there',
      needs: 'second-schema',
      unless: noUpload,
    },
    async (context) => {
      const { registry } = context.first;
      const from = await main(context);
      const name = partsOf(context.name('copy', context.scope.schemas[1]));
      await registry.createRegisteredModel(name);
      await registry.setDescription({ kind: 'model', name }, MARKER);
      const source = registry.openSource(partsOf(from.name), from.version);
      const version = await registry.createModelVersion({
        name,
        source: `models:/${from.name}/${from.version}`,
        tags: [],
      });
      const files = await source.list();
      const copied = await copy(registry, files, source, { name, version });
      await registry.finalizeModelVersion(name, version);
      const there = registry.openSource(name, version);
      for (const file of copied) {
        const bytes = await there.read(file.path, 1024 * 1024);
        const sha256 = createHash('sha256')
          .update(bytes ?? new Uint8Array())
          .digest('hex');
        if (sha256 !== file.sha256) return 'other bytes';
      }
      return copied.length === files.length ? WORKS : `${copied.length} of ${files.length} files`;
    },
  ),
];
