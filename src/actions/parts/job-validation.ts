import type { RunJob } from '../../apply/job-run.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { decide, type Decision } from '../../domain/decision.ts';
import { PromoteError } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import type { SavedJob } from '../../domain/job.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { cut, show } from '../../domain/printable.ts';
import { requireValidationJob } from '../../facts/validation-job.ts';
import { uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { ValidationInputs } from '../../inputs/validation.ts';
import type { JobEvidence } from '../../plan/evidence.ts';
import { decideJobRun, type JobVerdict } from '../../policy/job-verdict.ts';
import { runToken } from '../../policy/run-token.ts';
import { parametersFor } from '../../policy/validation-job.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import type { ActionContext } from '../contract/context.ts';
import { VALIDATION_NEEDS } from '../../inputs/validation.ts';

type JobContext = ActionContext<CommonInputs & ValidationInputs>;

/** Characters of what a task reports that are kept. */
const SAID = 4_000;

/** The job that the input names, if it can validate a version; undefined where none is named. */
export async function readValidationJob({ inputs, destination }: JobContext): Promise<SavedJob | undefined> {
  const named = inputs['validate-job']?.trim();
  if (named === undefined) return undefined;
  requireNeeds('validate-job', VALIDATION_NEEDS['validate-job'], destination.registry.capabilities);
  return requireValidationJob(named, destination);
}

/** Notes which job would validate, and whom its runs act as: they have the rights of that identity, not those of the caller. */
export function noteValidationJob({ record }: JobContext, job: SavedJob): void {
  const { runsAs } = job;
  const note = runsAs === undefined ? 'whom its runs act as is not shown' : `its runs act as ${runsAs}`;
  record.fact('Validation job', `${job.name} (${job.id})`, note);
  record.see({
    kind: 'validation',
    job: evidenceOf(job, null),
    result: 'not-run',
    ending: null,
    milliseconds: null,
  });
}

/** Has a run of the job judge a version, and notes its verdict as evidence; throws where it has none. `stays` is what becomes of the version then. */
export async function validateByJob(
  context: JobContext,
  job: SavedJob,
  version: ModelVersion,
  { runJob, stays }: { readonly runJob: RunJob; readonly stays: string },
): Promise<Decision> {
  const { inputs, record, run, clock, random } = context;
  const uri = uriOf(version);
  const parameters = parametersFor(job, {
    model_name: formatFullName(version.name),
    model_version: String(version.version),
    model_uri: uri,
  });
  const see = (
    evidence: JobEvidence,
    more: { passed?: boolean; ending?: string; milliseconds?: number } = {},
  ) =>
    record.see({
      kind: 'validation',
      job: evidence,
      result: more.passed === undefined ? 'not-run' : more.passed ? 'passed' : 'refused',
      ending: more.ending ?? null,
      milliseconds: more.milliseconds ?? null,
    });
  let started: string | null = null;
  const ended = await runJob({
    order: {
      job: job.id,
      parameters,
      token: runToken(run, { job: job.id, uri }, `${clock.now()}-${random()}`),
    },
    name: job.name,
    timeoutMs: inputs['validate-timeout'],
    started(id) {
      started = id;
      see(evidenceOf(job, id));
    },
  });
  const verdict = decideJobRun(ended.run, ended.tasks);
  const { passed } = verdict;
  see(evidenceOf(job, started, verdict), {
    ending: verdict.how,
    milliseconds: ended.milliseconds,
    ...(passed === undefined ? {} : { passed }),
  });
  const named = `run ${ended.run.id} of the job ${show(job.name, 80)}`;
  if (passed === undefined)
    throw new PromoteError(`The ${named} gave no verdict on ${uri}: ${verdict.how}. ${stays}`, {
      code: verdict.outcome === 'invalid' ? 'invalid-input' : 'unavailable',
      outcome: verdict.outcome,
      fix: verdict.fix,
    });
  if (passed) return decide([]);
  return decide([
    {
      code: 'validation-failed',
      severity: 'error',
      message: `The ${named} refused ${uri}: ${verdict.how}.`,
      fix: `${verdict.fix} ${stays}`,
    },
  ]);
}

function evidenceOf(job: SavedJob, run: string | null, verdict?: JobVerdict): JobEvidence {
  return {
    id: job.id,
    name: job.name,
    runsAs: job.runsAs ?? null,
    run,
    results: (verdict?.results ?? []).map(({ task, result }) => ({
      task,
      said: cut(canonicalJson(result.said), SAID),
    })),
  };
}
