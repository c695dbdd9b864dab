import type { CopyResult } from '../../../apply/copy/request.ts';
import type { Stage } from '../../../apply/stage.ts';
import type { Decision } from '../../../domain/decision.ts';
import type { ModelVersion } from '../../../domain/model.ts';
import { validationJobText, type ValidationJob } from '../../../facts/validation-job.ts';
import { uriOf } from '../../../facts/version.ts';
import { MODEL_PATH } from '../../../inputs/validation.ts';
import { validateByCommand } from './command.ts';
import { validateByJob } from './job.ts';
import { withModelFolder } from './model-folder.ts';
import { rejectingStages, type RejectingContext } from './rejected-status.ts';

/** What judges a version, and what of it is known when that begins. */
export interface ValidationPlan {
  /** The job of the input; a command is taken from its own. */
  readonly job: ValidationJob | undefined;
  /** The version to judge. */
  version(this: void): ModelVersion;
  /** What becomes of the version where it does not pass: a sentence. */
  stays(this: void, version: ModelVersion): string;
  /** The copy that is judged, where one was made: what follows is for the bytes that it had then. */
  copy?(this: void): CopyResult;
  /** Called when the version was refused and has got the status of `reject-status`. */
  marked(this: void, status: string): void;
  /** Called when there is a verdict. */
  judged?(this: void): void;
  /** Takes what was read for old: a validation may run for long. */
  forget(this: void, version: ModelVersion): void;
}

/** The stage in which a command or a job of the user's judges a version; undefined where neither is given. */
export function validationStage(context: RejectingContext, plan: ValidationPlan): Stage | undefined {
  const { inputs, record } = context;
  const { job } = plan;
  const command = inputs['validate-command'];
  if (command === undefined && job === undefined) return undefined;
  if (command !== undefined)
    record.see({ kind: 'validation', command, result: 'not-run', ending: null, milliseconds: null });
  return {
    name: 'validation',
    changes: [],
    work: {
      kind: 'validation',
      ...(plan.copy === undefined ? {} : { copy: plan.copy }),
      async run(jobs) {
        const version = plan.version();
        const stays = plan.stays(version);
        const decision =
          job === undefined
            ? await runCommand(context, version, stays)
            : await validateByJob(context, job, version, { jobs, stays });
        plan.forget(version);
        const passed =
          job === undefined
            ? `${command ?? ''} ended with exit code 0.`
            : `It passed ${validationJobText(job)}.`;
        record.check('Validation', 'fail', decision, passed, 'blocked');
        const failed = decision.findings.some(({ code }) => code === 'validation-failed');
        if (failed || decision.allowed) plan.judged?.();
        const stages = failed ? await rejectingStages(context, version, plan.marked) : undefined;
        if (stages === undefined) requireValid(context, version);
        return stages;
      },
    },
  };
}

/** Validates by the command of the inputs, beside the files of the version where its variables ask for them. */
async function runCommand(
  context: RejectingContext,
  version: ModelVersion,
  stays: string,
): Promise<Decision> {
  const { inputs } = context;
  const names = inputs['validate-env'] ?? [];
  const validate = (modelPath?: string) =>
    validateByCommand(
      {
        command: inputs['validate-command'] ?? '',
        shell: inputs['validate-shell'],
        names,
        modelPath,
        timeoutMs: inputs['validate-timeout'],
        version,
        stays,
      },
      context,
    );
  return names.includes(MODEL_PATH) ? withModelFolder(version, context, validate) : validate();
}

/** Throws where the validation of a version refused it. */
export function requireValid({ record }: RejectingContext, version: ModelVersion): void {
  record.requireAllowed(`Validating ${uriOf(version)}`);
}
