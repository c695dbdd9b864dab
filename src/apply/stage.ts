import type { CreateModelChange } from '../plan/changes/model.ts';
import type { OwnerChange } from '../plan/changes/owner.ts';
import type { PromoteError } from '../domain/errors.ts';
import type { PlannedStage } from '../plan/plan.ts';
import type { RunJob } from './job-run.ts';
import type { RunScript } from './script-run.ts';
import type { Leftover, LeftoverDeletion } from './copy/leftovers.ts';
import type { CopyElsewhere } from './copy/elsewhere.ts';
import type { CopyRequest, CopyResult } from './copy/request.ts';
import type { ServingChange } from '../plan/changes/serving.ts';
import type { ValueChange } from './value.ts';

/** A stage of a plan, and how it is carried out. */
export interface Stage extends PlannedStage {
  readonly work: Work;
}

/** How a stage is carried out. What an action judges and notes around its writes, it hands on as functions. */
export type Work = ValueWork | ModelWork | CopyWork | DeletionWork | ValidationWork | ServingWork;

/** Changes of single values. */
export interface ValueWork {
  readonly kind: 'values';
  /** The changes as they are made now: a stage that others precede reads again what they rest on, and judges it. */
  confirm(this: void): Promise<readonly ValueChange[]>;
  /** Reads what `confirm` needs, beside the end of the stage before. */
  readonly readAhead?: (() => Promise<unknown>) | undefined;
  /** Called when the stage ended, well or not, with what it was to make. */
  ended?(this: void, made: readonly ValueChange[]): void;
  /** What stops the plan at this stage, with what was made before it; default: as it is. */
  explain?(this: void, error: PromoteError): PromoteError;
  /** What follows when the registry refuses a change: the later stages as they are, or others in place of them. Default: the refusal is thrown. */
  readonly whenRefused?: 'go-on' | ((refusal: PromoteError) => Promise<readonly Stage[]>);
}

/** A registered model that is created, or that gets the owner which it was created for. */
export interface ModelWork {
  readonly kind: 'model';
  readonly change: CreateModelChange | OwnerChange;
}

/** A copy that is made. */
export interface CopyWork {
  readonly kind: 'copy';
  /** What is to be copied, made up right before. */
  request(this: void): Promise<CopyRequest>;
  /** Has it made elsewhere instead, and checks it. */
  readonly elsewhere?: ((jobs: Jobs) => Promise<CopyElsewhere>) | undefined;
  /** Called with the finished copy; what it throws stops the plan. */
  finished(this: void, result: CopyResult & { readonly made?: boolean }): Promise<void>;
}

/** Unfinished versions of earlier runs that are deleted. */
export interface DeletionWork {
  readonly kind: 'deletions';
  readonly deletions: readonly LeftoverDeletion[];
  /** Called with each, at once: a later one may end the run. */
  became(this: void, left: Leftover): void;
}

/** What runs on the compute of a workspace. */
export interface Jobs {
  readonly saved: RunJob;
  readonly script: RunScript;
}

/** A validation that writes nothing to the registry by itself; what it throws stops the plan. */
export interface ValidationWork {
  readonly kind: 'validation';
  /** Gives the stages that take the place of the later ones, where the version was refused and something is to be written. */
  run(this: void, jobs: Jobs): Promise<readonly Stage[] | undefined>;
  /** The copy that was validated: what follows is for the bytes that it had then. Absent where none was made. */
  copy?(this: void): CopyResult;
}

/** Endpoints that are updated side by side. */
export interface ServingWork {
  readonly kind: 'serving';
  /** Called with each change that was made, or already was so. */
  ended?(this: void, change: ServingChange): void;
  /** The stages that take the place of the later ones, where an update failed and none may have been made or still be; default: the failure is thrown. */
  whenFailed?(this: void, failure: PromoteError): Promise<readonly Stage[]>;
  /** What stops the plan at this stage, with what was made before it; default: as it is. */
  explain?(this: void, error: PromoteError): PromoteError;
}
