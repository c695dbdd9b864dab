import type { EndedRun } from '../../../apply/job-run.ts';
import type { Jobs } from '../../../apply/stage.ts';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { decide, type Decision } from '../../../domain/decision.ts';
import { PromoteError } from '../../../domain/errors.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { computeText } from '../../../domain/job.ts';
import type { ModelVersion } from '../../../domain/model.ts';
import { cut } from '../../../domain/printable.ts';
import {
  requireValidationJob,
  validationJobText,
  type ValidationJob,
} from '../../../facts/validation-job.ts';
import { uriOf } from '../../../facts/version.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import type { ValidationInputs } from '../../../inputs/validation.ts';
import type { JobEvidence } from '../../../plan/evidence.ts';
import { decideJobRun, type JobVerdict } from '../../../policy/run/verdict.ts';
import { runToken } from '../../../policy/run/token.ts';
import { parametersFor } from '../../../policy/run/saved-job.ts';
import { requireNeeds } from '../../contract/capabilities.ts';
import type { ActionContext } from '../../contract/context.ts';
import { VALIDATION_NEEDS } from '../../../inputs/validation.ts';
import { askingJob } from '../asking-job.ts';

type JobContext = ActionContext<CommonInputs & ValidationInputs>;

/** Characters of what a task reports that are kept. */
const SAID = 4_000;

/** The job or script that the input names, if it can validate a version; undefined where none is named. */
export async function readValidationJob({
  inputs,
  destination,
  readText,
}: JobContext): Promise<ValidationJob | undefined> {
  const named = inputs['validate-job'];
  if (named === undefined) return undefined;
  requireNeeds('validate-job', VALIDATION_NEEDS['validate-job'], destination.registry.capabilities);
  return requireValidationJob(named, destination, readText);
}

/** Notes what would validate, and whom its runs act as: they have the rights of that identity, not those of the caller. */
export function noteValidationJob({ record }: JobContext, job: ValidationJob): void {
  const evidence = evidenceOf(job);
  const { runsAs } = evidence;
  const note = runsAs === null ? 'whom its runs act as is not shown' : `its runs act as ${runsAs}`;
  if (job.kind === 'saved') record.fact('Validation job', `${job.job.name} (${job.job.id})`, note);
  else {
    const { file, sha256, compute } = job.script;
    record.fact('Validation script', `${file} (sha256 ${sha256})`, `on ${computeText(compute)}; ${note}`);
  }
  record.see({ kind: 'validation', job: evidence, result: 'not-run', ending: null, milliseconds: null });
}

/** Has a run judge a version, and notes its verdict as evidence; throws where it has none. `stays` is what becomes of the version then. */
export async function validateByJob(
  context: JobContext,
  job: ValidationJob,
  version: ModelVersion,
  { jobs, stays }: { readonly jobs: Jobs; readonly stays: string },
): Promise<Decision> {
  const { record } = context;
  const uri = uriOf(version);
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
  const ended = await run(context, job, version, {
    jobs,
    started: (id) => see(evidenceOf(job, { run: id })),
  });
  const verdict = decideJobRun(ended.run, ended.tasks);
  const { passed } = verdict;
  see(evidenceOf(job, { run: ended.run.id, of: ended.run.jobId, verdict }), {
    ending: verdict.how,
    milliseconds: ended.milliseconds,
    ...(passed === undefined ? {} : { passed }),
  });
  const named = `run ${ended.run.id} of ${validationJobText(job)}`;
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

/** Starts the run that judges a version, and waits for it. */
function run(
  { inputs, run: workflow, clock, random, environment }: JobContext,
  job: ValidationJob,
  version: ModelVersion,
  { jobs, started }: { readonly jobs: Jobs; readonly started: (run: string) => void },
): Promise<EndedRun> {
  const uri = uriOf(version);
  const values = {
    model_name: formatFullName(version.name),
    model_version: String(version.version),
    model_uri: uri,
  };
  const timeoutMs = inputs['validate-timeout'];
  const token = (of: string) => runToken(workflow, { job: of, uri }, `${clock.now()}-${random()}`);
  const waited = { of: validationJobText(job), timeoutMs, limit: 'validate-timeout', started };
  if (job.kind === 'saved') {
    const { id } = job.job;
    return jobs.saved({
      ...waited,
      order: { job: id, parameters: parametersFor(job.job, values), token: token(id) },
    });
  }
  const { script } = job;
  const { compute, runAs, sha256 } = script;
  return jobs.script({
    ...waited,
    script,
    // As a wheel gets named parameters (databricks-sdk-py 0.162.0 `PythonWheelTask`).
    arguments: Object.entries(values).map(([name, value]) => `--${name}=${value}`),
    compute,
    ...(runAs === undefined ? {} : { runAs }),
    token: token(
      canonicalJson({
        script: sha256,
        file: script.file,
        compute,
        runsAs: script.runsAs,
        by: askingJob({ environment }),
      }),
    ),
    workflow,
  });
}

function evidenceOf(
  job: ValidationJob,
  { run: id, of, verdict }: { run?: string; of?: string; verdict?: JobVerdict } = {},
): JobEvidence {
  const results = (verdict?.results ?? []).map(({ task, result }) => ({
    task,
    said: cut(canonicalJson(result.said), SAID),
  }));
  const common = { run: id ?? null, results };
  if (job.kind === 'saved') {
    const { id: saved, name, runsAs } = job.job;
    return { id: saved, name, runsAs: runsAs ?? null, ...common };
  }
  const { file, sha256, compute, runsAs } = job.script;
  const script = { sha256, compute: computeText(compute) };
  return { id: of === undefined || of === '' ? null : of, name: file, script, runsAs, ...common };
}
