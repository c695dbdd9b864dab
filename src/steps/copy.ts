import type { CopyChange } from '../domain/change.ts';
import type { Digests, FileEntry } from '../domain/digest.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { tagValue, type ModelDependency, type ModelVersion, type Tag } from '../domain/model.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { copyFiles, hashFiles } from '../transfer/copy-files.ts';
import { digestsOf, listingDigest } from '../transfer/digest.ts';
import { refuseWhenCancelled, type ApplyContext } from './apply.ts';
import { listOwnPending, type CopySource } from './copy-state.ts';

/** What is to be copied, as it was decided. */
export interface CopyOrder {
  readonly change: CopyChange;
  readonly source: CopySource;
  readonly files: readonly FileEntry[];
  readonly tags: readonly Tag[];
  readonly description: string | undefined;
  readonly dependencies: readonly ModelDependency[];
  /** Names this run and this copy; found again on a version when the answer of its creation is lost. */
  readonly marker: string;
  /** A pending version that an earlier run began and that is continued. */
  readonly pending?: ModelVersion | undefined;
  /** Milliseconds to wait for READY. */
  readonly waitTimeout: number;
}

/** A finished copy. */
export interface CopyResult {
  readonly version: ModelVersion;
  readonly digests: Digests;
}

/** Pauses between reads of a version that is not READY yet, milliseconds. */
const POLL = 2_000;

/** How often a creation whose answer was lost is looked for, and how far apart, milliseconds. */
const LOOK = { tries: 3, pause: 1_000 } as const;

/** A progress line comes at most so often, milliseconds. */
const PROGRESS = 10_000;

/**
 * Makes a copy: creates the version with a marker, streams the files with `MLmodel` last, reads them back, records
 * the digests, finalizes, waits for READY and reads the version back.
 *
 * When it fails, the version that it created is deleted while it is pending, where the caller may; else the message
 * names it, and the next run continues it.
 */
export async function makeCopy(order: CopyOrder, context: ApplyContext): Promise<CopyResult> {
  refuseWhenCancelled(context.signal);
  context.journal.begin(order.change);
  const number = order.pending?.version ?? (await createVersion(order, context));
  try {
    const result = await fillVersion(order, number, context);
    context.journal.end(order.change, 'done');
    return result;
  } catch (error) {
    if (order.pending !== undefined) throw error;
    throw await withdraw(order, number, error, context);
  }
}

async function createVersion(order: CopyOrder, context: ApplyContext): Promise<number> {
  const { registry } = context.snapshot;
  const { version } = order.source;
  const request = {
    name: order.change.destination,
    source: formatModelUri(version.name, version.version),
    tags: [
      ...order.tags,
      { key: TAG_KEYS.origin, value: formatModelUri(version.name, version.version) },
      { key: TAG_KEYS.run, value: order.marker },
    ],
    dependencies: order.dependencies,
    ...(order.description === undefined ? {} : { description: order.description }),
    ...(version.runId === undefined ? {} : { runId: version.runId }),
    ...(version.runWorkspaceId === undefined ? {} : { runWorkspaceId: version.runWorkspaceId }),
  };
  try {
    return await registry.createModelVersion(request);
  } catch (error) {
    if (!hasCode(error, 'unavailable', 'protocol')) throw error;
    const found = await findCreated(order, context);
    if (found !== undefined) return found;
    context.log.info(
      'The answer of the creation was lost, and no version of it is there: it is asked for once more.',
    );
    return registry.createModelVersion(request);
  }
}

/** Looks for the version that a creation without an answer may have made. */
async function findCreated(order: CopyOrder, context: ApplyContext): Promise<number | undefined> {
  for (let attempt = 1; attempt <= LOOK.tries; attempt += 1) {
    const found = await listOwnPending(order.change.destination, order.marker, context.snapshot);
    if (found !== undefined) return found;
    await context.clock.sleep(LOOK.pause * attempt, context.signal);
  }
  return undefined;
}

async function fillVersion(order: CopyOrder, number: number, context: ApplyContext): Promise<CopyResult> {
  const { registry } = context.snapshot;
  const name = order.change.destination;
  const sink = registry.openSink(name, number);
  const written = await copyFiles(order.files, order.source.bytes, sink, progressLine(order.files, context));
  const digests = digestsOf(written);
  refuseWhenCancelled(context.signal);
  const early = await verifyFiles(order.files, digests, name, number, context);
  await Promise.all([
    recordDigests(name, number, digests, context),
    registry.finalizeModelVersion(name, number),
  ]);
  const version = await waitUntilReady(name, number, order.waitTimeout, context);
  if (!early) await verifyAfterwards(order.files, digests, version, context);
  return { version: { ...version, tags: withDigests(version.tags, digests) }, digests };
}

/** Reads the copy back and compares; false when the registry does not show the files of a pending version. */
async function verifyFiles(
  files: readonly FileEntry[],
  expected: Digests,
  name: FullName,
  number: number,
  context: ApplyContext,
): Promise<boolean> {
  const source = context.snapshot.registry.openSource(name, number);
  try {
    const [listed, hashed] = await Promise.all([source.list(), hashFiles(files, source)]);
    if (listingDigest(listed) === expected.listing && digestsOf(hashed).content === expected.content)
      return true;
  } catch (error) {
    if (hasCode(error, 'permission-denied', 'verification', 'rejected')) return false;
    throw error;
  }
  throw new PromoteError(`The files of ${formatModelUri(name, number)} are not those that were sent.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Run again; the version was not finalized. If it stays, report it with the report file.',
  });
}

/** As {@link verifyFiles} for a READY version: a copy that differs is put on hold, so that no action ever takes it. */
async function verifyAfterwards(
  files: readonly FileEntry[],
  expected: Digests,
  version: ModelVersion,
  context: ApplyContext,
): Promise<void> {
  const { registry } = context.snapshot;
  const source = registry.openSource(version.name, version.version);
  const [listed, hashed] = await Promise.all([source.list(), hashFiles(files, source)]);
  if (listingDigest(listed) === expected.listing && digestsOf(hashed).content === expected.content) return;
  const target = { kind: 'version', name: version.name, version: version.version } as const;
  await registry.setTag(target, TAG_KEYS.hold, 'the copy does not equal its source');
  throw new PromoteError(
    `The files of ${formatModelUri(version.name, version.version)} are not those that were sent; it is on hold now.`,
    { code: 'verification', outcome: 'error', fix: 'Run again for another copy, and report this one.' },
  );
}

async function recordDigests(
  name: FullName,
  number: number,
  digests: Digests,
  context: ApplyContext,
): Promise<void> {
  const { registry } = context.snapshot;
  const target = { kind: 'version', name, version: number } as const;
  await Promise.all([
    registry.setTag(target, TAG_KEYS.digest, digests.content),
    registry.setTag(target, TAG_KEYS.listing, digests.listing),
  ]);
}

function withDigests(tags: readonly Tag[], digests: Digests): Tag[] {
  const others = tags.filter(({ key }) => key !== TAG_KEYS.digest && key !== TAG_KEYS.listing);
  return [
    ...others,
    { key: TAG_KEYS.digest, value: digests.content },
    { key: TAG_KEYS.listing, value: digests.listing },
  ];
}

async function waitUntilReady(
  name: FullName,
  number: number,
  timeout: number,
  context: ApplyContext,
): Promise<ModelVersion> {
  const { snapshot, clock, signal, log } = context;
  const startedAt = clock.now();
  for (;;) {
    snapshot.forget(name);
    const version = await snapshot.version(name, number);
    if (version?.status === 'READY') return version;
    const status = version?.status ?? 'not shown';
    if (status === 'FAILED_REGISTRATION' || clock.now() - startedAt >= timeout) {
      const why =
        status === 'FAILED_REGISTRATION'
          ? (version?.statusMessage ?? 'no reason is given')
          : 'the wait-timeout is over';
      throw new PromoteError(`${formatModelUri(name, number)} is ${status}: ${why}.`, {
        code: 'not-ready',
        outcome: status === 'FAILED_REGISTRATION' ? 'blocked' : 'unavailable',
        fix: 'Run again: a version that is still pending is continued.',
      });
    }
    refuseWhenCancelled(signal);
    log.info(`${formatModelUri(name, number)} is ${status}; waiting for READY.`);
    await clock.sleep(POLL, signal);
  }
}

/** Deletes the pending version of a failed copy; the error that comes back says what is left. */
async function withdraw(
  order: CopyOrder,
  number: number,
  error: unknown,
  context: ApplyContext,
): Promise<PromoteError> {
  const { registry } = context.snapshot;
  const name = order.change.destination;
  const uri = formatModelUri(name, number);
  const details =
    error instanceof PromoteError ? error.details : ({ code: 'internal', outcome: 'error' } as const);
  const say = (left: string) => new PromoteError(`${messageOf(error)} ${left}`, { ...details, cause: error });
  try {
    const version = await registry.getModelVersion(name, number);
    if (version === undefined) return say(`No version is left in ${formatFullName(name)}.`);
    if (version.status !== 'PENDING_REGISTRATION' || tagValue(version.tags, TAG_KEYS.run) !== order.marker) {
      return say(`${uri} is ${version.status} and was left as it is; no alias names it by this step.`);
    }
    await registry.deleteModelVersion(name, number);
    context.journal.end(order.change, 'not-done');
    return say(`The unfinished version ${number} was deleted again.`);
  } catch (second) {
    if (!(second instanceof PromoteError)) throw second;
    return say(
      `The unfinished version ${number} could not be deleted (${messageOf(second)}); it is marked with ${TAG_KEYS.run}, and the next run continues it.`,
    );
  }
}

function progressLine(files: readonly FileEntry[], { clock, log }: ApplyContext) {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const startedAt = clock.now();
  let saidAt = startedAt;
  return (done: { readonly files: number; readonly bytes: number }) => {
    const now = clock.now();
    if (now - saidAt < PROGRESS) return;
    saidAt = now;
    const rate = done.bytes / ((now - startedAt) / 1000);
    const left = rate > 0 ? Math.round((total - done.bytes) / rate) : 0;
    log.info(
      `${done.files} of ${files.length} files, ${done.bytes} of ${total} bytes, ${Math.round(rate)} bytes/s, ${left} s left`,
    );
  };
}
