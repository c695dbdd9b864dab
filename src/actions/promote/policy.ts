import type { Stage } from '../../apply/stage.ts';
import type { Tag } from '../../domain/model.ts';
import { sameAlias } from '../../domain/alias.ts';
import { sameFullName } from '../../domain/full-name.ts';
import { uriOf } from '../../facts/version.ts';
import { VALIDATORS } from '../../inputs/validation.ts';
import { tagsAfter } from '../../policy/tags.ts';
import { momentStages, noteStep, protectingRule } from '../parts/policy.ts';
import { statusTags, type PromoteContext, type Promotion } from './promotion.ts';

/** The tags that the copy has when the alias moves; undefined where a validation may still set its status. */
export function plannedTags({ inputs }: PromoteContext, tags: readonly Tag[]): readonly Tag[] | undefined {
  const validates = VALIDATORS.some((each) => inputs[each] !== undefined);
  if (validates && inputs['set-status'] === undefined) return undefined;
  return tagsAfter(tags, { set: statusTags(inputs), remove: [] });
}

/** Notes whether the policy allows the promotion: the copy is one of the source, byte for byte. */
export function notePromotionPolicy(
  context: PromoteContext,
  { policy, reading, source }: Promotion,
  tags: readonly Tag[] | undefined,
): void {
  const { inputs, clock } = context;
  const alias = inputs.until === 'copy' ? undefined : inputs.alias;
  const uri = uriOf(source);
  const origin = { uri, name: source.name, content: 'equal', createdAt: source.createdAt } as const;
  noteStep(context, policy, {
    name: reading.destination.name,
    alias,
    isDeletion: false,
    inputs: {
      'check-privileges': inputs['check-privileges'],
      'require-signature': inputs['require-signature'],
      'on-unknown': inputs['on-unknown'],
      compatibility: inputs.compatibility,
      comparesOther: comparesOther(context, reading.destination.name),
    },
    version: { subject: `the copy of ${uri}`, tags, origin, now: clock.now() },
  });
}

/** What must hold when the alias moves, where this run moves it; `again` right before that, with the policy as it then is. */
export function momentOf(context: PromoteContext, { policy, reading }: Promotion, how?: 'again'): Stage[] {
  const { inputs } = context;
  if (inputs.until !== 'alias') return [];
  const { name } = reading.destination;
  const distinct = inputs['require-distinct'] ?? [];
  return momentStages(context, policy, { name, alias: inputs.alias, distinct }, how);
}

/** The status that the policy requires of the copy, which its move rests on. */
export function statusByPolicy(context: PromoteContext, { policy, reading }: Promotion): Tag[] {
  const { name } = reading.destination;
  const status = protectingRule(context, policy, { name, alias: context.inputs.alias })?.require.status;
  return status === undefined ? [] : [status];
}

/** Whether `compare-with` names something else than the alias that moves. */
function comparesOther(
  { inputs, destination }: PromoteContext,
  name: PromoteContext['inputs']['destination'],
): boolean {
  const { 'compare-with': reference, alias } = inputs;
  if (reference === undefined) return false;
  const { capabilities } = destination.registry;
  const isAlias =
    reference.selector.kind === 'alias' && sameAlias(reference.selector.alias, alias, capabilities);
  return !isAlias || !sameFullName(reference.name, name, capabilities.names);
}
