import type { Stage } from '../../apply/stage.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { formatReference } from '../../domain/model-uri.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';
import { handledLater } from '../../domain/promises.ts';
import { validationJobName, type ValidationJob } from '../../facts/validation-job.ts';
import { byOneInput, uriOf } from '../../facts/version.ts';
import { isUntil, type StageName } from '../../plan/plan.ts';
import { validatedBy } from '../../policy/validated.ts';
import type { ActionResult, Planned } from '../contract/action.ts';
import type { Subject } from '../../report/subject.ts';
import { concludeUnmoved, moveText, noteNamed } from '../parts/alias/move.ts';
import { noteComparison, startComparing } from '../parts/comparison.ts';
import { planCopy, type ExpectedCopy } from '../parts/copy/plan.ts';
import { noteCopy, readCopy } from '../parts/copy/reading.ts';
import { copyEngine } from '../parts/copy/engine.ts';
import { readPolicy } from '../parts/policy.ts';
import { noteMetrics } from '../parts/validation/metrics.ts';
import { measuredVersion, numberedVersion, readMetricsBeside } from '../parts/shown-metrics.ts';
import { noteRoles, readRoles, type RoleReading } from '../parts/roles.ts';
import { manageableStages, readServing } from '../parts/serving/endpoints.ts';
import { requireServed } from '../parts/serving/stage.ts';
import { requireValid } from '../parts/validation/stage.ts';
import { noteValidationJob, readValidationJob } from '../parts/validation/job.ts';
import { noteCopyEffects, startJobEffects, startMoveEffects } from '../parts/alias/effects.ts';
import { noteAliasRoom, aliasStage } from './alias.ts';
import { notePromotedMove, type PromotionSurroundings } from './effects.ts';
import {
  currentAlias,
  noteRequiredStatus,
  type Promotion,
  noteRoom,
  noteValidated,
  validatorsIn,
  type PromoteContext,
} from './promotion.ts';
import { notePlannedMove, offerMove } from './offer.ts';
import { momentOf, notePromotionPolicy, plannedTags } from './policy.ts';
import { notePromotedServing, servingStages } from './serving.ts';
import { statusStage } from './status.ts';
import { copyValidation } from './validation.ts';

/** Plans a whole promotion: check, copy, validate, tag, move the alias. `judgeRoles` notes who holds which role. */
export async function planPromotion(
  context: PromoteContext,
  judgeRoles: (roles: RoleReading | undefined) => void = (roles) =>
    noteRoles(context.record, context.inputs, roles, context.inputs['on-unknown']),
): Promise<Planned> {
  const { inputs, record } = context;
  const movesAlias = inputs.until === 'alias';
  const plansMove = inputs.until !== 'copy';
  record.subject = subjectOf(context, undefined, undefined);
  const command = inputs['validate-command'];
  record.output('allowed', false);
  handledLater(currentAlias(context));
  const { compared, checks } = startComparing(inputs, context.destination, {
    name: inputs.destination,
    alias: inputs.alias,
  });
  const roles = readRoles(context, {
    reference: inputs.source,
    snapshot: context.source,
    ...(context.hasOwnSource ? { runs: context.source } : {}),
    inputs: byOneInput('source'),
  });
  const reads = readValidationJob(context);
  const policy = readPolicy(context);
  const endpoints = readServing(context);
  for (const each of [compared, roles, reads, policy, endpoints]) handledLater(each);
  const copyReads = readCopy(context, movesAlias ? ['set-alias', 'tag'] : ['tag'], {
    checks,
    read: compared,
  });
  const surroundings: PromotionSurroundings = plansMove
    ? startMoveEffects(context)
    : { jobs: startJobEffects(context) };
  if (inputs['require-metrics'] === undefined)
    readMetricsBeside(
      record,
      measuredVersion(inputs.source, context.source),
      currentAlias(context).then((each) => numberedVersion(inputs.destination, each, context.destination)),
    );
  const reading = await copyReads;
  const decision = noteCopy(context, reading);
  noteComparison(record, inputs, await compared, {
    facts: reading.signature.mlmodel.signature,
    copies: reading.earlier,
    isRefused: inputs['require-signature'] === 'fail' && !reading.signature.decision.allowed,
  });
  judgeRoles(await roles);
  const { version: source } = reading.source;
  noteRequiredStatus(
    context,
    { subject: uriOf(source), tags: source.tags },
    inputs['require-status'],
    'Status of the source',
  );
  noteValidated(context);
  const job = await reads;
  if (job !== undefined) noteValidationJob(context, job);
  const before = reading.destination.model === undefined ? null : await currentAlias(context);
  record.output('previous-version', before ?? '');
  await noteMetrics(context, { version: source, snapshot: context.source }, () =>
    numberedVersion(reading.destination.name, before, context.destination),
  );
  const promotion: Promotion = {
    endpoints: await endpoints,
    serving: undefined,
    source,
    before,
    reading,
    policy: await policy,
    copy: undefined,
    move: [],
    offered: undefined,
    history: '',
  };
  record.subject = subjectOf(context, promotion, undefined);
  record.compared = {
    now: plansMove ? `${inputs.alias} now: ${before ?? 'none'}` : 'now',
    then: `copy of ${uriOf(source)}`,
  };
  if (plansMove) {
    noteAliasRoom(context, reading, before);
    record.fact('Alias', `${formatFullName(reading.destination.name)}@${inputs.alias}`);
    noteNamed(record, before);
  }
  if (!record.allowed) await notePromotedMove(context, surroundings, promotion);
  record.requireAllowed(`Promoting ${uriOf(source)}`);

  const stages = await planCopy(context, reading, decision, {
    engine: copyEngine(context, reading),
    judge(copy) {
      promotion.copy = copy;
      record.subject = subjectOf(context, promotion, copy);
      noteRoom(context, copy.tags);
    },
    made: (copy) => (record.subject = subjectOf(context, promotion, copy)),
    then: (copy) => stagesAfter(context, promotion, { copy, job }),
  });
  await noteCopyEffects(context, surroundings.jobs, reading.destination.name, stages);
  await notePromotedMove(context, surroundings, promotion);
  return {
    stages: [...momentOf(context, promotion), ...manageableStages(promotion.endpoints, stages), ...stages],
    asPlanned() {
      record.output('allowed', true);
      const validator = command ?? (job === undefined ? undefined : validationJobName(job));
      if (validator !== undefined) record.fact('Validation', 'not executed in a dry run', validator);
      notePlannedMove(context, promotion);
      return conclude(context, promotion, 'planned');
    },
    offers: (state) => offerMove(context, promotion, state),
    asApplied() {
      requireValid(context, promotion.copy?.result?.version ?? source);
      if (promotion.serving !== undefined) requireServed(promotion.serving);
      record.output('allowed', true);
      return conclude(context, promotion, 'applied');
    },
  };
}

/** What a promotion is about, as far as it is known: `copy` is planned, and then made. */
function subjectOf(
  { inputs }: PromoteContext,
  promotion: Promotion | undefined,
  copy: ExpectedCopy | undefined,
): Subject {
  const name = promotion?.reading.destination.name ?? inputs.destination;
  const source = promotion === undefined ? {} : { source: promotion.source };
  const made =
    copy?.result === undefined
      ? {}
      : { copy: { version: copy.result.version.version, made: copy.result.made } };
  if (inputs.until === 'copy') return { kind: 'copy', destination: name, ...source, ...made };
  const now = promotion === undefined ? {} : { now: promotion.before };
  return { kind: 'move', name, alias: inputs.alias, to: copy?.version ?? 'copy', ...now, ...source, ...made };
}

/** The last stage of a plan, by the input `until`. */
const LAST_STAGE = { copy: 'leftovers', validate: 'tags', alias: 'alias' } as const;

/** What follows the copy, judged on what the copy will be. */
function stagesAfter(
  context: PromoteContext,
  promotion: Promotion,
  { copy, job }: { readonly copy: ExpectedCopy; readonly job: ValidationJob | undefined },
): Stage[] {
  const { inputs } = context;
  const has = (name: StageName) => isUntil(name, LAST_STAGE[inputs.until]);
  const validation = has('validation') ? copyValidation(context, promotion, job) : undefined;
  const moved = inputs.until === 'copy' ? undefined : aliasStage(context, promotion, copy);
  promotion.offered = moved?.work;
  notePromotionPolicy(context, promotion, plannedTags(context, copy.tags));
  // Those of a plan for `apply` are judged before the copy is made, and again when the plan is left.
  if (inputs.until === 'validate') notePromotedServing(context, promotion, copy.version);
  const stages = [
    ...(validation === undefined ? [] : [validation]),
    ...(has('tags') && inputs['set-status'] !== undefined ? [statusStage(context, promotion, copy)] : []),
    ...(has('alias') && moved !== undefined ? [...momentOf(context, promotion, 'again'), moved] : []),
    ...(has('alias') ? servingStages(context, promotion, copy) : []),
  ];
  context.record.requireAllowed(`Promoting ${uriOf(promotion.source)}`);
  return stages;
}

/** What a promotion says of its end: of what was done, or would be. */
function conclude(context: PromoteContext, promotion: Promotion, state: 'planned' | 'applied'): ActionResult {
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
    const verdict = `${sourceText(context, source)} → ${uriOf(result.version)}, ${didText(context, state)}; no alias was moved`;
    return { outcome, verdict };
  }
  const alias = move.find(({ kind }) => kind === 'alias');
  if (alias !== undefined && record.isToBeMade(alias)) return { outcome: 'ok', verdict: moveText(alias) };
  const unchanged = `${destination}@${inputs.alias} already names ${result.version.version}`;
  const copied = outcome === 'noop' ? `, an identical copy of ${sourceText(context, source)}` : '';
  return concludeUnmoved(context, `${unchanged}${copied}${promotion.history}`, move);
}

/** What was done with a copy that gets no alias. A command or job that a dry run does not run has validated nothing. */
function didText({ inputs }: PromoteContext, state: 'planned' | 'applied'): string {
  if (inputs.until === 'copy') return 'copied';
  const by = validatedBy(validatorsIn(inputs));
  if (by === undefined) return 'copied, not validated';
  if (by === 'command' || by === 'job') return state === 'applied' ? 'validated' : 'copied, to be validated';
  return `validated by the status ${show(inputs['require-status'] ?? '', 60)} of its source`;
}

/** The source as it was asked for, by number or alias, in the registry's spelling. */
function sourceText({ inputs }: PromoteContext, { name }: ModelVersion): string {
  return formatReference({ ...inputs.source, name });
}
