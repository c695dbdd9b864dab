import { counted } from '../../domain/count.ts';
import type { Finding } from '../../domain/decision.ts';
import { clauseOf, hasCode } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/file-entry.ts';
import { foreignHold, holdOf } from '../../domain/hold.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import { isOwnTag, TAG_KEYS } from '../../domain/tag-keys.ts';
import type { CopiedFile } from '../../transfer/copy-files.ts';
import type { TransferTools } from '../../transfer/large-file.ts';
import type { FileSource } from '../../transfer/port.ts';
import { makeChanges } from '../apply.ts';
import type { ApplyContext } from '../context.ts';
import type { ValueChange } from '../value.ts';
import { compareFiles } from './compare.ts';
import { describeKept } from './discard.ts';
import { explainGone, partiesOf } from './gone.ts';
import { refuseHeld } from './hold.ts';
import { OwnVersion, PART_OF_COPY } from './own-version.ts';
import { withReadProgress } from '../../transfer/progress.ts';
import { isNotShown } from './read-back.ts';
import type { CopyRequest } from './request.ts';

/** A version that is filled: the files and tags that it has already. */
export interface Begun {
  readonly own: OwnVersion;
  readonly isContinued: boolean;
  readonly files: readonly FileEntry[];
  readonly tags: readonly Tag[];
}

/**
 * Takes up a pending version; undefined when it has other files than the source, or is no longer what was decided on, and
 * is left alone.
 */
export async function resume(
  pending: ModelVersion,
  request: CopyRequest,
  context: ApplyContext,
): Promise<Begun | undefined> {
  const number = pending.version;
  const uri = formatModelUri(request.change.destination, number);
  try {
    const files = await filesOfPending(pending, context);
    const wanted = new Set(request.files.map(({ path }) => path));
    if (!files.every(({ path }) => wanted.has(path))) {
      context.warn(UNFINISHED_CHECK, leftAlone(uri, 'has files that the source does not have'));
      return undefined;
    }
    const claimed = await claim(pending, request, context);
    if (claimed === undefined) {
      context.warn(UNFINISHED_CHECK, leftAlone(uri, 'has changed'));
      return undefined;
    }
    context.log.info(
      `Resuming ${uri}, which an earlier run began: ${counted(files.length, 'file')} there already.`,
    );
    return { ...claimed, isContinued: true, files };
  } catch (error) {
    const explained = await explainGone(error, partiesOf(request, number, context));
    throw await describeKept(request, number, explained, context);
  }
}

/** The check under which it is noted what becomes of unfinished copies. */
const UNFINISHED_CHECK = 'Unfinished copy';

function leftAlone(uri: string, why: string): Finding {
  return {
    code: 'unfinished-copy-left',
    severity: 'warning',
    message: `${uri} was begun by an earlier run and ${why}, so it is left unchanged.`,
    fix: 'Delete the version if no one is working on it.',
  };
}

/** The files that a pending version has already; none where the registry does not show them. */
async function filesOfPending(
  { name, version }: ModelVersion,
  { snapshot, log }: ApplyContext,
): Promise<readonly FileEntry[]> {
  try {
    return await snapshot.registry.openSource(name, version).list();
  } catch (error) {
    if (!isNotShown(error)) throw error;
    log.info(
      `The files of ${formatModelUri(name, version)} cannot be listed (${clauseOf(error)}); sending all of them.`,
    );
    return [];
  }
}

/**
 * Makes a pending version this run's own: by its marker, which is written before anything else, so that the run that began
 * it, should it still live, neither deletes nor writes what this one fills; then by its labels. Undefined when it is no
 * longer what was decided on; one that was finished meanwhile is taken as it is.
 */
async function claim(
  pending: ModelVersion,
  request: CopyRequest,
  context: ApplyContext,
): Promise<Pick<Begun, 'own' | 'tags'> | undefined> {
  const { snapshot, clock } = context;
  const { name, version, tags } = pending;
  const quiet = { ...context, journal: PART_OF_COPY };
  const target = { kind: 'version', name, version } as const;
  const marker = tagValue(tags, TAG_KEYS.run) ?? null;
  const basis = [
    { kind: 'status', name, version, was: 'PENDING_REGISTRATION' },
    { kind: 'tag', target, key: TAG_KEYS.hold, was: tagValue(tags, TAG_KEYS.hold) ?? null },
  ] as const;
  try {
    await makeChanges(
      [{ kind: 'tag', target, key: TAG_KEYS.run, from: marker, to: request.marker, basis }],
      quiet,
    );
  } catch (error) {
    if (!hasCode(error, 'conflict')) throw error;
    const found = await snapshot.registry.getModelVersion(name, version);
    if (found?.status !== 'READY') return undefined;
    if (holdOf(found) !== undefined) throw error;
    return {
      own: new OwnVersion(pending, tagValue(found.tags, TAG_KEYS.run) ?? '', clock),
      tags: found.tags,
    };
  }
  refuseHeld(target, await snapshot.freshVersion(name, version));
  const own = new OwnVersion(pending, request.marker, clock);
  const labels = labelsOf(pending, request, own);
  await makeChanges(labels, quiet);
  const changed = new Map(
    labels.flatMap((each) => (each.kind === 'tag' ? [[each.key, each.to] as const] : [])),
  );
  return { own, tags: tags.filter(({ key }) => !changed.has(key)) };
}

/** The changes that make the labels of a version that is continued those of this run. */
function labelsOf(pending: ModelVersion, request: CopyRequest, own: OwnVersion): ValueChange[] {
  const wanted = new Set(request.tags.map(({ key }) => key));
  const isOwnHold = (tag: Tag) => tag.key === TAG_KEYS.hold && foreignHold({ tags: [tag] }) === undefined;
  const surplus = pending.tags.filter(
    (tag) => isOwnHold(tag) || (!isOwnTag(tag.key) && !wanted.has(tag.key)),
  );
  const missing = request.tags.filter(({ key, value }) => tagValue(pending.tags, key) !== value);
  const [from, to] = [pending.description ?? '', request.description ?? ''];
  const { target, basis } = own;
  return [
    ...surplus.map(({ key, value }) => own.tagChange(key, value, null)),
    ...missing.map(({ key, value }) => own.tagChange(key, tagValue(pending.tags, key) ?? null, value)),
    ...(from === to ? [] : [{ kind: 'description', target, from, to, basis } as const]),
  ];
}

/** Files that an earlier run sent whole: read on both sides, and equal. They are not sent again. */
export async function takeOver(
  request: CopyRequest,
  { uri, files }: { readonly uri: string; readonly files: readonly FileEntry[] },
  target: FileSource,
  tools: TransferTools,
  context: ApplyContext,
): Promise<CopiedFile[]> {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const candidates = request.files.filter(({ path, size }) => sizes.get(path) === size);
  const reporting = withReadProgress(
    tools,
    `Comparing the existing files of ${uri}`,
    { files: candidates, sides: 2 },
    context,
  );
  const compared = await compareFiles(candidates, { source: request.source.bytes, target }, reporting);
  return compared.filter(({ isEqual }) => isEqual);
}
