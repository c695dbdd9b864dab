import { decide, type Decision } from '../domain/decision.ts';
import { show } from '../domain/printable.ts';

/** What may validate the copy that a run makes, by what the run demands; undefined: it demands none of that. */
export interface Validators {
  readonly command: string | undefined;
  readonly job: string | undefined;
  /** The status that the source must have. */
  readonly sourceStatus: string | undefined;
  /** The status that the copy must have. */
  readonly copyStatus: string | undefined;
  /** The status that the run itself sets on the copy. */
  readonly setStatus: string | undefined;
}

/** What validates the copy. */
export type ValidatedBy = 'command' | 'job' | 'status of the copy' | 'status of the source';

/**
 * What validates the copy, the strongest first, or undefined when nothing does. A status that the run sets by itself and then
 * demands validates nothing.
 */
export function validatedBy(validators: Validators): ValidatedBy | undefined {
  const { command, job, sourceStatus, copyStatus, setStatus } = validators;
  if (command !== undefined) return 'command';
  if (job !== undefined) return 'job';
  if (copyStatus !== undefined && setStatus === undefined) return 'status of the copy';
  return sourceStatus === undefined ? undefined : 'status of the source';
}

/** Warns of a status that is set although nothing validates the copy; null where none is, or something does. */
export function decideValidated(validators: Validators): Decision | null {
  const { setStatus } = validators;
  if (setStatus === undefined || validatedBy(validators) !== undefined) return null;
  const status = show(setStatus, 60);
  return decide([
    {
      code: 'status-without-validation',
      severity: 'warning',
      headline: `The status ${status} is set without validation`,
      message: `The copy gets the status ${status} although nothing validated it: there is no command and no job, and no status was required of it or of its source.`,
      fix: 'Add validate-command or validate-job, or require-status for the source, or remove set-status.',
    },
  ]);
}
