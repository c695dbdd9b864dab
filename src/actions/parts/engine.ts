import { invalidInputs } from '../../domain/errors.ts';
import type { CopyResult } from '../../apply/copy/request.ts';
import { closedRouteOf } from '../../facts/copy/closed-route.ts';
import type { CopyReading } from '../../facts/copy/reading.ts';
import type { CopyInputs } from '../../inputs/copy.ts';
import { decideEngine, engineText, type ClosedRoute } from '../../policy/engine.ts';
import { ENGINE_NEEDS } from '../../inputs/engine.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import type { ActionContext } from '../contract/context.ts';
import type { CopyContext } from './copy-context.ts';

/** Names the check of where the bytes of a copy go through. */
const CHECK = 'Engine';

/** Whether a run of the workspace could copy: it signs in to the workspace of the destination alone. */
export function mayRunInWorkspace({
  hasOwnSource,
  destination,
}: Pick<CopyContext, 'hasOwnSource' | 'destination'>): boolean {
  return !hasOwnSource && destination.registry.capabilities.jobs;
}

/** Throws where a run of the workspace is asked for, and could not copy. */
export function requireEngine(context: ActionContext<CopyInputs>): void {
  if (context.inputs.engine.kind === 'runner') return;
  const { capabilities } = context.destination.registry;
  requireNeeds('engine: workspace', ENGINE_NEEDS['engine: workspace'], capabilities);
  if (!context.hasOwnSource) return;
  throw invalidInputs([
    {
      input: 'engine',
      problem: 'the source is in another workspace, to which a run in this one cannot sign in.',
      fix: 'Write engine: runner, or leave source-host out.',
    },
  ]);
}

/** Notes where the bytes of a copy will go through, and where the workspace would be the better way. */
export async function noteEngine(
  context: CopyContext,
  { closed }: CopyReading,
  bytes: number,
): Promise<void> {
  const { inputs, record, destination } = context;
  const { engine } = inputs;
  if (engine?.kind === 'workspace') {
    const { principal } = await destination.caller();
    record.factAgain('Engine', 'workspace', engineText(engine, principal));
  }
  recommend(context, bytes, closed);
}

/** Notes where a copy that this machine made had to take the slow way. */
export function noteRoutesTaken(context: CopyContext, { files }: CopyResult): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const closed = closedRouteOf(files);
  if (closed !== undefined) recommend(context, bytes, closed);
}

function recommend(context: CopyContext, bytes: number, closed: ClosedRoute | undefined): void {
  const { inputs, record } = context;
  if (inputs.engine === undefined) return;
  const canRun = mayRunInWorkspace(context);
  const decision = decideEngine({ engine: inputs.engine.kind, canRun, bytes, closed });
  if (decision.findings.length === 0) return;
  record.checkAgain(CHECK, decision, 'This machine is near enough to the files.', 'blocked', 'warn');
}
