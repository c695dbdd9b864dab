import { ACTIONS } from '../../src/index.ts';
import { ownerIn } from '../../scripts/owner.ts';
import { ROOT } from '../imports.ts';
import { expand, lets, type Contexts } from './expression.ts';
import type { ActionBench, ActionRun, RunOptions } from './harness.ts';
import { Artifacts, type JobFiles } from './job-files.ts';
import { runScript } from './run-script.ts';
import type { Job, Workflow } from './workflow-file.ts';

/** What a job has of GitHub beside its contexts. */
export interface WorkflowOptions extends RunOptions {
  /** Variables and secrets of the environments, which a job that names one sees in place of the repository's. */
  readonly environments?: Readonly<Record<string, Contexts>>;
  /** The variables of a job that may ask for ID tokens (`id-token: write`), by the environment that it names. */
  readonly idTokens?: (environment: string | undefined) => Readonly<Record<string, string>>;
  /** What happens while a job waits, such as for its reviewers, after the steps that ran. */
  readonly betweenJobs?: (ran: readonly RanStep[]) => void;
  /** Files of the repository that scripts read, by path. */
  readonly checkedOut?: Readonly<Record<string, string>>;
  /** What happens right before a step. */
  readonly beforeStep?: (step: { readonly id: string; readonly uses: string }) => void;
  /** The step during which the run is cancelled: an action ends before it is, a script does not. */
  readonly cancelledIn?: (step: { readonly uses: string; readonly script: string }) => boolean;
  /** Outputs of jobs of an earlier attempt, by their names: where others are run again, those are not. */
  readonly kept?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A step of ours that was run. */
export interface RanStep {
  readonly job: string;
  readonly uses: string;
  readonly seen: ActionRun;
}

/**
 * Runs a workflow: its jobs in the order of the file, each as often as its matrix says, with their conditions and outputs; the steps
 * that use our actions, and its scripts in bash. Of the actions of others, those for artifacts are stood in for, the rest is left out.
 */
export async function runWorkflow(
  { on, env, jobs }: Workflow,
  bench: Pick<ActionBench, 'run'>,
  contexts: Contexts,
  options: WorkflowOptions = {},
): Promise<RanStep[]> {
  const inputs = calledInputs(on, contexts['inputs'] ?? {});
  const needs: Record<string, Readonly<Record<string, string>>> = {};
  const ended = new Map<string, 'success' | 'failure' | 'skipped'>();
  const ran: RanStep[] = [];
  const artifacts = new Artifacts();
  for (const [name, job] of Object.entries(jobs)) {
    const kept = options.kept?.[name];
    if (kept !== undefined) {
      ended.set(name, 'success');
      needs[`needs.${name}.outputs`] = kept;
      continue;
    }
    if (ran.length > 0) options.betweenJobs?.(ran);
    const known = { ...contexts, inputs, ...needs };
    const before = job.needs.map((each) => ended.get(each) ?? 'skipped');
    const failed = before.some((each) => each !== 'success');
    if (!lets(job.if, known, { failed })) {
      ended.set(name, 'skipped');
      needs[`needs.${name}.outputs`] = {};
      continue;
    }
    const outputs: Record<string, string> = {};
    let result: 'success' | 'failure' = 'success';
    for (const matrix of legsOf(job)) {
      const files = artifacts.openJob();
      const leg = await runJob({ name, job, env, files }, bench, { ...known, matrix }, options);
      ran.push(...leg.ran);
      if (leg.failed) result = 'failure';
      // An output that is empty is left out, also where another leg of the matrix gave it (actions/runner, JobExtension.cs).
      for (const [key, value] of Object.entries(leg.outputs)) if (value !== '') outputs[key] = value;
    }
    ended.set(name, result);
    needs[`needs.${name}.outputs`] = outputs;
  }
  return ran;
}

/** The inputs of a workflow that is called: those that it declares, each as its type, and no other. */
function calledInputs({ workflow_call }: Workflow['on'], given: Contexts[string]): Contexts[string] {
  if (workflow_call === undefined) return given;
  const unknown = Object.keys(given).filter((name) => !(name in workflow_call.inputs));
  if (unknown.length > 0) throw new Error(`The workflow has no input ${unknown.join(', ')}.`);
  return Object.fromEntries(
    Object.entries(workflow_call.inputs).map(([name, { type, required, default: otherwise }]) => {
      const value = given[name] ?? otherwise;
      if (value === undefined && required) throw new Error(`The input ${name} is missing.`);
      return [name, type === 'boolean' ? String(value) === 'true' : (value ?? '')];
    }),
  );
}

/** The values of the matrix, a set for each time that a job runs. */
function legsOf({ strategy }: Job): Readonly<Record<string, string>>[] {
  const matrix = strategy?.matrix ?? {};
  if (isListed(matrix)) return matrix.include;
  return Object.entries(matrix).reduce<Readonly<Record<string, string>>[]>(
    (legs, [key, values]) => legs.flatMap((leg) => values.map((value) => ({ ...leg, [key]: value }))),
    [{}],
  );
}

type Matrix = NonNullable<Job['strategy']>['matrix'];

function isListed(
  matrix: Matrix,
): matrix is Extract<Matrix, { include: Readonly<Record<string, string>>[] }> {
  return (matrix['include'] ?? []).some((each) => typeof each === 'object');
}

interface RunningJob {
  readonly name: string;
  readonly job: Job;
  /** Variables of the whole workflow. */
  readonly env: Readonly<Record<string, string>>;
  readonly files: JobFiles;
}

interface EndedJob {
  readonly ran: readonly RanStep[];
  readonly failed: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

async function runJob(
  { name, job, env, files }: RunningJob,
  bench: Pick<ActionBench, 'run'>,
  contexts: Contexts,
  {
    environments = {},
    idTokens = () => ({}),
    beforeStep,
    cancelledIn = () => false,
    ...options
  }: WorkflowOptions,
): Promise<EndedJob> {
  const place = job.environment === undefined ? undefined : expand(job.environment, contexts);
  const own = place === undefined ? {} : (environments[place] ?? {});
  const known = { ...contexts, ...overlaid(contexts, own), runner: { temp: files.folder } };
  const vouched = job.permissions['id-token'] === 'write' ? idTokens(place) : {};
  const valuesOf = (values: Readonly<Record<string, string>>, more: Contexts = {}) =>
    Object.fromEntries(
      Object.entries(values).map(([key, text]) => [key, expand(text, { ...known, ...more })]),
    );
  const environment = { ...valuesOf(env), ...valuesOf(job.env) };
  const outputs: Record<string, Readonly<Record<string, string>>> = Object.fromEntries(
    job.steps.flatMap(({ id }) => (id === undefined ? [] : [[`steps.${id}.outputs`, {}] as const])),
  );
  const ran: RanStep[] = [];
  let failed = false;
  let cancelled = false;
  for (const each of job.steps) {
    const here = { env: environment, ...outputs };
    if (!lets(each.if, { ...known, ...here }, { failed, cancelled })) continue;
    cancelled ||= cancelledIn({ uses: each.uses ?? '', script: each.run ?? '' });
    if (each.run !== undefined) {
      if (cancelled) continue;
      const script = runScript(
        each.run,
        { RUNNER_TEMP: files.folder, ...environment, ...valuesOf(each.env, here) },
        options.checkedOut,
      );
      if (!script.succeeded) failed = true;
      if (each.id !== undefined) outputs[`steps.${each.id}.outputs`] = script.outputs;
      continue;
    }
    const uses = each.uses ?? '';
    const action = actionOf(uses);
    if (action === undefined) {
      if (/^actions\/(?:up|down)load-artifact@/u.test(uses)) files.artifact(uses, valuesOf(each.with, here));
      continue;
    }
    beforeStep?.({ id: each.id ?? '', uses });
    const seen = await bench.run(await ACTIONS[action](), valuesOf(each.with, here), {
      ...options,
      // A job has no variable with a token but what its workflow sets.
      environment: {
        DATABRICKS_TOKEN: '',
        RUNNER_TEMP: files.folder,
        ...options.environment,
        ...vouched,
        ...environment,
        ...valuesOf(each.env, here),
      },
    });
    ran.push({ job: name, uses, seen });
    if (seen.exitCode !== 0) failed = true;
    if (each.id !== undefined) outputs[`steps.${each.id}.outputs`] = seen.outputs;
  }
  return { ran, failed: failed || cancelled, outputs: valuesOf(job.outputs, outputs) };
}

/** Each context of an environment over that of the repository. */
function overlaid(contexts: Contexts, own: Contexts): Contexts {
  const entries = Object.entries(own).map(([name, values]) => [name, { ...contexts[name], ...values }]);
  return Object.fromEntries(entries) as Contexts;
}

const OWN_USES = new RegExp(
  String.raw`^(?:${ownerIn(ROOT)}/uc-promote|\.)(?:/(?<folder>[a-z-]*))?(?:@v1)?$`,
  'u',
);

/** The action of ours that a `uses:` means: the root action, or the one in a folder. */
function actionOf(uses: string): keyof typeof ACTIONS | undefined {
  const own = OWN_USES.exec(uses);
  if (own === null) return undefined;
  const folder = own.groups?.['folder'] ?? '';
  const name = Object.keys(ACTIONS).find((each) => each === (folder === '' ? 'promote' : folder));
  if (name === undefined) throw new Error(`${uses} is no action of ours.`);
  return name as keyof typeof ACTIONS;
}
