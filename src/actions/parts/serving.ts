import type { Stage } from '../../apply/stage.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import { decide, type Finding } from '../../domain/decision.ts';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { ServingEndpoint } from '../../domain/serving.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { SERVING_NEEDS, type ServingInputs } from '../../inputs/serving.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import { sharesText, type ServingChange } from '../../plan/changes/serving.ts';
import { configDigest, decideServing } from '../../policy/serving.ts';
import { servingUndo } from '../../report/sections/serving-undo.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import type { ActionContext } from '../contract/context.ts';

type ServingContext = Pick<ActionContext<CommonInputs & ServingInputs>, 'inputs' | 'record' | 'destination'>;

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
export interface ServingTarget {
  readonly name: FullName;
  readonly version: VersionRef;
}

/** The check of whether endpoints can be updated. */
export const SERVING_CHECK = 'Endpoints to update';

/** Notes what of the endpoints is to be changed, and what stands in the way. */
export function noteServing<V extends VersionRef>(
  { inputs, record }: ServingContext,
  endpoints: ReadEndpoints,
  { name, version }: { readonly name: FullName; readonly version: V },
  mode: 'fail' | 'warn' = 'fail',
): ServingChange<VersionRef>[] {
  if (endpoints.size === 0) return [];
  const goal = { name, version, keepsPrevious: inputs['keep-previous'] };
  const findings: Finding[] = [];
  const changes: ServingChange<VersionRef>[] = [];
  for (const [endpoint, read] of endpoints) {
    if (read instanceof PromoteError && mode === 'fail') throw read;
    const found = changeOf(endpoint, read, goal, inputs['when-updating']);
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

type Found =
  | { readonly finding: Finding }
  | { readonly change: undefined; readonly shares: ServingChange['from'] }
  | { readonly change: ServingChange<VersionRef> };

function changeOf(
  endpoint: string,
  read: ServingEndpoint | PromoteError | undefined,
  goal: ServingTarget & { readonly keepsPrevious: boolean },
  whenUpdating: 'wait' | 'refuse',
): Found {
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
  if (isRunning && read.pending !== undefined) {
    const coming = decideServing(endpoint, read.pending, goal);
    if (coming.kind === 'reached') {
      const now = read.config === undefined ? undefined : decideServing(endpoint, read.config, goal);
      const from = now?.kind === 'change' ? now.from : [];
      return { change: { kind: 'serving', ...goal, endpoint, from, to: coming.shares } };
    }
  }
  if (isRunning && whenUpdating === 'refuse')
    return fault(
      'endpoint-updating',
      `Another update of the endpoint ${show(endpoint, 80)} is running.`,
      'Run the step again when it has ended, or set when-updating: wait.',
    );
  // What follows an update that runs rests on what that one brings.
  const config = isRunning ? (read.pending ?? read.config) : read.config;
  if (config === undefined)
    return fault(
      'endpoint-never-ready',
      `The endpoint ${show(endpoint, 80)} has never been ready.`,
      'Look at its page in the workspace for what its first deployment waits for.',
    );
  const decision = decideServing(endpoint, config, goal);
  if (decision.kind === 'refused') return { finding: decision.finding };
  if (decision.kind === 'reached') return { change: undefined, shares: decision.shares };
  const { from, to } = decision;
  return { change: { kind: 'serving', ...goal, endpoint, from, to, config: configDigest(config) } };
}

function fault(code: string, message: string, fix: string): Found {
  return { finding: { code, severity: 'error', message, fix } };
}

/** What became of the endpoints of a run. */
export interface ServingState {
  readonly made: ServingChange[];
  /** Why one was not updated, where everything was put back then. */
  failure: PromoteError | undefined;
}

/** What goes around the updates of endpoints. */
export interface Around {
  /** The move of the alias, which is put back with the endpoints where that is asked for. */
  readonly move?: () => AliasChange | undefined;
  /** What stops the plan, with what was made before it; default: as it is. */
  readonly explain?: (error: PromoteError) => PromoteError;
}

/** The stage in which endpoints are updated. */
export function servingStage(
  { inputs, record }: ServingContext,
  changes: readonly ServingChange<VersionRef>[],
  { move, explain }: Around = {},
): { readonly stages: Stage[]; readonly state: ServingState } {
  const state: ServingState = { made: [], failure: undefined };
  if (changes.length === 0) return { stages: [], state };
  const rules = { whenUpdating: inputs['when-updating'], timeoutMs: inputs['serving-timeout'] };
  const restores = inputs['on-serving-failure'] === 'restore';
  const stage: Stage = {
    name: 'serving',
    changes,
    work: {
      kind: 'serving',
      rules,
      ...(explain === undefined ? {} : { explain }),
      ended(change) {
        state.made.push(change);
        record.undo.push(...servingUndo(change));
        record.factAgain(
          `Endpoint ${show(change.endpoint, 63)}`,
          sharesText(change.to),
          'ready and read back',
        );
      },
      ...(restores
        ? {
            async whenFailed(failure: PromoteError) {
              state.failure = failure;
              return restoringStages(state.made, rules, move?.());
            },
          }
        : {}),
    },
  };
  return { stages: [stage], state };
}

/** What puts alias and endpoints back: the alias first, since that is at once. */
function restoringStages(
  made: readonly ServingChange[],
  rules: { readonly whenUpdating: 'wait' | 'refuse'; readonly timeoutMs: number },
  move: AliasChange | undefined,
): Stage[] {
  const back = move === undefined ? undefined : { ...move, from: move.to, to: move.from, basis: [] };
  const routes = made.flatMap(returnOf);
  return [
    ...(back === undefined
      ? []
      : [
          {
            name: 'alias',
            changes: [back],
            work: { kind: 'values', confirm: async () => [back] },
          } as const satisfies Stage,
        ]),
    ...(routes.length === 0
      ? []
      : [{ name: 'serving', changes: routes, work: { kind: 'serving', rules } } as const satisfies Stage]),
  ];
}

/** The change that takes an update back; none where it was not known what was served before. */
function returnOf({ config: _config, ...change }: ServingChange): ServingChange[] {
  const [live] = change.from;
  if (live === undefined) return [];
  const keepsPrevious = change.from.some(({ version }) => version === change.version);
  return [{ ...change, basis: [], version: live.version, keepsPrevious, from: change.to, to: change.from }];
}

/** Throws why an endpoint was not updated, once everything else was put back. */
export function requireServed({ failure }: ServingState, putBack: string): void {
  if (failure === undefined) return;
  throw new PromoteError(`${failure.message} ${putBack}`, {
    ...failure.details,
    ...(hasCode(failure, 'internal') ? {} : { cause: failure }),
  });
}
