import type { Stage, ValueWork } from '../../apply/stage.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type Tag } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { CopyReading } from '../../facts/copy/reading.ts';
import { readAgain } from '../../facts/equal-versions.ts';
import { findHolds, knownBytes } from '../../facts/holds.ts';
import { modelNotFound } from '../../facts/names.ts';
import { uriOf } from '../../facts/version.ts';
import { VALIDATORS } from '../../inputs/validation.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import { decideAlias, decideAliasRoom } from '../../policy/alias/decide.ts';
import { equalsOf } from '../../policy/equal-versions.ts';
import { isOfEarlierAttempt } from '../../policy/run/marker.ts';
import { tagsAfter } from '../../policy/tags.ts';
import { takenVersion } from '../../policy/version.ts';
import { historyText } from '../../report/sections/alias-history.ts';
import { historyOf, howNamed, missingRecord, noteMove, noteMoved, type Move } from '../parts/alias/move.ts';
import { notePromotionPolicy, statusByPolicy } from './policy.ts';
import { noteHolds } from '../parts/checks.ts';
import type { ExpectedCopy } from '../parts/copy/plan.ts';
import {
  type PromoteContext,
  type Promotion,
  currentAlias,
  readSourceAgain,
  statusTags,
  noteRequiredStatus,
  STATUS_OF_COPY,
  noteCopied,
  madeCopy,
  decideSourceNow,
  noteSource,
  filesOf,
  requiredTags,
} from './promotion.ts';

/** Reads what the move of the alias is decided on, beside the version. */
function readForMove(context: PromoteContext, { source }: Promotion): Promise<unknown> {
  const { inputs, destination: snapshot } = context;
  return Promise.all([
    currentAlias(context),
    snapshot.model(inputs.destination),
    snapshot.extras(inputs.destination),
    readSourceAgain(context, source),
  ]);
}

/** Says before the copy that the alias would have no room after it. */
export function noteAliasRoom(
  { inputs, record, destination: snapshot }: PromoteContext,
  { destination }: CopyReading,
  before: number | null,
): void {
  if (destination.model === undefined) return;
  const request = { name: destination.name, alias: inputs.alias };
  const room = decideAliasRoom(request, before, destination.model, snapshot.registry.capabilities);
  if (!room.allowed)
    record.check('Room for the alias', 'fail', room, 'The model can have one more alias.', 'blocked');
}

/** Moves the alias, once everything that must hold was read right before. */
export function aliasStage(
  context: PromoteContext,
  promotion: Promotion,
  copy: ExpectedCopy,
): Stage & { readonly work: ValueWork } {
  const { inputs, record, destination: snapshot } = context;
  const { before, reading } = promotion;
  const { name, model } = reading.destination;
  const required = inputs['require-destination-status'];
  const tags = tagsAfter(copy.tags, { set: statusTags(inputs), remove: [] });
  const subject =
    copy.version === 'copy' ? `the copy of ${uriOf(promotion.source)}` : formatModelUri(name, copy.version);
  // A validation may set it, where this run does not.
  const validates = VALIDATORS.some((each) => inputs[each] !== undefined);
  if (!validates || inputs['set-status'] !== undefined)
    noteRequiredStatus(context, { subject, tags }, required, STATUS_OF_COPY);
  if (copy.result !== undefined) noteCopied(context, { ...copy.result.version, tags: copy.tags });
  const expected = inputs['expected-version'];
  const modelTags = reading.destination.extras?.tags ?? [];
  const history = howNamed(context, inputs.alias, modelTags, before);
  const decision = decideAlias(
    { name, alias: inputs.alias, to: copy.version, expected, history },
    before,
    model ?? { name, aliases: [] },
    snapshot.registry.capabilities,
  );
  record.checkAgain('Alias', decision, namesText(inputs), 'conflict');
  promotion.move = planMove(context, promotion, decision.change, { now: before, tags: modelTags });
  return {
    name: 'alias',
    changes: promotion.move,
    work: {
      kind: 'values',
      confirm: () => confirmMove(context, promotion),
      readAhead: () => readForMove(context, promotion),
      ended: (made) => noteMoved(context, made),
    },
  };
}

function namesText({ 'expected-version': expected }: PromoteContext['inputs']): string {
  return expected === undefined
    ? 'It still names the version that was read first.'
    : 'It names the expected version.';
}

/** Reads everything that must hold right before the alias is moved, and judges it. */
async function confirmMove(context: PromoteContext, promotion: Promotion): Promise<Move> {
  const { inputs, record, destination: snapshot } = context;
  const { destination, alias: wanted } = inputs;
  const { source, before, reading } = promotion;
  const { version, digests, made } = madeCopy(promotion);
  // Where nothing was made, nothing of the source was read beside it.
  if (!made && inputs['set-status'] === undefined) context.source.forget(source.name);
  const equals = equalsOf(
    reading.versions,
    { origin: reading.originMark.text, content: digests.content, except: version.version },
    snapshot.registry.capabilities.names,
  );
  const equalNow = await readAgain(equals, snapshot);
  const [[current, latest, model, extras], still] = await Promise.all([
    snapshot.freshMove(destination, wanted, version.version),
    decideSourceNow(context, source),
  ]);
  if (model === undefined || latest === undefined)
    throw await modelNotFound(destination, 'destination', snapshot);
  const { name } = model;
  const tags = extras?.tags ?? [];
  const copied = { origins: [uriOf(latest), reading.originMark.text], content: digests.content };
  const candidate = { ...copied, version: latest.version, bytes: knownBytes(digests) };
  noteHolds(record, equalNow, await findHolds({ name, tags }, candidate, snapshot));
  noteCopied(context, latest);
  const status = inputs['require-destination-status'];
  noteRequiredStatus(context, { subject: uriOf(latest), tags: latest.tags }, status, STATUS_OF_COPY);
  noteSource(context, still);
  notePromotionPolicy(context, promotion, latest.tags);
  const decision = decideAlias(
    {
      name,
      alias: wanted,
      to: latest.version,
      expected: before,
      history: howNamed(context, wanted, tags, current),
    },
    current,
    model,
    snapshot.registry.capabilities,
  );
  record.checkAgain('Alias', decision, namesText(inputs), 'conflict');
  const basis = [
    ...takenVersion(
      latest,
      [...requiredTags(inputs['status-key'], status), ...statusByPolicy(context, promotion)],
      tags,
    ),
    filesOf(latest, digests),
  ];
  const change = decision.change === undefined ? undefined : { ...decision.change, basis };
  const isRecordPlanned = promotion.move.some(({ kind }) => kind === 'record');
  const moves = planMove(context, promotion, change, { now: current, tags });
  // Where there was no room for the record when that was planned, the move goes without it.
  const move = isRecordPlanned ? moves : moves.filter(({ kind }) => kind !== 'record');
  promotion.move = move;
  record.requireAllowed(`${formatFullName(name)}@${wanted}`);
  record.output('allowed', true);
  return move;
}

/** What is recorded and moved; where the alias names the copy already, the record that an earlier attempt left out. */
function planMove<V extends VersionRef>(
  context: PromoteContext,
  promotion: Promotion,
  change: AliasChange<V> | undefined,
  { now, tags }: { readonly now: number | null; readonly tags: readonly Tag[] },
): Move<V | number> {
  const { inputs, run } = context;
  if (change !== undefined) return noteMove(context, change, tags);
  const named = promotion.copy?.result?.version;
  const history = historyOf(context, inputs.alias, tags, named);
  promotion.history = historyText(history, now);
  return missingRecord(context, {
    name: promotion.reading.destination.name,
    alias: inputs.alias,
    tags,
    now,
    history,
    isOwn: isOfEarlierAttempt(tagValue(named?.tags ?? [], TAG_KEYS.run) ?? '', run),
    expected: inputs['expected-version'],
  });
}
