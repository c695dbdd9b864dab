import type { ApplyContext } from '../../apply/context.ts';
import { makeCopy } from '../../apply/copy/copy.ts';
import { removeLeftovers } from '../../apply/copy/leftovers.ts';
import { notePredicate } from '../../apply/copy/predicate.ts';
import type { CopyResult } from '../../apply/copy/request.ts';
import { createModel } from '../../apply/model.ts';
import type { CopyChange, CreateModelChange } from '../../domain/change.ts';
import type { FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import type { Random } from '../../domain/ports.ts';
import { isNamed } from '../../domain/principal.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { CopyReading } from '../../facts/copy/reading.ts';
import { uriOf } from '../../facts/version.ts';
import type { COPY_OUTPUTS, CopyInputs } from '../../inputs/copy.ts';
import { decideJob, type CopyDecision } from '../../policy/copy.ts';
import { asPlanned } from '../../policy/planned.ts';
import { formatMarker, isAbandoned, isOfRepository } from '../../policy/run-marker.ts';
import { type VerifyMode, FULL_BYTES } from '../../policy/verify-mode.ts';
import { decideState } from '../../policy/version.ts';
import { routesSection } from '../../report/sections/copy.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';
import { findFinished, isOfOrigin, settleFound } from './finished-copies.ts';

type CopyContext = ActionContext<CopyInputs, typeof COPY_OUTPUTS>;

/** What an action does around a copy. */
interface AroundCopy {
  /** Notes further checks before anything is written: of the copy that was found, or, without one, of that to be made. */
  readonly judge?: (found: ModelVersion | undefined) => void;
  /** Reads for the next step beside the end of the copy. */
  readonly alongside?: (() => Promise<unknown>) | undefined;
}

/** Makes the copy, or finds that an earlier run made it; undefined in a dry run that would make it. */
export async function performCopy(
  context: CopyContext,
  reading: CopyReading,
  decision: CopyDecision,
  { judge, alongside }: AroundCopy = {},
): Promise<(CopyResult & { readonly made: boolean }) | undefined> {
  const {
    inputs,
    record,
    run,
    source: from,
    destination: snapshot,
    journal,
    log,
    clock,
    random,
    signal,
  } = context;
  const { source } = reading;
  const verify = verifyMode(inputs, decision);
  const apply = { snapshot, journal, log, clock, random, signal };
  const unfinished = await findUnfinished(context, reading);
  const finished = await takeFinished(context, reading, decision, judge);
  if (finished !== undefined) {
    await noteResult(context, finished, 'made by an earlier run');
    await noteLeftovers(context, unfinished, apply);
    return { ...finished, made: false };
  }
  noteJob(context, reading);
  const change: CopyChange = {
    kind: 'copy',
    source: { name: source.version.name, version: source.version.version },
    destination: reading.destination.name,
  };
  const create = reading.destination.model === undefined ? createChange(inputs) : undefined;
  journal.plan(create === undefined ? [change] : [create, change]);
  const pending = unfinished.find((version) => isOfOrigin(version, reading));
  const others = unfinished.filter((version) => version !== pending);
  if (inputs['dry-run']) {
    await noteLeftovers(context, others, apply);
    return undefined;
  }
  if (create !== undefined) await createModel(create, apply);
  const mlmodel = await from.mlmodel(source.version.name, source.version.version);
  const result = await makeCopy(
    {
      change,
      source,
      files: decision.files,
      tags: decision.tags,
      description: inputs.description ?? source.version.description,
      // What is not known was said where the copy was decided.
      dependencies: mlmodel.dependencies ?? [],
      origin: reading.origin,
      originMark: reading.originMark.text,
      marker: formatMarker(run, clock.now(), nonceOf(context.random)),
      pending,
      verify,
      waitTimeout: inputs['wait-timeout'],
      onVersion: (number) => outputVersion(record, reading.destination.name, number),
      alongside,
    },
    apply,
  );
  const points = snapshot.registry.capabilities.upload === 'pointer';
  const copied = points ? 'points at its source: no bytes were moved' : 'copied now';
  const isContinued = pending?.version === result.version.version;
  await noteResult(context, result, isContinued ? 'continued from an earlier run' : copied);
  await noteLeftovers(
    context,
    unfinished.filter(({ version }) => version !== result.version.version),
    apply,
  );
  record.sections.push(routesSection(result));
  refuseHeld(record, result.version);
  return { ...result, made: true };
}

/** An equal copy that an earlier run finished, judged before anything is written, and its record completed. */
async function takeFinished(
  context: CopyContext,
  reading: CopyReading,
  decision: CopyDecision,
  judge: AroundCopy['judge'],
): Promise<CopyResult | undefined> {
  const refused = new Set<number>();
  for (;;) {
    const found = await findFinished(context, reading, decision, refused);
    const { finished, completion } = found;
    judge?.(finished === undefined ? undefined : asPlanned(finished.version, completion));
    context.record.requireAllowed(`Copying ${uriOf(reading.source.version)}`);
    if (await settleFound(context, found)) return finished;
    if (finished !== undefined) refused.add(finished.version.version);
  }
}

/** A hold that somebody put on the copy while it was made stops whatever would follow. */
function refuseHeld(record: ActionRecord, version: ModelVersion): void {
  record.checkAgain('Copied version', decideState(version), 'It is READY and not on hold.', 'blocked');
  record.requireAllowed(uriOf(version));
}

/** Tells the version as soon as it exists, so that it is known also when the copy breaks off. */
function outputVersion(
  record: ActionRecord<typeof COPY_OUTPUTS>,
  name: FullName,
  number: number | undefined,
): void {
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

/** Pending copies that the caller itself began for this repository, newest first: others' are never touched. */
async function findUnfinished(context: CopyContext, reading: CopyReading): Promise<ModelVersion[]> {
  const pending = reading.earlier.filter(({ status }) => status === 'PENDING_REGISTRATION');
  if (pending.length === 0) return [];
  const names = (await context.destination.caller()).alsoKnownAs;
  return pending.filter(
    ({ createdBy, tags }) =>
      createdBy !== undefined &&
      isNamed(names, createdBy) &&
      isOfRepository(tagValue(tags, TAG_KEYS.run) ?? '', context.run),
  );
}

/** Deletes unfinished copies at which no run can be any more, and says what became of each; a dry run only says. */
async function noteLeftovers(
  { inputs, record, run, clock }: CopyContext,
  unfinished: readonly ModelVersion[],
  apply: ApplyContext,
): Promise<void> {
  const marked = unfinished.map((version) => ({
    version,
    isAbandoned: isAbandoned(tagValue(version.tags, TAG_KEYS.run) ?? '', run, clock.now()),
  }));
  for (const { version } of marked.filter((each) => !each.isAbandoned)) {
    record.fact('Unfinished copy', uriOf(version), 'left alone: another run may still be at it');
  }
  const abandoned = marked.filter((each) => each.isAbandoned).map(({ version }) => version);
  if (inputs['dry-run']) {
    apply.journal.plan(abandoned.map(({ name, version }) => ({ kind: 'delete-version', name, version })));
    return;
  }
  for (const { uri, became } of await removeLeftovers(abandoned, apply)) {
    record.fact('Unfinished copy', uri, `left by an earlier run; it ${became}`);
  }
}

/** A new version, and nothing else, starts the destination's deployment job. */
function noteJob({ record }: CopyContext, { destination }: CopyReading): void {
  const decision = decideJob(destination, destination.name);
  if (decision === undefined) return;
  record.check('Deployment job', 'fail', decision, 'The destination starts none.', 'blocked');
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
  record.output('listing-digest', digests.listing);
  record.output('subject-digest', digests.content);
  record.output('verified', verified);
  const folder = environment['RUNNER_TEMP'];
  const predicate = folder === undefined ? undefined : await notePredicate(result, folder, log);
  if (predicate === undefined) return;
  record.output('predicate-type', predicate.type);
  record.output('predicate-path', predicate.path);
}
