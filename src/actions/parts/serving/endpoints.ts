import { SERVING_CHECK } from '../../../apply/changes/serving/update.ts';
import type { Stage } from '../../../apply/stage.ts';
import type { VersionRef } from '../../../domain/change-target.ts';
import { decide, type Finding } from '../../../domain/decision.ts';
import { hasCode, PromoteError } from '../../../domain/errors.ts';
import type { FullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type { ServingEndpoint } from '../../../domain/serving.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import { SERVING_NEEDS, type ServingInputs } from '../../../inputs/serving.ts';
import { sharesText, type ServingChange, type ServingRules } from '../../../plan/changes/serving.ts';
import { changesOf } from '../../../plan/plan.ts';
import { configDigest, decideServing, standingConfig } from '../../../policy/serving.ts';
import { requireNeeds } from '../../contract/capabilities.ts';
import type { ActionContext } from '../../contract/context.ts';

/** What of an action reads and updates endpoints. */
export type ServingContext = Pick<
  ActionContext<CommonInputs & ServingInputs>,
  'inputs' | 'record' | 'destination'
>;

/** Endpoints by name, as they were read, or why they were not; undefined for one that does not exist. */
export type ReadEndpoints = ReadonlyMap<string, ServingEndpoint | PromoteError | undefined>;

/** Reads the endpoints that the input names, side by side. */
export async function readServing({ inputs, destination }: ServingContext): Promise<ReadEndpoints> {
  const names = [...new Set(inputs.endpoints ?? [])];
  if (names.length === 0) return new Map();
  requireNeeds('endpoints', SERVING_NEEDS.endpoints, destination.registry.capabilities);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readEndpoint(name, destination)] as const)),
  );
}

async function readEndpoint(
  name: string,
  { registry }: ServingContext['destination'],
): Promise<ServingEndpoint | PromoteError | undefined> {
  try {
    return await registry.serving?.getEndpoint(name);
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    return error;
  }
}

/** What endpoints are set to. */
export interface ServingTarget<V extends VersionRef = VersionRef> {
  readonly name: FullName;
  readonly version: V;
  /** The alias that they follow. */
  readonly alias: string;
}

/** How endpoints are updated, and what is put back where that is asked for. */
interface Asked {
  readonly putsBack: Exclude<ServingRules['putsBack'], 'nothing'>;
  readonly mode?: 'fail' | 'warn';
}

/** Notes what of the endpoints is to be changed, and what stands in the way. */
export function noteServing<V extends VersionRef>(
  { inputs, record }: ServingContext,
  endpoints: ReadEndpoints,
  { name, version, alias }: ServingTarget<V>,
  { putsBack, mode = 'fail' }: Asked,
): ServingChange<V>[] {
  if (endpoints.size === 0) return [];
  const rules: ServingRules = {
    whenUpdating: inputs['when-updating'],
    timeoutMs: inputs['serving-timeout'],
    putsBack: inputs['on-serving-failure'] === 'restore' ? putsBack : 'nothing',
  };
  const goal = { name, version, alias, keepsPrevious: inputs['keep-previous'], rules };
  const findings: Finding[] = [];
  const changes: ServingChange<V>[] = [];
  for (const [endpoint, read] of endpoints) {
    if (read instanceof PromoteError && mode === 'fail') throw read;
    const found = changeOf(endpoint, read, goal);
    if ('finding' in found) findings.push(found.finding);
    else if (found.change === undefined)
      record.factAgain(`Endpoint ${show(endpoint, 63)}`, `${sharesText(found.shares)}, as wanted`);
    else {
      changes.push(found.change);
      record.factAgain(
        `Endpoint ${show(endpoint, 63)}`,
        `${sharesText(found.change.from)} → ${sharesText(found.change.to)}`,
      );
    }
  }
  record.checkAgain(
    SERVING_CHECK,
    decide(findings),
    'Each can get the version, and keeps everything else.',
    'blocked',
    mode,
  );
  return changes;
}

/** That the caller may update the endpoints of later stages: a stage before every write, which a run that only leaves a plan does not get to. */
export function manageableStages(endpoints: ReadEndpoints, later: readonly Stage[]): Stage[] {
  const updates = changesOf(later).filter((change) => change.kind === 'serving');
  if (updates.length === 0) return [];
  const run = async () => {
    requireManageable(endpoints, updates);
    return undefined;
  };
  return [{ name: 'validation', changes: [], work: { kind: 'validation', run } }];
}

/** Throws where an endpoint that is to be updated shows that the caller may not: before an alias moves, not behind it. */
export function requireManageable(
  endpoints: ReadEndpoints,
  changes: readonly Pick<ServingChange<VersionRef>, 'endpoint'>[],
): void {
  for (const { endpoint } of changes) {
    const read = endpoints.get(endpoint);
    if (read instanceof PromoteError || read?.isManageable !== false) continue;
    throw new PromoteError(
      `The caller may see the endpoint ${show(endpoint, 80)}, but not update it: that needs CAN_MANAGE.`,
      {
        code: 'permission-denied',
        outcome: 'denied',
        fix: 'Give the caller CAN_MANAGE on the endpoint: its page in the workspace, Permissions. Grants of Unity Catalog do not include rights on endpoints.',
      },
    );
  }
}

type Found<V extends VersionRef> =
  | { readonly finding: Finding }
  | { readonly change: undefined; readonly shares: ServingChange['from'] }
  | { readonly change: ServingChange<V> };

type Goal<V extends VersionRef> = ServingTarget<V> & Pick<ServingChange, 'keepsPrevious' | 'rules'>;

function changeOf<V extends VersionRef>(
  endpoint: string,
  read: ServingEndpoint | PromoteError | undefined,
  goal: Goal<V>,
): Found<V> {
  if (read instanceof PromoteError)
    return fault(
      'endpoint-unseen',
      `The endpoint ${show(endpoint, 80)} was not read: ${read.message}`,
      read.details.fix ?? 'Look at its page in the workspace.',
    );
  if (read === undefined)
    return fault(
      'endpoint-missing',
      `The endpoint ${show(endpoint, 80)} does not exist, or is hidden from the caller.`,
      'Correct the name, or give the caller CAN_VIEW and CAN_MANAGE on it.',
    );
  const isRunning = read.update === 'running';
  // What follows an update that runs rests on what that one brings.
  const config = standingConfig(read);
  const decision = config === undefined ? undefined : decideServing(endpoint, config, goal);
  if (isRunning && decision?.kind !== 'reached' && goal.rules.whenUpdating === 'refuse')
    return fault(
      'endpoint-updating',
      `Another update of the endpoint ${show(endpoint, 80)} is running.`,
      'Run the step again when it has ended, or set when-updating: wait.',
    );
  if (config === undefined || decision === undefined)
    return fault(
      'endpoint-never-ready',
      `The endpoint ${show(endpoint, 80)} has never been ready.`,
      'Look at its page in the workspace for what its first deployment waits for.',
    );
  if (decision.kind === 'refused') return { finding: decision.finding };
  const change = { kind: 'serving', ...goal, endpoint, config: configDigest(config) } as const;
  if (decision.kind === 'change') return { change: { ...change, from: decision.from, to: decision.to } };
  if (!isRunning) return { change: undefined, shares: decision.shares };
  // It is on the way, and waited for.
  const now = read.config === undefined ? undefined : decideServing(endpoint, read.config, goal);
  return { change: { ...change, from: now?.kind === 'change' ? now.from : [], to: decision.shares } };
}

function fault(code: string, message: string, fix: string): { readonly finding: Finding } {
  return { finding: { code, severity: 'error', message, fix } };
}
