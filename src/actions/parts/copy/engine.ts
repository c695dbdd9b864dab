import { invalidInputs } from '../../../domain/errors.ts';
import type { CopyElsewhere } from '../../../apply/copy/elsewhere.ts';
import type { CopyResult } from '../../../apply/copy/request.ts';
import type { Jobs } from '../../../apply/stage.ts';
import { closedRouteOf } from '../../../facts/copy/closed-route.ts';
import type { VersionReading } from '../../../facts/copy/reading.ts';
import type { CopyInputs } from '../../../inputs/copy.ts';
import type { CopyDecision } from '../../../policy/copy.ts';
import { decideEngine, engineText, type ClosedRoute } from '../../../policy/engine.ts';
import { ENGINE_NEEDS } from '../../../inputs/engine.ts';
import { requireNeeds } from '../../contract/capabilities.ts';
import type { ActionContext } from '../../contract/context.ts';
import { copyElsewhere } from './in-workspace.ts';

/** Names the check of where the bytes of a copy go through. */
const CHECK = 'Engine';

/** Whether a run of the workspace could copy: it signs in to the workspace of the destination alone. */
export function mayRunInWorkspace({ hasOwnSource, destination }: ActionContext<CopyInputs>): boolean {
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

/** Where the bytes of a copy go through, for what plans it. */
export interface CopyEngine {
  readonly isElsewhere: boolean;
  /** Notes where the bytes will go through, and where the workspace would be the better way. */
  note(this: void, bytes: number): Promise<void>;
  /** How a run of the workspace makes the copy; undefined where this machine makes it. */
  elsewhere(this: void, decision: CopyDecision): ((jobs: Jobs) => Promise<CopyElsewhere>) | undefined;
  /** Notes where a copy that this machine made had to take the slow way. */
  noteTaken(this: void, result: CopyResult): void;
}

/** The engine that the inputs of a copy name. */
export function copyEngine(context: ActionContext<CopyInputs>, reading: VersionReading): CopyEngine {
  const { inputs, record, destination } = context;
  const { engine } = inputs;
  return {
    isElsewhere: engine.kind === 'workspace',
    async note(bytes) {
      if (engine.kind === 'workspace') {
        const { principal } = await destination.caller();
        record.factAgain('Engine', 'workspace', engineText(engine, principal));
      }
      recommend(context, bytes, reading.closed);
    },
    elsewhere: (decision) => copyElsewhere({ context, reading, decision }),
    noteTaken({ files }) {
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      const closed = closedRouteOf(files);
      if (closed !== undefined) recommend(context, bytes, closed);
    },
  };
}

function recommend(context: ActionContext<CopyInputs>, bytes: number, closed: ClosedRoute | undefined): void {
  const { inputs, record } = context;
  const canRun = mayRunInWorkspace(context);
  const decision = decideEngine({ engine: inputs.engine.kind, canRun, bytes, closed });
  if (decision.findings.length === 0) return;
  record.checkAgain(CHECK, decision, 'This machine is near enough to the files.', 'blocked', 'warn');
}
