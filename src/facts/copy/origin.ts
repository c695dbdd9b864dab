import { hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import type { WorkspaceRelation } from '../../policy/copy.ts';
import type { RegistryReader, TrainingRun } from '../../registry/port.ts';
import type { Snapshot } from '../snapshot.ts';
import type { KnownSource } from './source.ts';

/** What the destination's workspace knows of where a version was trained. */
export interface CopyOrigin {
  readonly run: TrainingRun | undefined;
  /** The id of the run, unless it would mean nothing, or another run, in the metastore of the destination. */
  readonly runId: string | undefined;
  /** The logged model, where that workspace has it: a foreign one makes it refuse the version (mlflow/mlflow#17648). */
  readonly modelId: string | undefined;
  /** What does not travel, and why: one clause each. */
  readonly unknown: readonly string[];
}

/** Reads what the destination's workspace knows of run and logged model; that it does not know is no failure. */
export async function readOrigin(
  version: KnownSource,
  snapshot: Snapshot,
  relation: WorkspaceRelation,
): Promise<CopyOrigin> {
  const [run, isKnown] = await Promise.all([
    readTrainingRun(version, snapshot),
    readModel(version, snapshot.registry),
  ]);
  const staysKnown = relation === 'one-workspace' || relation === 'one-metastore' || typeof run === 'object';
  return {
    run: typeof run === 'object' ? run : undefined,
    runId: staysKnown ? version.runId : undefined,
    modelId: isKnown === true ? version.modelId : undefined,
    unknown: [
      ...(typeof run === 'string'
        ? [`${staysKnown ? 'the lineage' : 'the id and the lineage'} of the run (${run})`]
        : []),
      ...(typeof isKnown === 'string' ? [`the link to the logged model (${isKnown})`] : []),
    ],
  };
}

/** The run that trained a version, or a clause that says why it cannot be seen; undefined where it names none. */
export async function readTrainingRun(
  { runId }: KnownSource,
  snapshot: Snapshot,
): Promise<TrainingRun | string | undefined> {
  if (runId === undefined) return undefined;
  return whyNot(async () => (await snapshot.trainingRun(runId)) ?? 'unknown in this workspace');
}

async function readModel(
  { modelId }: KnownSource,
  registry: RegistryReader,
): Promise<true | string | undefined> {
  if (modelId === undefined) return undefined;
  return whyNot(async () => (await registry.hasLoggedModel?.(modelId)) || 'unknown in this workspace');
}

async function whyNot<T>(ask: () => Promise<T>): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'unauthenticated', 'other-identity'))
      throw error;
    return messageOf(error).split('\n')[0] ?? '';
  }
}
