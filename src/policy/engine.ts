import { decide, type Decision, type Finding } from '../domain/decision.ts';
import { computeText, identityName, type Engine } from '../domain/job.ts';
import { show } from '../domain/printable.ts';
import { sizeText } from '../domain/size-text.ts';

/**
 * Models of this size and more are better copied by a run of the workspace: by a line of 1 Gbit/s, sent and read back, they take five
 * minutes, and a run starts in one or two. Bytes.
 */
export const WORKSPACE_BYTES = 16 * 1024 ** 3;

/** A large file that goes through the workspace, since its storage refused the machine that copies. */
export interface ClosedRoute {
  readonly path: string;
  /** Which route refused it, and what was said. */
  readonly why: string;
}

/** What is known of where the bytes of a copy go through. */
export interface EngineFacts {
  readonly engine: Engine['kind'];
  /** Whether a run of the workspace could make this copy. */
  readonly canRun: boolean;
  readonly bytes: number;
  /** Absent where no large file was seen to be refused. */
  readonly closed?: ClosedRoute | undefined;
}

/** Recommends the workspace where this machine is the slow way, or a closed one. It refuses nothing. */
export function decideEngine({ engine, canRun, bytes, closed }: EngineFacts): Decision {
  if (engine === 'workspace' || !canRun) return decide([]);
  const reasons = [
    ...(bytes < WORKSPACE_BYTES
      ? []
      : [`The model has ${sizeText(bytes)}, all of which goes through this machine and back.`]),
    ...(closed === undefined
      ? []
      : [
          `The storage is closed to this machine, so that ${show(closed.path, 120)} goes through the workspace, which takes at most 5 GiB a file (${show(closed.why, 300)}).`,
        ]),
  ];
  return decide(reasons.map(recommendation));
}

function recommendation(message: string): Finding {
  return {
    code: 'engine-workspace',
    severity: 'note',
    message,
    fix: `Consider engine: workspace, which has a run inside the workspace copy it: recommended from ${sizeText(WORKSPACE_BYTES)} on, and where the storage is closed from outside.`,
  };
}

/** What the run of a copy in the workspace is on, and whom it acts as, for people. */
export function engineText(
  { compute, runAs }: Extract<Engine, { readonly kind: 'workspace' }>,
  caller: string,
): string {
  return `on ${computeText(compute)}; it acts as ${runAs === undefined ? caller : identityName(runAs)}`;
}
