import type { CopyResult } from '../apply/copy/request.ts';
import type { InputFault } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { formatReference } from '../domain/model-uri.ts';
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
import { decideAlias, decideAliasRoom } from '../policy/alias.ts';
import { carriedTags } from '../policy/copy.ts';
import { equalsOf } from '../policy/equal-versions.ts';
import { asPlanned } from '../policy/planned.ts';
import { decideSource, type SourceDecision } from '../policy/source-basis.ts';
import { decideRoom } from '../policy/tag-room.ts';
import { decideTags } from '../policy/tags.ts';
import { decideState, decideRequiredTags, takenVersion } from '../policy/version.ts';
import { defineAction, type ActionResult } from './contract/action.ts';
import type { ActionContext } from './contract/context.ts';
import { moveAlias, noteMove } from './parts/alias-move.ts';
import { noteEqualHolds } from './parts/checks.ts';
import { noteComparison, startComparing } from './parts/comparison.ts';
import { performCopy } from './parts/copy-making.ts';
import { noteCopy, readCopy } from './parts/copy-reading.ts';
import { writeLabels } from './parts/labelling.ts';
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
      'Lines: names of environment variables that the command gets too. Nothing secret reaches it unless named here.',
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
  async run(context) {
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

    const copy = await performCopy(context, reading, decision, {
      judge: (found) => noteRoom(context, found?.tags ?? carriedTags(decision), found?.version === before),
      alongside: nextReads(context, source),
    });
    if (copy === undefined) return planned(context, reading, carriedTags(decision));
    if (inputs.until === 'copy') return withoutAlias(context, { version: copy.version, source }, 'copied');
    // Without a copy nothing was read beside its end.
    if (!copy.made) context.source.forget(source.name);
    await validateCopy(context, copy.version, source);
    const promotion = { version: copy.version, before, source };
    const version = await setStatus(context, promotion, copy.made);
    return movesAlias
      ? moveTo(context, { ...promotion, version }, { digests: copy.digests, reading })
      : withoutAlias(context, { version, source }, 'validated');
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

/** What is read beside the end of the copy, when nothing comes between it and the next change. */
function nextReads(context: PromoteContext, source: ModelVersion): (() => Promise<unknown>) | undefined {
  const { inputs } = context;
  if (inputs['validate-command'] !== undefined) return undefined;
  if (inputs['set-status'] !== undefined) return () => readSourceAgain(context, source);
  return inputs.until === 'alias' ? readsForMove(context, source) : undefined;
}

/** What the move of the alias is decided on, beside the version. */
function readsForMove(context: PromoteContext, source: ModelVersion): () => Promise<unknown> {
  const { inputs, destination: snapshot } = context;
  return () =>
    Promise.all([
      currentAlias(context),
      snapshot.model(inputs.destination),
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

/** Notes whether there is room on the copy for what this step sets on it; `isNamed` when the alias names it already. */
function noteRoom(
  { inputs, record, destination }: PromoteContext,
  tags: readonly Tag[],
  isNamed: boolean,
): void {
  const set = statusTags(inputs);
  const later = inputs.until === 'alias' && !isNamed ? [TAG_KEYS.moves] : [];
  if (set.length + later.length === 0) return;
  const decision = decideRoom({ set, later }, tags, destination.registry.capabilities.tags);
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
  record.check(name, 'fail', decision, `It is ${status}.`, 'blocked');
}

async function validateCopy(
  context: PromoteContext,
  version: ModelVersion,
  source: ModelVersion,
): Promise<void> {
  const { inputs, record } = context;
  const command = inputs['validate-command'];
  if (command === undefined) return;
  if (inputs['dry-run']) {
    record.fact('Validation', 'not run in a dry run', command);
    return;
  }
  const decision = await validate(
    { command, names: inputs['validate-env'] ?? [], timeoutMs: inputs['validate-timeout'], version },
    context,
  );
  // It may have run for long: nothing that was read before it counts as known.
  context.destination.forget(version.name);
  context.source.forget(source.name);
  record.check('Validation', 'fail', decision, `${command} ended with exit code 0.`, 'blocked');
  record.requireAllowed(`Validating ${uriOf(version)}`);
}

/** Sets the status of the copy; returns the version as it then is. What this run made has no status to go back to. */
async function setStatus(
  context: PromoteContext,
  { version, before, source }: Promotion,
  made: boolean,
): Promise<ModelVersion> {
  const { inputs, record, destination: snapshot } = context;
  const { name, version: number } = version;
  const set = statusTags(inputs);
  record.output('status', tagValue(version.tags, inputs['status-key']) ?? '');
  const [status] = set;
  if (status === undefined) return version;
  const read = await snapshot.freshVersion(name, number);
  if (read === undefined) throw modelNotFound(name, 'destination', snapshot);
  const fresh = asPlanned(read, record.planned);
  noteCopied(context, fresh);
  noteRoom(context, fresh.tags, number === before);
  const { changes } = decideTags(
    { target: { kind: 'version', name, version: number }, set, remove: [] },
    {
      tags: fresh.tags,
      description: fresh.description ?? '',
      rules: snapshot.registry.capabilities.tags,
    },
  );
  if (changes.length > 0) {
    const still = await decideSourceNow(context, source);
    if (!still.allowed) noteSource(context, still);
  }
  record.requireAllowed(uriOf(fresh));
  const basis = takenVersion(fresh, []);
  const resting = changes.map((change) => ({ ...change, basis }));
  const alongside = inputs.until === 'alias' ? readsForMove(context, source) : undefined;
  await (made ? context.apply(resting, alongside) : writeLabels(context, resting, alongside));
  if (!inputs['dry-run']) record.output('status', status.value);
  return (await snapshot.version(name, number)) ?? version;
}

/** The end of a promotion that stops before the alias. */
function withoutAlias(
  context: PromoteContext,
  { version, source }: Pick<Promotion, 'version' | 'source'>,
  did: string,
): ActionResult {
  const { record } = context;
  record.output('allowed', true);
  const verdict = `${sourceText(context, source)} → ${uriOf(version)}, ${did}; no alias was moved`;
  return { outcome: record.wouldChange ? 'ok' : 'noop', verdict };
}

/** The source as it was asked for, by number or alias, in the registry's spelling. */
function sourceText({ inputs }: PromoteContext, { name }: ModelVersion): string {
  return formatReference({ ...inputs.source, name });
}

/** What the last step works with: the copy, what the alias named when the run began, and the source as it was then. */
interface Promotion {
  readonly version: ModelVersion;
  readonly before: number | null;
  readonly source: ModelVersion;
}

/** What the copy is compared with, for a hold on its equals. */
interface Copied {
  readonly digests: CopyResult['digests'];
  readonly reading: CopyReading;
}

/** The last step: everything that must hold is read right before, then the alias is moved. */
async function moveTo(
  context: PromoteContext,
  { version, before, source }: Promotion,
  { digests, reading }: Copied,
): Promise<ActionResult> {
  const { inputs, record, destination: snapshot } = context;
  const { destination, alias: wanted } = inputs;
  const equals = equalsOf(
    reading.versions,
    { origin: reading.originMark.text, content: digests.content, except: version.version },
    snapshot.registry.capabilities.names,
  );
  noteEqualHolds(record, await readAgain(equals, snapshot));
  const [[current, read, model], still] = await Promise.all([
    snapshot.freshMove(destination, wanted, version.version),
    decideSourceNow(context, source),
  ]);
  if (model === undefined || read === undefined) throw modelNotFound(destination, 'destination', snapshot);
  const { name } = model;
  const subject = `${formatFullName(name)}@${wanted}`;
  const latest = asPlanned(read, record.planned);
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
  record.check('Alias', 'fail', decision, 'It names what was read first.', 'conflict');
  const basis = takenVersion(latest, requiredTags(inputs['status-key'], status));
  const change = decision.change === undefined ? undefined : { ...decision.change, basis };
  const move = noteMove(context, change, latest);
  record.requireAllowed(subject);
  record.output('allowed', true);
  if (move !== undefined) return { outcome: 'ok', verdict: await moveAlias(context, move) };
  const unchanged = `${subject} already names ${latest.version}`;
  return record.wouldChange
    ? { outcome: 'ok', verdict: unchanged }
    : {
        outcome: 'noop',
        verdict: `${unchanged}, an equal copy of ${sourceText(context, source)}; nothing was written`,
      };
}

/** A dry run: what would follow the copy has no version number yet, so it is told and not planned as a change. */
function planned(context: PromoteContext, reading: CopyReading, carried: readonly Tag[]): ActionResult {
  const { inputs, record } = context;
  const source = uriOf(reading.source.version);
  noteRequiredStatus(
    context,
    { subject: `the copy of ${source}`, tags: [...carried, ...statusTags(inputs)] },
    inputs['require-destination-status'],
    STATUS_OF_COPY,
  );
  record.requireAllowed(`Promoting ${source}`);
  record.output('allowed', true);
  const destination = formatFullName(reading.destination.name);
  const command = inputs['validate-command'];
  const steps = [
    ...(command === undefined || inputs.until === 'copy' ? [] : [`validate it with ${command}`]),
    ...(inputs['set-status'] === undefined ? [] : [`set ${inputs['status-key']} to ${inputs['set-status']}`]),
    ...(inputs.until === 'alias' ? [`move ${destination}@${inputs.alias} to it`] : []),
  ];
  record.fact('After the copy', steps.length === 0 ? 'nothing' : steps.join(', then '));
  return {
    outcome: 'ok',
    verdict: `${source} → a new version of ${destination}${inputs.until === 'alias' ? `@${inputs.alias}` : ''}`,
  };
}
