import type { Stage } from '../apply/stage.ts';
import type { ValueChange } from '../apply/value.ts';
import type { ChangeTarget, VersionRef } from '../domain/change-target.ts';
import type { InputFault } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { formatModelUri, formatReference } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { handledLater } from '../domain/promises.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { CopyReading } from '../facts/copy/reading.ts';
import { readAgain } from '../facts/equal-versions.ts';
import { modelNotFound, uriOf } from '../facts/version.ts';
import type { CommonInputs } from '../inputs/common.ts';
import { COMPARE_INPUTS, COMPARE_OUTPUTS } from '../inputs/compare.ts';
import { COPY_INPUTS, COPY_OUTPUTS } from '../inputs/copy.ts';
import { alias, defaulted, duration, oneOf, optional, text, type InputsOf } from '../inputs/fields.ts';
import { lines } from '../inputs/lines.ts';
import { ROLE_INPUTS, ROLE_OUTPUTS, roleFaults } from '../inputs/roles.ts';
import type { AliasChange } from '../plan/changes/alias.ts';
import { isUntil, type StageName } from '../plan/plan.ts';
import { decideAlias, decideAliasRoom } from '../policy/alias.ts';
import { equalsOf } from '../policy/equal-versions.ts';
import { isOfEarlierAttempt } from '../policy/run-marker.ts';
import { decideSource, type SourceDecision } from '../policy/source-basis.ts';
import { decideRoom } from '../policy/tag-room.ts';
import { decideTags } from '../policy/tags.ts';
import { decideState, decideRequiredTags, takenVersion } from '../policy/version.ts';
import { defineAction, type ActionResult } from './contract/action.ts';
import type { ActionContext } from './contract/context.ts';
import {
  concludeUnmoved,
  historyOf,
  missingRecord,
  moveText,
  noteMove,
  noteMoved,
  type Move,
} from './parts/alias-move.ts';
import { historyText } from '../report/sections/alias-history.ts';
import { noteEqualHolds } from './parts/checks.ts';
import { noteComparison, startComparing } from './parts/comparison.ts';
import { planCopy, type ExpectedCopy, type FinishedCopy } from './parts/copy-plan.ts';
import { noteCopy, readCopy } from './parts/copy-reading.ts';
import { noteLabelUndo } from './parts/labelling.ts';
import { noteRoles, readRoles } from './parts/roles.ts';
import { requireCommand, validate } from './parts/validation.ts';
import { flagOutput, numberOutput, textOutput } from '../inputs/outputs.ts';

const PROMOTE_INPUTS = {
  ...COPY_INPUTS,
  ...COMPARE_INPUTS,
  alias: defaulted(alias, { description: 'The alias to move to the copy.', default: 'Champion' }),
  until: defaulted(oneOf(['copy', 'validate', 'alias']), {
    description: 'The last step: `copy`, `validate` or `alias`.',
    default: 'alias',
  }),
  'require-status': optional(text, {
    description: 'Status that the source must have before it is copied, such as `approved`.',
  }),
  'set-status': optional(text, { description: 'Status that the copy gets after it was validated.' }),
  'require-destination-status': optional(text, {
    description: 'Status that the copy must have right before the alias is moved.',
  }),
  'validate-command': optional(text, {
    description:
      'Command that validates the copy, run without a shell. It gets `MODEL_URI`, `MODEL_NAME` and `MODEL_VERSION`; its exit code decides.',
  }),
  'validate-env': optional(lines, {
    description:
      'Lines: names of environment variables that the command gets too. No secret is among its variables unless named here; it can reach the token of the step all the same (docs/validate-before-deployment.md).',
  }),
  'validate-timeout': defaulted(duration, { description: 'How long the command may run.', default: '15m' }),
  ...ROLE_INPUTS,
  'on-unknown': defaulted(oneOf(['fail', 'warn']), {
    description: 'What a role does that cannot be seen: `fail` or `warn`.',
    default: 'fail',
  }),
};

const PROMOTE_OUTPUTS = {
  ...COPY_OUTPUTS,
  ...COMPARE_OUTPUTS,
  allowed: flagOutput('`true` when every check passed.'),
  'previous-version': numberOutput(
    'Number of the version that the alias named before, empty when there was none. For a later set-alias, its `expected-version`.',
  ),
  status: textOutput('Status of the copy after the step.'),
  ...ROLE_OUTPUTS,
};

/** The whole flow in one step: check, copy, validate, tag, move the alias. */
export const promote = defineAction({
  name: 'promote',
  title: 'Promote a Unity Catalog model',
  description:
    'Promote a model version in Databricks Unity Catalog: check it, copy it, validate the copy, tag it, and move an alias to it.',
  icon: 'chevrons-up',
  inputs: PROMOTE_INPUTS,
  refine: (inputs) => [...untilFaults(inputs), ...roleFaults(inputs)],
  outputs: PROMOTE_OUTPUTS,
  requirements: {
    writes: true,
    streamsFiles: true,
    needs: ['files', 'tags', 'aliases'],
    privileges: [
      'EXECUTE on the source model',
      'ownership of the destination (a group is best), to move the alias',
      'CREATE MODEL on its schema, to create it',
      'USE SCHEMA and USE CATALOG on the parents of both',
    ],
  },
  async plan(context) {
    const { inputs, record } = context;
    const movesAlias = inputs.until === 'alias';
    record.output('allowed', false);
    const command = inputs['validate-command'];
    if (command !== undefined)
      await requireCommand({ command, names: inputs['validate-env'] ?? [] }, context);
    handledLater(currentAlias(context));
    const { compared, checks } = startComparing(inputs, context.destination, inputs.destination);
    const roles = readRoles(context, {
      reference: inputs.source,
      snapshot: context.source,
      ...(context.hasOwnSource ? { runs: context.source } : {}),
      input: 'source',
    });
    for (const each of [compared, roles]) handledLater(each);
    const reading = await readCopy(context, movesAlias ? ['set-alias', 'tag'] : ['tag'], {
      checks,
      read: compared,
    });
    const decision = noteCopy(context, reading);
    noteComparison(record, inputs, await compared, reading.signature.mlmodel.signature);
    noteRoles(record, inputs, await roles, inputs['on-unknown']);
    const { version: source } = reading.source;
    noteRequiredStatus(
      context,
      { subject: uriOf(source), tags: source.tags },
      inputs['require-status'],
      'Status of the source',
    );
    const before = reading.destination.model === undefined ? null : await currentAlias(context);
    record.output('previous-version', before ?? '');
    if (movesAlias) {
      noteAliasRoom(context, reading, before);
      record.fact(
        'Alias',
        `${formatFullName(reading.destination.name)}@${inputs.alias}`,
        before === null ? 'names nothing' : `names version ${before}`,
      );
    }
    record.requireAllowed(`Promoting ${uriOf(source)}`);

    const promotion: Promotion = { source, before, reading, copy: undefined, move: [], history: '' };
    const stages = await planCopy(context, reading, decision, {
      judge(copy) {
        promotion.copy = copy;
        noteRoom(context, copy.tags);
      },
      then: (copy) => stagesAfter(context, promotion, copy),
    });
    return {
      stages,
      asPlanned() {
        record.output('allowed', true);
        if (inputs['validate-command'] !== undefined)
          record.fact('Validation', 'not run in a dry run', inputs['validate-command']);
        return conclude(context, promotion);
      },
      asApplied() {
        record.output('allowed', true);
        return conclude(context, promotion);
      },
    };
  },
});

const STATUS_OF_COPY = 'Status of the copy';

/** Inputs of steps that `until` leaves out. */
function untilFaults(inputs: Partial<PromoteInputs>): InputFault[] {
  const { until } = inputs;
  const left = [
    ...(until === 'copy' ? (['validate-command', 'set-status'] as const) : []),
    ...(until === 'copy' || until === 'validate' ? (['require-destination-status'] as const) : []),
  ];
  return left
    .filter((input) => inputs[input] !== undefined)
    .map((input) => ({
      input,
      problem: `it belongs to a step that until: ${until} leaves out.`,
      fix: `Leave it out, or set until: ${input === 'require-destination-status' ? 'alias' : 'validate'}.`,
    }));
}

type PromoteInputs = CommonInputs & InputsOf<typeof PROMOTE_INPUTS>;

type PromoteContext = ActionContext<PromoteInputs, typeof PROMOTE_OUTPUTS>;

/** What the alias names when the promotion begins; a change until it is moved is a conflict. */
async function currentAlias({ inputs, destination }: PromoteContext): Promise<number | null> {
  return destination.alias(inputs.destination, inputs.alias);
}

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

/** The source as it is now, for what is decided right after. */
async function readSourceAgain({ source: snapshot }: PromoteContext, source: ModelVersion): Promise<unknown> {
  snapshot.forget(source.name);
  return snapshot.version(source.name, source.version);
}

/** Whether the source still is what was decided on, and has what was required of it. */
async function decideSourceNow(context: PromoteContext, source: ModelVersion): Promise<SourceDecision> {
  const { inputs, rules, source: snapshot } = context;
  const statusKey = inputs['status-key'];
  const status = inputs['require-status'];
  return decideSource({
    read: source,
    now: await snapshot.freshVersion(source.name, source.version),
    statusKey,
    required: [...rules.requiredTags, ...(status === undefined ? [] : [{ key: statusKey, value: status }])],
  });
}

function noteSource({ record }: PromoteContext, decision: SourceDecision): void {
  record.check('Source, read again', 'fail', decision, 'It is as it was read first.', decision.refusal);
}

/** A status that is required, as tags that must be there. */
function requiredTags(key: string, status: string | undefined): Tag[] {
  return status === undefined ? [] : [{ key, value: status }];
}

/** Notes whether the copy may get a status and an alias, as it is right before each. */
function noteCopied({ record }: PromoteContext, version: ModelVersion): void {
  record.checkAgain('Copied version', decideState(version), 'It is READY and not on hold.', 'blocked');
}

/** Notes whether there is room on the copy for what this step sets on it. */
function noteRoom({ inputs, record, destination }: PromoteContext, tags: readonly Tag[]): void {
  const set = statusTags(inputs);
  if (set.length === 0) return;
  const decision = decideRoom({ set }, tags, destination.registry.capabilities.tags);
  record.checkAgain('Tags of the copy', decision, 'It has room for what is set on it.', 'blocked');
}

/** The status that the copy gets, as a tag. */
function statusTags(inputs: PromoteInputs): Tag[] {
  const status = inputs['set-status'];
  return status === undefined ? [] : [{ key: inputs['status-key'], value: status }];
}

/** Says before the copy that the alias would have no room after it. */
function noteAliasRoom(
  { inputs, record, destination: snapshot }: PromoteContext,
  { destination }: CopyReading,
  before: number | null,
): void {
  if (destination.model === undefined) return;
  const request = { name: destination.name, alias: inputs.alias };
  const room = decideAliasRoom(request, before, destination.model, snapshot.registry.capabilities);
  if (!room.allowed)
    record.check('Room for the alias', 'fail', room, 'The model may have one more.', 'blocked');
}

function noteRequiredStatus(
  { inputs, record }: PromoteContext,
  { subject, tags }: { readonly subject: string; readonly tags: readonly Tag[] },
  status: string | undefined,
  name: string,
): void {
  if (status === undefined) return;
  const decision = decideRequiredTags(subject, tags, requiredTags(inputs['status-key'], status));
  record.checkAgain(name, decision, `It is ${status}.`, 'blocked');
}

/** What the stages of a promotion share: the source as it was read, what the alias named then, and what became of both. */
interface Promotion {
  readonly source: ModelVersion;
  readonly before: number | null;
  readonly reading: CopyReading;
  copy: ExpectedCopy | undefined;
  /** The move of the alias, as planned and then as it is made; empty where it names the copy already. */
  move: Move<VersionRef>;
  /** Who moved the alias to what it names, as far as it is recorded. */
  history: string;
}

/** The last stage of a plan, by the input `until`. */
const LAST_STAGE = { copy: 'leftovers', validate: 'tags', alias: 'alias' } as const;

/** What follows the copy, judged on what the copy will be. */
function stagesAfter(context: PromoteContext, promotion: Promotion, copy: ExpectedCopy): Stage[] {
  const { inputs } = context;
  const command = inputs['validate-command'];
  const has = (name: StageName) => isUntil(name, LAST_STAGE[inputs.until]);
  const stages = [
    ...(has('validation') && command !== undefined ? [validationStage(context, promotion, command)] : []),
    ...(has('tags') && inputs['set-status'] !== undefined ? [statusStage(context, promotion, copy)] : []),
    ...(has('alias') ? [aliasStage(context, promotion, copy)] : []),
  ];
  context.record.requireAllowed(`Promoting ${uriOf(promotion.source)}`);
  return stages;
}

/** The copy that a stage works with, which the stages before it have made. */
function madeCopy({ copy }: Promotion): FinishedCopy {
  if (copy?.result === undefined) throw new TypeError('The copy is not made yet.');
  return copy.result;
}

function validationStage(context: PromoteContext, promotion: Promotion, command: string): Stage {
  const { inputs, record } = context;
  return {
    name: 'validation',
    changes: [],
    work: {
      kind: 'validation',
      async run() {
        const { version } = madeCopy(promotion);
        const decision = await validate(
          { command, names: inputs['validate-env'] ?? [], timeoutMs: inputs['validate-timeout'], version },
          context,
        );
        // It may have run for long: nothing that was read before it counts as known.
        context.destination.forget(version.name);
        context.source.forget(promotion.source.name);
        record.check('Validation', 'fail', decision, `${command} ended with exit code 0.`, 'blocked');
        record.requireAllowed(`Validating ${uriOf(version)}`);
      },
    },
  };
}

/** Sets the status of the copy. What this run made has no status to go back to. */
function statusStage(context: PromoteContext, promotion: Promotion, copy: ExpectedCopy): Stage {
  const { inputs, record } = context;
  const { name } = promotion.reading.destination;
  const target = { kind: 'version', name, version: copy.version } as const;
  const { changes } = decideStatus(context, target, { tags: copy.tags, description: '' });
  if (copy.result !== undefined) noteCopied(context, { ...copy.result.version, tags: copy.tags });
  record.output('status', tagValue(copy.tags, inputs['status-key']) ?? '');
  return {
    name: 'tags',
    changes,
    work: {
      kind: 'values',
      confirm: () => confirmStatus(context, promotion),
      readAhead: () => readSourceAgain(context, promotion.source),
      ended(made) {
        if (!madeCopy(promotion).made) noteLabelUndo(context, made);
        if (made.every((change) => record.wasWritten(change)))
          record.output('status', inputs['set-status'] ?? '');
      },
    },
  };
}

function decideStatus<V extends VersionRef>(
  { inputs, destination: { registry } }: PromoteContext,
  target: ChangeTarget<V>,
  { tags, description }: { readonly tags: readonly Tag[]; readonly description: string },
) {
  const request = { target, set: statusTags(inputs), remove: [] };
  return decideTags(request, { tags, description, rules: registry.capabilities.tags });
}

/** Judges the copy and the source as they are right before the status is set. */
async function confirmStatus(context: PromoteContext, promotion: Promotion): Promise<ValueChange[]> {
  const { inputs, record, destination: snapshot } = context;
  const { version, made } = madeCopy(promotion);
  const { name, version: number } = version;
  if (!made) context.source.forget(promotion.source.name);
  const fresh = await snapshot.freshVersion(name, number);
  if (fresh === undefined) throw modelNotFound(name, 'destination', snapshot);
  record.output('status', tagValue(fresh.tags, inputs['status-key']) ?? '');
  noteCopied(context, fresh);
  noteRoom(context, fresh.tags);
  const { changes } = decideStatus(
    context,
    { kind: 'version', name, version: number },
    { tags: fresh.tags, description: fresh.description ?? '' },
  );
  if (changes.length > 0) {
    const still = await decideSourceNow(context, promotion.source);
    if (!still.allowed) noteSource(context, still);
  }
  record.requireAllowed(uriOf(fresh));
  const basis = takenVersion(fresh, []);
  return changes.map((change) => ({ ...change, basis }));
}

/** Moves the alias, once everything that must hold was read right before. */
function aliasStage(context: PromoteContext, promotion: Promotion, copy: ExpectedCopy): Stage {
  const { inputs, record, destination: snapshot } = context;
  const { before, reading } = promotion;
  const { name, model } = reading.destination;
  const required = inputs['require-destination-status'];
  const tags = withTags(copy.tags, statusTags(inputs));
  const subject =
    copy.version === 'copy' ? `the copy of ${uriOf(promotion.source)}` : formatModelUri(name, copy.version);
  // A validation may set it.
  if (inputs['validate-command'] === undefined)
    noteRequiredStatus(context, { subject, tags }, required, STATUS_OF_COPY);
  if (copy.result !== undefined) noteCopied(context, { ...copy.result.version, tags: copy.tags });
  const decision = decideAlias(
    { name, alias: inputs.alias, to: copy.version },
    before,
    model ?? { name, aliases: [] },
    snapshot.registry.capabilities,
  );
  record.checkAgain('Alias', decision, 'It names what was read first.', 'conflict');
  const modelTags = reading.destination.extras?.tags ?? [];
  promotion.move = planMove(context, promotion, decision.change, { now: before, tags: modelTags });
  return {
    name: 'alias',
    changes: promotion.move,
    work: {
      kind: 'values',
      confirm: () => confirmMove(context, promotion),
      readAhead: () => readForMove(context, promotion),
      ended: (made, refused) => noteMoved(context, made, refused),
    },
  };
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
  noteEqualHolds(record, await readAgain(equals, snapshot));
  const [[current, latest, model, extras], still] = await Promise.all([
    snapshot.freshMove(destination, wanted, version.version),
    decideSourceNow(context, source),
  ]);
  if (model === undefined || latest === undefined) throw modelNotFound(destination, 'destination', snapshot);
  const { name } = model;
  noteCopied(context, latest);
  const status = inputs['require-destination-status'];
  noteRequiredStatus(context, { subject: uriOf(latest), tags: latest.tags }, status, STATUS_OF_COPY);
  noteSource(context, still);
  const decision = decideAlias(
    { name, alias: wanted, to: latest.version, expected: before },
    current,
    model,
    snapshot.registry.capabilities,
  );
  record.checkAgain('Alias', decision, 'It names what was read first.', 'conflict');
  const basis = takenVersion(latest, requiredTags(inputs['status-key'], status));
  const change = decision.change === undefined ? undefined : { ...decision.change, basis };
  const tags = extras?.tags ?? [];
  const move = planMove(context, promotion, change, { now: current, tags });
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
  });
}

/** Tags once some are set. */
function withTags(tags: readonly Tag[], set: readonly Tag[]): Tag[] {
  const keys = new Set(set.map(({ key }) => key));
  return [...tags.filter(({ key }) => !keys.has(key)), ...set];
}

/** What a promotion says of its end: of what was done, or would be. */
function conclude(context: PromoteContext, promotion: Promotion): ActionResult {
  const { inputs, record } = context;
  const { reading, source, copy, move } = promotion;
  const destination = formatFullName(reading.destination.name);
  const result = copy?.result;
  if (result === undefined) {
    const alias = inputs.until === 'alias' ? `@${inputs.alias}` : '';
    return { outcome: 'ok', verdict: `${uriOf(source)} → a new version of ${destination}${alias}` };
  }
  const outcome = record.wouldChange ? 'ok' : 'noop';
  if (inputs.until !== 'alias') {
    const did = inputs.until === 'copy' ? 'copied' : 'validated';
    const verdict = `${sourceText(context, source)} → ${uriOf(result.version)}, ${did}; no alias was moved`;
    return { outcome, verdict };
  }
  const alias = move.find(({ kind }) => kind === 'alias');
  if (alias !== undefined) return { outcome: 'ok', verdict: moveText(alias) };
  const unchanged = `${destination}@${inputs.alias} already names ${result.version.version}`;
  const copied = outcome === 'noop' ? `, an equal copy of ${sourceText(context, source)}` : '';
  return concludeUnmoved(context, `${unchanged}${copied}${promotion.history}`, move);
}

/** The source as it was asked for, by number or alias, in the registry's spelling. */
function sourceText({ inputs }: PromoteContext, { name }: ModelVersion): string {
  return formatReference({ ...inputs.source, name });
}
