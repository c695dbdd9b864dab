import type { CopyChange, CreateModelChange, TagChange } from '../domain/change.ts';
import { hasCode } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import type { Random } from '../domain/ports.ts';
import { holdOf } from '../domain/rules.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { CopyDecision } from '../policy/copy.ts';
import { paragraph, table, type Section } from '../report/document.ts';
import { refuseWhenCancelled } from '../steps/apply.ts';
import type { CopyResult, VerifyMode } from '../steps/copy-order.ts';
import { transferText } from '../steps/copy-progress.ts';
import { notePredicate } from '../steps/copy-predicate.ts';
import { compareCopy } from '../steps/copy-state.ts';
import { MISMATCH_HOLD } from '../steps/copy-verify.ts';
import { makeCopy } from '../steps/copy.ts';
import { createModel } from '../steps/create-model.ts';
import { uriOf } from '../steps/version.ts';
import type { CopyInputs } from './copy-inputs.ts';
import type { CopyReading } from './copying.ts';
import type { ActionContext } from './context.ts';
import type { ActionRecord } from './record.ts';

/** Models over this are verified by size unless said otherwise: reading them back takes as long as sending them. Bytes. */
const FULL_BYTES = 64 * 1024 ** 3;

/** The lanes of so many files are listed one by one. */
const LISTED_LANES = 50;

type CopyContext = ActionContext<CopyInputs>;

/**
 * Makes the copy, or finds that an earlier run made it; undefined in a dry run that would make it. `alongside` reads
 * for the next step.
 */
export async function performCopy(
  context: CopyContext,
  reading: CopyReading,
  decision: CopyDecision,
  alongside?: () => Promise<unknown>,
): Promise<(CopyResult & { readonly made: boolean }) | undefined> {
  const { inputs, record, run, source: from, destination: snapshot, journal, log, clock, signal } = context;
  const { source } = reading;
  const verify = verifyMode(inputs, decision);
  const finished = await findFinished(context, reading, decision);
  if (finished !== undefined) {
    await noteResult(context, finished, 'made by an earlier run');
    return { ...finished, made: false };
  }
  const change: CopyChange = {
    kind: 'copy',
    source: { name: source.version.name, version: source.version.version },
    destination: inputs.destination,
  };
  const create = reading.destination.model === undefined ? createChange(inputs) : undefined;
  record.plan(create === undefined ? [change] : [create, change]);
  if (inputs['dry-run']) return undefined;
  const apply = { snapshot, journal, log, clock, signal };
  if (create !== undefined) await createModel(create, apply);
  const pending = await findPending(context, reading);
  const mlmodel = await from.mlmodel(source.version.name, source.version.version);
  const result = await makeCopy(
    {
      change,
      source,
      files: decision.files,
      tags: decision.tags,
      description: inputs.description ?? source.version.description,
      dependencies: mlmodel.dependencies,
      origin: reading.origin,
      marker: `${run.repository}/${run.runId}/${run.attempt}/${nonceOf(context.random)}`,
      pending,
      verify,
      waitTimeout: inputs['wait-timeout'],
      onVersion: (number) => outputVersion(record, inputs.destination, number),
      alongside,
    },
    apply,
  );
  const points = snapshot.registry.capabilities.upload === 'pointer';
  const copied = points ? 'points at its source: no bytes were moved' : 'copied now';
  await noteResult(context, result, pending === undefined ? copied : 'continued from an earlier run');
  record.sections.push(lanesSection(result));
  return { ...result, made: true };
}

/** Tells the version as soon as it exists, so that it is known also when the copy breaks off. */
function outputVersion(record: ActionRecord, name: FullName, number: number | undefined): void {
  record.output('version', number ?? '');
  record.output('uri', number === undefined ? '' : formatModelUri(name, number));
}

/** Full up to a stated size; the wish of the user above all. */
function verifyMode(inputs: CopyInputs, decision: CopyDecision): VerifyMode {
  const bytes = decision.files.reduce((sum, { size }) => sum + size, 0);
  return inputs.verify ?? (bytes <= FULL_BYTES ? 'full' : 'size');
}

/** Tells two copies of one run apart. */
function nonceOf(random: Random): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

/** A pending copy that the caller itself began for this repository: others' are never touched. */
async function findPending(context: CopyContext, reading: CopyReading): Promise<ModelVersion | undefined> {
  const pending = reading.earlier.filter(({ status }) => status === 'PENDING_REGISTRATION');
  if (pending.length === 0) return undefined;
  const names = (await context.destination.caller()).alsoKnownAs;
  return pending.find(
    ({ createdBy, tags }) =>
      createdBy !== undefined &&
      names.includes(createdBy) &&
      tagValue(tags, TAG_KEYS.run)?.startsWith(`${context.run.repository}/`) === true,
  );
}

/**
 * An equal copy that an earlier run finished. One whose bytes contradict the digest recorded of it is put on hold; one
 * that was on hold only until it is verified is freed.
 */
async function findFinished(
  context: CopyContext,
  { source, earlier }: CopyReading,
  { files }: CopyDecision,
): Promise<CopyResult | undefined> {
  const { destination: snapshot, signal, log } = context;
  const refuse = () => refuseWhenCancelled(signal);
  for (const version of earlier.filter(({ status }) => status === 'READY')) {
    const compared = await compareCopy({ source, files }, version, snapshot, refuse);
    const hold = holdOf(version) ?? null;
    if (compared.kind === 'equal') {
      if (hold !== null) await context.apply([holdChange(version, hold, null)]);
      return compared.result;
    }
    if (compared.kind === 'other' && hold === null) continue;
    log.warning(`${uriOf(version)} is not the copy that was recorded of it: it is not taken.`);
    await tryHold(context, holdChange(version, hold, MISMATCH_HOLD));
  }
  return undefined;
}

/** Without the right to tag a version of somebody else's, the warning is all that can be done. */
async function tryHold(context: CopyContext, change: TagChange): Promise<void> {
  try {
    await context.apply([change]);
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    context.record.settle(change, 'not-done');
  }
}

function holdChange(version: ModelVersion, from: string | null, to: string | null): TagChange {
  const target = { kind: 'version', name: version.name, version: version.version } as const;
  return { kind: 'tag', target, key: TAG_KEYS.hold, from, to };
}

function createChange(inputs: CopyInputs): CreateModelChange {
  const owner = inputs['destination-owner'];
  return { kind: 'create-model', name: inputs.destination, ...(owner === undefined ? {} : { owner }) };
}

async function noteResult(context: CopyContext, result: CopyResult, how: string): Promise<void> {
  const { record, environment, log } = context;
  const { version, digests, verified } = result;
  const read =
    verified === 'full'
      ? 'source and copy were both read, and are equal'
      : 'less than every byte of the copy was read back: sizes, and files up to 1 MiB';
  record.fact('Copy', uriOf(version), how);
  record.fact('Digest', digests.content, read);
  record.output('version', version.version);
  record.output('uri', uriOf(version));
  record.output('digest', digests.content);
  record.output('subject-digest', digests.content);
  record.output('verified', verified);
  const folder = environment['RUNNER_TEMP'];
  const predicate = folder === undefined ? undefined : await notePredicate(result, folder, log);
  if (predicate === undefined) return;
  record.output('predicate-type', predicate.type);
  record.output('predicate-path', predicate.path);
}

/** Which way the files went and why, one row for each pair of lanes, and large files by name. */
function lanesSection({ files, takenOver, transfer }: CopyResult): Section {
  const rows = new Map<string, { files: number; bytes: number; read: string; write: string }>();
  for (const { size, read, write } of files) {
    const key = JSON.stringify([read, write]);
    const row = rows.get(key) ?? {
      files: 0,
      bytes: 0,
      read: `${read.road} (${read.reason})`,
      write: `${write.road} (${write.reason})`,
    };
    row.files += 1;
    row.bytes += size;
    rows.set(key, row);
  }
  const byName = files.length <= LISTED_LANES ? [...files].sort((a, b) => b.size - a.size) : [];
  return {
    title: `Ways of the bytes${takenOver === 0 ? '' : `: ${takenOver} files were there already`}`,
    folded: true,
    blocks: [
      ...(transfer === undefined ? [] : [paragraph(`${transferText(transfer)}.`)]),
      table(
        ['Files', 'Bytes', 'Read by', 'Written by'],
        [...rows.values()].map((row) => [String(row.files), String(row.bytes), row.read, row.write]),
        ['right', 'right', 'left', 'left'],
      ),
      ...(byName.length === 0
        ? []
        : [
            table(
              ['File', 'Bytes', 'Written by', 'sha256'],
              byName.map(({ path, size, write, sha256 }) => [path, String(size), write.road, sha256]),
              ['left', 'right', 'left', 'left'],
            ),
          ]),
    ],
  };
}
