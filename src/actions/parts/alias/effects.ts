import type { VersionRef } from '../../../domain/change-target.ts';
import type { FullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type { ListedEndpoint } from '../../../domain/serving.ts';
import { startJobs, startSurroundings, type MoveSurroundings } from '../../../facts/move-effects.ts';
import { withShares } from '../../../facts/served-shares.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import { makesVersion } from '../../../plan/change.ts';
import type { EndpointEffect } from '../../../plan/effect.ts';
import { changesOf, type PlannedStage } from '../../../plan/plan.ts';
import {
  decideEndpoints,
  decideTriggered,
  endpointEffects,
  isUnclear,
  ofModel,
  triggeredJobs,
  versionsText,
  type ModelEvents,
} from '../../../policy/alias/effects.ts';
import type { ActionContext } from '../../contract/context.ts';

type EffectContext = Pick<ActionContext<CommonInputs>, 'record' | 'openRegistry' | 'surroundings'>;

/** Few requests beside those that decide. */
const BUDGET = { inFlight: 2, perSecond: 5 };

/** Begins to read what goes on around the move of an alias, unless moves of the run share it. */
export function startMoveEffects({ openRegistry, surroundings }: EffectContext): MoveSurroundings {
  return surroundings ?? startSurroundings(openRegistry(BUDGET));
}

/** Begins to read which jobs watch models, unless moves of the run share it. */
export function startJobEffects({ openRegistry, surroundings }: EffectContext): MoveSurroundings['jobs'] {
  return surroundings?.jobs ?? startJobs(openRegistry(BUDGET));
}

/** A move of an alias, as far as it is planned. */
export interface PlannedMove {
  readonly name: FullName;
  readonly alias: string;
  readonly from: number | null;
  readonly to: VersionRef | null;
  /** Names of the endpoints that the plan updates. */
  readonly updated?: readonly string[];
}

/** Notes which endpoints serve the model, and which jobs the move starts. */
export async function noteMoveEffects(
  context: EffectContext,
  surroundings: MoveSurroundings,
  move: PlannedMove,
): Promise<void> {
  const { jobs } = surroundings;
  await noteEndpoints(context, surroundings, move);
  const { name, alias, from, to } = move;
  const isSet = to !== null && from !== to;
  await noteTriggered(context, jobs, {
    name,
    ...(isSet ? { alias } : {}),
    makesVersion: false,
    makesModel: false,
  });
}

const ENDPOINTS = 'Endpoints';

async function noteEndpoints(
  { record }: EffectContext,
  surroundings: MoveSurroundings,
  { updated = [], ...move }: PlannedMove,
): Promise<void> {
  const read = await surroundings.endpoints;
  if (read === undefined) return;
  if ('why' in read) {
    record.fact(ENDPOINTS, 'not listed', read.why);
    return;
  }
  const listed = await sharesOf(read.seen, surroundings, move.name);
  const effects = endpointEffects(listed, { ...move, updated });
  record.effects.push(...effects);
  record.fact(
    ENDPOINTS,
    effects.length === 0 ? 'none visible' : effects.map(servesText).join('; '),
    'as far as the caller can see: endpoints without CAN_VIEW are not listed',
  );
  const decision = decideEndpoints(effects);
  if (decision.findings.length > 0) record.check(ENDPOINTS, 'warn', decision, '', 'blocked');
}

/** Endpoints are read for their shares up to this many: more stay as they were listed. */
const MOST_READ = 10;

/** The listed endpoints, without versions of the model that are deployed and get no requests, as far as that can be read. */
function sharesOf(
  listed: readonly ListedEndpoint[],
  { endpoint }: MoveSurroundings,
  name: FullName,
): Promise<ListedEndpoint[]> {
  const unclear = listed.filter(({ served }) => isUnclear(ofModel(name, served))).slice(0, MOST_READ);
  return withShares(listed, unclear, async (each) => {
    const read = await endpoint(each);
    return read !== undefined && 'seen' in read ? read.seen?.config : undefined;
  });
}

function servesText({ endpoint, versions }: EndpointEffect): string {
  return `${show(endpoint, 80)} serves ${versionsText(versions)}`;
}

const JOBS = 'Triggered jobs';

/** Notes which jobs start by what happens to a model; what is noted before of the same run stays. */
async function noteTriggered(
  { record }: EffectContext,
  reading: MoveSurroundings['jobs'],
  events: ModelEvents,
): Promise<void> {
  const read = await reading;
  if (read === undefined) return;
  if ('why' in read) {
    record.factAgain(JOBS, 'not listed', read.why);
    return;
  }
  const { jobs, isCut } = read.seen;
  const known = record.effects.flatMap((each) => (each.kind === 'triggered-job' ? [each] : []));
  const found = triggeredJobs(jobs, events).filter(({ job }) => known.every((each) => each.job !== job));
  record.effects.push(...found);
  const all = [...known, ...found];
  const looked = isCut ? 'of the first 300 jobs, ' : '';
  record.factAgain(
    JOBS,
    all.length === 0 ? 'none visible' : all.map(({ name, job }) => `${show(name, 80)} (${job})`).join('; '),
    `started by model triggers, ${looked}as far as the caller can see`,
  );
  if (all.length > 0) record.checkAgain(JOBS, decideTriggered(all), '', 'blocked', 'warn');
}

/** Notes which jobs a copy starts, where the stages make one. */
export async function noteCopyEffects(
  context: EffectContext,
  jobs: MoveSurroundings['jobs'],
  name: FullName,
  stages: readonly PlannedStage[],
): Promise<void> {
  const changes = changesOf(stages);
  if (!changes.some(makesVersion)) return;
  const makesModel = changes.some(({ kind }) => kind === 'create-model');
  await noteTriggered(context, jobs, { name, makesVersion: true, makesModel });
}
