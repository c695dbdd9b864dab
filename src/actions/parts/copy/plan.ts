import { notePredicate } from '../../../apply/copy/predicate.ts';
import type { CopyResult } from '../../../apply/copy/request.ts';
import { requireReachableOwner } from '../../../apply/model.ts';
import type { Stage } from '../../../apply/stage.ts';
import type { VersionRef } from '../../../domain/change-target.ts';
import { decide } from '../../../domain/decision.ts';
import type { ModelVersion, Tag } from '../../../domain/model.ts';
import type { CopyReading } from '../../../facts/copy/reading.ts';
import { uriOf } from '../../../facts/version.ts';
import type { NewVersionInputs } from '../../../inputs/copy.ts';
import type { CreateModelChange } from '../../../plan/changes/model.ts';
import type { OwnerChange } from '../../../plan/changes/owner.ts';
import { carriedTags, decideJob, jobOf, type CopyDecision } from '../../../policy/copy.ts';
import { decideOwner } from '../../../policy/owner.ts';
import { asPlanned } from '../../../policy/planned.ts';
import { decideState } from '../../../policy/version.ts';
import { routesSection } from '../../../report/sections/copy.ts';
import type { ActionRecord } from '../../contract/record.ts';
import { doing, NEW_VERSION_WORDS, type CopyContext, type DecidedCopy } from './context.ts';
import { copyRequest } from './request.ts';
import type { CopyEngine } from './engine.ts';
import { findFinished, isOfOrigin, type FoundCopies } from './finished.ts';
import { findUnfinished, planLeftovers } from './leftovers.ts';

/** A finished copy, and whether this run made it. */
export type FinishedCopy = CopyResult & { readonly made: boolean };

/** The copy as it will be once its stages are applied. */
export interface ExpectedCopy {
  /** Its number, where an earlier run made it. */
  readonly version: VersionRef;
  readonly tags: readonly Tag[];
  /** The copy that was found, or that this run has made; undefined until it has. */
  result: FinishedCopy | undefined;
}

/** What an action does around a copy. */
interface AroundCopy {
  /** Where the bytes of a copy go through; absent of what is no copy. */
  readonly engine?: CopyEngine;
  /** Judges the copy as it will be. */
  readonly judge?: (expected: ExpectedCopy) => void;
  /** Called when this run has made it. */
  readonly made?: (expected: ExpectedCopy) => void;
  /** The stages that follow the copy. */
  readonly then?: (expected: ExpectedCopy) => readonly Stage[];
}

/** What a copy is planned from. */
interface CopyFacts extends AroundCopy, DecidedCopy {
  /** Pending copies of ours, newest first. */
  readonly unfinished: readonly ModelVersion[];
  /** The owner that a run did not set which died before. */
  readonly owner: OwnerChange | undefined;
}

/** Plans a copy and what follows it: it is made, or the one that an earlier run made is taken. */
export async function planCopy(
  context: CopyContext,
  reading: CopyReading,
  decision: CopyDecision,
  around: AroundCopy = {},
): Promise<readonly Stage[]> {
  const bytes = decision.files.reduce((sum, { size }) => sum + size, 0);
  await around.engine?.note(bytes);
  const unfinished = await findUnfinished(context, reading);
  const owner = await noteOwner(context, reading);
  const wanted = context.inputs['destination-owner'];
  if (wanted !== undefined && (owner !== undefined || reading.destination.model === undefined))
    await requireReachableOwner(reading.destination.name, wanted, context.destination);
  return planAttempt({ context, reading, decision, unfinished, owner, ...around }, new Set());
}

/** Plans with the newest equal copy but some, or with one that is made. */
async function planAttempt(facts: CopyFacts, besides: ReadonlySet<number>): Promise<readonly Stage[]> {
  const { context, reading, decision, judge, then } = facts;
  // A run in the workspace looks for one by itself: to compare it from here would have its bytes go through here.
  const found =
    facts.engine?.isElsewhere === true
      ? { finished: undefined, completion: [], damaged: [] }
      : await findFinished(context, reading, decision, besides);
  const { finished, completion, damaged } = found;
  const expected: ExpectedCopy =
    finished === undefined
      ? { version: 'copy', tags: carriedTags(decision), result: undefined }
      : {
          version: finished.version.version,
          tags: asPlanned(finished.version, completion).tags,
          result: { ...finished, made: false },
        };
  judge?.(expected);
  context.record.requireAllowed(doing(reading));
  const held = damaged.map(({ version }) => version.version);
  const stages =
    finished === undefined
      ? planNew(facts, expected)
      : await planFound(facts, found, finished, () =>
          planAttempt(facts, new Set([...besides, ...held, finished.version.version])),
        );
  return [...holdStages(context, found), ...stages, ...(then?.(expected) ?? [])];
}

/** The check under which it is noted why a copy of an earlier run is not taken. */
const FOUND_CHECK = 'Copies of earlier runs';

/** Puts copies that are not what was recorded of them on hold; where that is refused, they are still not taken. */
function holdStages({ record }: CopyContext, { damaged }: FoundCopies): Stage[] {
  return damaged.map(({ version, hold }) => {
    record.warn(FOUND_CHECK, {
      code: 'copy-damaged',
      severity: 'warning',
      message: `${uriOf(version)} differs from its recorded copy and is not reused.`,
      fix: 'Find out who changed its files, then delete the version.',
    });
    return {
      name: 'hold',
      changes: [hold],
      work: { kind: 'values', confirm: async () => [hold], whenRefused: 'go-on' },
    };
  });
}

/** Takes a copy that an earlier run made; where its record may not be completed, `again` plans without it. */
async function planFound(
  { context, reading, unfinished }: CopyFacts,
  { completion }: FoundCopies,
  finished: CopyResult,
  again: () => Promise<readonly Stage[]>,
): Promise<Stage[]> {
  await noteResult(context, finished, reading, 'from an earlier run');
  const record: Stage = {
    name: 'record',
    changes: completion,
    work: {
      kind: 'values',
      confirm: async () => completion,
      whenRefused() {
        context.record.warn(FOUND_CHECK, {
          code: 'copy-record-incomplete',
          severity: 'warning',
          message: `The record of ${uriOf(finished.version)} is incomplete and cannot be completed, so the version is not reused.`,
          fix: 'Have its owner run the step again, or delete the version.',
        });
        forgetFound(context.record, reading);
        return again();
      },
    },
  };
  return [...(completion.length === 0 ? [] : [record]), ...planLeftovers(context, unfinished)];
}

/** What was noted of a copy that is not taken after all. */
function forgetFound(record: CopyContext['record'], { change }: CopyReading): void {
  record.forgetFacts(NEW_VERSION_WORDS[change.kind].fact, 'Digest', 'Unfinished copy');
  record.output('version', '');
  record.output('uri', '');
  record.output('digest', '');
  record.output('listing-digest', '');
  record.output('subject-digest', '');
  record.output('verified', '');
  record.output('predicate-type', '');
  record.output('predicate-path', '');
}

/** Makes the model where it is not there, and the copy, which an earlier run may have begun. */
function planNew(facts: CopyFacts, expected: ExpectedCopy): Stage[] {
  const { context, reading, decision, unfinished, owner, engine } = facts;
  const { change, destination } = reading;
  const words = NEW_VERSION_WORDS[change.kind];
  noteJob(context, reading);
  const pending = unfinished.find((version) => isOfOrigin(version, reading));
  const copy: Stage = {
    name: 'copy',
    changes: [change],
    work: {
      kind: 'copy',
      request: () => copyRequest(facts, pending),
      elsewhere: engine?.elsewhere(decision),
      async finished(result) {
        const { made = true } = result;
        expected.result = { ...result, made };
        facts.made?.(expected);
        const points = context.destination.registry.capabilities.upload === 'pointer';
        const copied = points
          ? 'points at its source; no files were copied'
          : made
            ? words.now
            : 'from an earlier run';
        const isContinued = pending?.version === result.version.version;
        await noteResult(context, result, reading, isContinued ? 'resumed from an earlier run' : copied);
        context.record.sections.push(routesSection(result));
        engine?.noteTaken(result);
        refuseHeld(context.record, result.version, words.checkOfMade);
      },
    },
  };
  const others = unfinished.filter((version) => version !== pending);
  return [
    ...(destination.model === undefined ? [modelStage(createChange(context.inputs))] : []),
    ...(owner === undefined ? [] : [modelStage(owner)]),
    copy,
    ...planLeftovers(context, others),
  ];
}

function createChange(inputs: NewVersionInputs): CreateModelChange {
  const owner = inputs['destination-owner'];
  return { kind: 'create-model', name: inputs.destination, ...(owner === undefined ? {} : { owner }) };
}

function modelStage(change: CreateModelChange | OwnerChange): Stage {
  return { name: 'model', changes: [change], work: { kind: 'model', change } };
}

/**
 * Notes an owner of the destination that is not the one who was asked for. Returns the change where a run died before it gave away
 * the model that it had created.
 */
async function noteOwner(
  { inputs, record, destination: snapshot }: CopyContext,
  { destination: { model, versions } }: CopyReading,
): Promise<OwnerChange | undefined> {
  const wanted = inputs['destination-owner'];
  if (wanted === undefined || model === undefined || !snapshot.registry.capabilities.owners) return undefined;
  const decision = decideOwner(wanted, model, versions, (await snapshot.caller()).alsoKnownAs);
  if (decision.kind === 'unfinished')
    return { kind: 'owner', name: model.name, from: decision.from, to: wanted };
  if (decision.kind === 'other')
    record.check('Owner of the destination', 'fail', decide([decision.finding]), '', 'blocked');
  return undefined;
}

/** A hold that somebody put on the copy while it was made stops whatever would follow. */
function refuseHeld(record: ActionRecord, version: ModelVersion, name: string): void {
  record.checkAgain(name, decideState(version), 'It is READY and not on hold.', 'blocked');
  record.requireAllowed(uriOf(version));
}

/** A new version, and nothing else, starts the destination's deployment job. */
function noteJob({ record }: CopyContext, { destination }: CopyReading): void {
  const job = jobOf(destination, destination.name);
  if (job === undefined) return;
  record.effects.push(job);
  record.check('Deployment job', 'fail', decideJob(job), 'The destination starts none.', 'blocked');
}

async function noteResult(
  context: CopyContext,
  result: CopyResult,
  { change, source }: CopyReading,
  how: string,
): Promise<void> {
  const { record, environment } = context;
  const { version, digests, verified, files } = result;
  const read =
    verified === 'full'
      ? 'source and copy were both read and are equal'
      : 'not every byte of the copy was read back, only sizes and files up to 1 MiB';
  const isElsewhere = result.comparedHere !== undefined;
  record.factAgain(NEW_VERSION_WORDS[change.kind].fact, uriOf(version), how);
  record.factAgain(
    'Digest',
    digests.content,
    isElsewhere ? `${read}, as the run in the workspace reported` : read,
  );
  record.see({
    kind: 'content',
    of: uriOf(version),
    source: source.uri,
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    digest: digests.content,
    compared: verified === 'full' ? 'all' : 'some',
    ...(isElsewhere ? { reported: true } : {}),
  });
  record.output('version', version.version);
  record.output('uri', uriOf(version));
  record.output('digest', digests.content);
  record.output('listing-digest', digests.listing);
  record.output('subject-digest', digests.content);
  record.output('verified', verified);
  const folder = environment['RUNNER_TEMP'];
  const predicate = folder === undefined ? undefined : await notePredicate(result, folder, record);
  if (predicate === undefined) return;
  record.output('predicate-type', predicate.type);
  record.output('predicate-path', predicate.path);
}
