import { toldElsewhere } from '../domain/told-elsewhere.ts';
import type { InputFault } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { formatReference } from '../domain/model-uri.ts';
import type { ModelVersion } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { decideAlias } from '../policy/alias.ts';
import { decideSource, type SourceDecision } from '../policy/source-basis.ts';
import { decideLabels } from '../policy/status.ts';
import { decideState, decideTags } from '../policy/version-state.ts';
import { modelNotFound, uriOf } from '../steps/version.ts';
import {
  COPY_INPUTS,
  COPY_OUTPUTS,
  noteCopy,
  performCopy,
  readCopy,
  type CopyInputs,
  type CopyReading,
} from './copying.ts';
import { COMPARE_INPUTS, COMPARE_OUTPUTS, noteComparison, startComparing } from './comparing.ts';
import type { ActionContext } from './context.ts';
import { DUTY_INPUTS, DUTY_OUTPUTS, dutyFaults, noteDuties, readRoles, type DutyInputs } from './duties.ts';
import { defineAction, type ActionResult } from './declaration.ts';
import { alias, defaulted, duration, lines, oneOf, optional, text } from './fields.ts';
import { moveAlias } from './moving.ts';
import { statusKey } from './tag-key.ts';
import { validate } from './validation.ts';

/** The whole flow in one step: check, copy, validate, tag, move the alias. */
export const promote = defineAction({
  name: 'promote',
  title: 'Promote a Unity Catalog model',
  description:
    'Promote a model version in Databricks Unity Catalog: check it, copy it, validate the copy, tag it, and move an alias to it.',
  icon: 'chevrons-up',
  inputs: {
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
    'status-key': defaulted(statusKey, { description: 'Key of the status tag.', default: TAG_KEYS.status }),
    'validate-command': optional(text, {
      description:
        'Command that validates the copy, run without a shell. It gets `MODEL_URI`, `MODEL_NAME` and `MODEL_VERSION`; its exit code decides.',
    }),
    'validate-env': optional(lines, {
      description:
        'Lines: names of environment variables that the command gets too. Nothing secret reaches it unless named here.',
    }),
    'validate-timeout': defaulted(duration, { description: 'How long the command may run.', default: '15m' }),
    ...DUTY_INPUTS,
    'on-unknown': defaulted(oneOf(['fail', 'warn']), {
      description: 'What a role does that cannot be seen: `fail` or `warn`.',
      default: 'fail',
    }),
  },
  refine: (inputs) => [...untilFaults(inputs), ...dutyFaults(inputs)],
  outputs: {
    ...COPY_OUTPUTS,
    ...COMPARE_OUTPUTS,
    allowed: '`true` when every check passed.',
    'previous-version':
      'Number of the version that the alias named before, empty when there was none. For a later set-alias, its `expected-version`.',
    status: 'Status of the copy after the step.',
    ...DUTY_OUTPUTS,
  },
  manners: {
    writes: true,
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
    toldElsewhere(currentAlias(context));
    const { compared, checks } = startComparing(inputs, context.destination, inputs.destination);
    const roles = readRoles(context, {
      reference: inputs.source,
      snapshot: context.source,
      ...(context.hasOwnSource ? { runs: context.source } : {}),
      input: 'source',
    });
    for (const each of [compared, roles]) toldElsewhere(each);
    const reading = await readCopy(context, movesAlias ? ['set-alias', 'tag'] : ['tag'], {
      checks,
      read: compared,
    });
    const decision = noteCopy(context, reading);
    noteComparison(record, inputs, await compared, reading.signature.mlmodel.signature);
    noteDuties(record, inputs, await roles, inputs['on-unknown']);
    noteRequiredStatus(context, reading.source.version, inputs['require-status'], 'Status of the source');
    const before = reading.destination.model === undefined ? null : await currentAlias(context);
    record.output('previous-version', before ?? '');
    if (movesAlias) {
      record.fact(
        'Alias',
        `${formatFullName(reading.destination.name)}@${inputs.alias}`,
        before === null ? 'names nothing' : `names version ${before}`,
      );
    }
    record.requireAllowed(`Promoting ${uriOf(reading.source.version)}`);

    const source = reading.source.version;
    const copy = await performCopy(context, reading, decision, nextReads(context, source));
    if (copy === undefined) return planned(context, reading);
    if (inputs.until === 'copy') return withoutAlias(context, { version: copy.version, source }, 'copied');
    // Without a copy nothing was read beside its end.
    if (!copy.made) context.source.forget(source.name);
    await validateCopy(context, copy.version, source);
    const version = await setStatus(context, copy.version, source);
    return movesAlias
      ? moveTo(context, { version, before, source })
      : withoutAlias(context, { version, source }, 'validated');
  },
});

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

interface PromoteInputs extends CopyInputs, DutyInputs {
  readonly alias: string;
  readonly until: 'copy' | 'validate' | 'alias';
  readonly 'require-status'?: string | undefined;
  readonly 'set-status'?: string | undefined;
  readonly 'require-destination-status'?: string | undefined;
  readonly 'status-key': string;
  readonly 'validate-command'?: string | undefined;
  readonly 'validate-env'?: readonly string[] | undefined;
  readonly 'validate-timeout': number;
}

type PromoteContext = ActionContext<PromoteInputs>;

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

function noteRequiredStatus(
  { inputs, record }: PromoteContext,
  version: ModelVersion,
  status: string | undefined,
  name: string,
): void {
  if (status === undefined) return;
  const decision = decideTags(uriOf(version), version.tags, [{ key: inputs['status-key'], value: status }]);
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

/** Sets the status of the copy; answers the version as it then is. */
async function setStatus(
  context: PromoteContext,
  version: ModelVersion,
  source: ModelVersion,
): Promise<ModelVersion> {
  const { inputs, record, destination: snapshot } = context;
  const status = inputs['set-status'];
  const current = version.tags.find(({ key }) => key === inputs['status-key'])?.value ?? '';
  record.output('status', current);
  if (status === undefined) return version;
  const target = { kind: 'version', name: version.name, version: version.version } as const;
  const wish = { target, set: [{ key: inputs['status-key'], value: status }], remove: [] };
  const decision = decideLabels(wish, {
    tags: version.tags,
    description: version.description ?? '',
    rules: snapshot.registry.capabilities.tags,
  });
  if (decision.changes.length > 0) {
    const still = await decideSourceNow(context, source);
    if (!still.allowed) noteSource(context, still);
    record.requireAllowed(`Tagging ${uriOf(version)}`);
  }
  await context.apply(decision.changes, inputs.until === 'alias' ? readsForMove(context, source) : undefined);
  if (!inputs['dry-run']) record.output('status', status);
  return (await snapshot.version(version.name, version.version)) ?? version;
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
  return { outcome: record.changed ? 'ok' : 'noop', verdict };
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

/** The last step: everything that must hold is read right before, then the alias is moved. */
async function moveTo(
  context: PromoteContext,
  { version, before, source }: Promotion,
): Promise<ActionResult> {
  const { inputs, record, destination: snapshot } = context;
  const { destination, alias: wanted } = inputs;
  const [[current, latest, model], still] = await Promise.all([
    snapshot.freshMove(destination, wanted, version.version),
    decideSourceNow(context, source),
  ]);
  if (model === undefined || latest === undefined) throw modelNotFound(destination, 'destination', snapshot);
  const { name } = model;
  const subject = `${formatFullName(name)}@${wanted}`;
  record.check('Copied version', 'fail', decideState(latest), 'It is READY and not on hold.', 'blocked');
  noteRequiredStatus(context, latest, inputs['require-destination-status'], 'Status of the copy');
  noteSource(context, still);
  const move = decideAlias(
    { name, alias: wanted, to: latest.version, expected: before },
    current,
    model,
    snapshot.registry.capabilities,
  );
  record.check('Alias', 'fail', move, 'It names what was read first.', 'conflict');
  record.requireAllowed(subject);
  record.output('allowed', true);
  if (move.change !== undefined)
    return { outcome: 'ok', verdict: await moveAlias(context, move.change, latest) };
  const unchanged = `${subject} already names ${latest.version}`;
  return record.changed
    ? { outcome: 'ok', verdict: unchanged }
    : {
        outcome: 'noop',
        verdict: `${unchanged}, an equal copy of ${sourceText(context, source)}; nothing was written`,
      };
}

/** A dry run: what would follow the copy has no version number yet, so it is told and not planned as a change. */
function planned({ inputs, record }: PromoteContext, reading: CopyReading): ActionResult {
  record.output('allowed', true);
  const source = uriOf(reading.source.version);
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
