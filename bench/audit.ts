import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { preparePeers } from '../scripts/peers/environment.ts';
import { CATALOG, danglingOf, requestsOf, type Fleet } from './audit-fleet.ts';
import type { Seen, Served } from './audit-server.ts';
import { actionCommand, measure, type Taken } from './copy-run.ts';
import { isMet, printMeasured, rounded, saveMeasured, type Goal, type Measured } from './result.ts';

const root = join(import.meta.dirname, '..');

const LATENCY_MS = 20;
const AT_ONCE = 16;
const PER_SECOND = 200;

/** Of the models that are listed in one page, and requests of the run itself: who the caller is. */
const LISTED_AT_ONCE = 100;

interface Row extends Taken {
  readonly name: string;
  readonly seen: Seen;
  readonly load: number;
}

/**
 * `npm run bench:audit [-- models=10000 schemas=100 mlflow=300 stub=dist/audit-aliases.js]`: an audit of so many models, 20 versions
 * and three aliases each, beside one whose requests fail now and then, and the same walk by MLflow's client over the first of them.
 */
async function main(): Promise<void> {
  const options = new Map(
    process.argv.slice(2).map((each) => [each.split('=')[0] ?? '', each.split('=')[1] ?? '']),
  );
  const numberOf = (name: string, fallback: number) => Number(options.get(name) ?? fallback);
  const models = numberOf('models', 10_000);
  const stub = pathToFileURL(join(root, options.get('stub') ?? 'dist/audit-aliases.js')).href;
  const fleet: Fleet = {
    models,
    schemas: numberOf('schemas', Math.max(1, Math.round(models / 100))),
    versions: 20,
    aliases: 3,
    signed: true,
  };
  const quiet = await ours('uc-promote', stub, { ...fleet, latencyMs: LATENCY_MS });
  const disturbed = await ours('uc-promote, disturbed', stub, {
    ...fleet,
    latencyMs: LATENCY_MS,
    faultEvery: 500,
  });
  const walked = Math.min(models, numberOf('mlflow', 300));
  const peer = walked === 0 ? undefined : await mlflow(walked, { ...fleet, latencyMs: LATENCY_MS });
  const rows = [quiet, disturbed, ...(peer === undefined ? [] : [peer])];
  const measured: Measured = {
    name: 'audit',
    goals: [
      ...goalsOf(quiet, fleet),
      ...goalsOf(disturbed, fleet).filter(({ name }) => !name.includes('requests a model')),
      ...(peer === undefined ? [] : [ratioOf(quiet, peer, models, walked)]),
    ],
    columns: [
      'case',
      'seconds',
      'processor s',
      'peak MB',
      'requests',
      'at once',
      'in a second',
      'failed',
      'load',
    ],
    rows: rows.map(({ name, wholeMs, cpuMs, peakMb, seen, load }) => [
      name,
      (wholeMs / 1000).toFixed(1),
      (cpuMs / 1000).toFixed(1),
      ...[peakMb, seen.requests, seen.atOnce, seen.inASecond, seen.failed].map(String),
      load.toFixed(1),
    ]),
    details: { fleet, latencyMs: LATENCY_MS, walkedByMlflow: walked, rows: rows.map(figuresOf) },
  };
  printMeasured(measured);
  await saveMeasured(measured);
  if (!rows.every(({ ok }) => ok) || !measured.goals.every(isMet)) process.exitCode = 1;
}

/** What is kept of a row: its outputs name folders of this machine, and what was served stands in `seen`. */
function figuresOf({ name, load, insideMs, wholeMs, cpuMs, peakMb, ok, seen }: Row) {
  return { name, load, insideMs, wholeMs, cpuMs, peakMb, ok, seen };
}

async function ours(name: string, stub: string, served: Served): Promise<Row> {
  const row = await taken(name, served, (url, report) =>
    actionCommand(stub, report, {
      DATABRICKS_HOST: url,
      DATABRICKS_TOKEN: 'emulator-promoter',
      INPUT_REGISTRY: 'databricks',
      INPUT_MODELS: `${CATALOG}.*`,
      INPUT_RATE: String(PER_SECOND),
      'INPUT_MAX-IN-FLIGHT': String(AT_ONCE),
      'INPUT_FAIL-ON': 'never',
    }),
  );
  const found = [outputOf(row.outputs, 'models-seen'), outputOf(row.outputs, 'count')].join(' and ');
  const wanted = [served.models, danglingOf(served.models)].join(' and ');
  const isRight = found === wanted && row.seen.violations.length === 0;
  if (!isRight)
    console.log(`${name}: ${found} models and findings, not ${wanted}; ${row.seen.violations.join(' ')}`);
  return { ...row, ok: row.ok && isRight };
}

async function mlflow(walked: number, served: Served): Promise<Row | undefined> {
  const peers = await preparePeers(root);
  if (peers.state !== 'ready') {
    console.log(`Without MLflow: ${peers.why}`);
    return undefined;
  }
  return taken(`MLflow's client, ${walked} models`, served, (url, report) => ({
    args: [
      peers.python,
      '-W',
      'ignore',
      join(root, 'bench', 'audit_mlflow.py'),
      report,
      CATALOG,
      String(walked),
    ],
    env: {
      DATABRICKS_HOST: url,
      DATABRICKS_TOKEN: 'emulator-promoter',
      DATABRICKS_CONFIG_FILE: '/dev/null',
      MLFLOW_TRACKING_URI: 'databricks',
      MLFLOW_REGISTRY_URI: 'databricks-uc',
      MLFLOW_USE_DATABRICKS_SDK_MODEL_ARTIFACTS_REPO_FOR_UC: 'true',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
    },
  }));
}

async function taken(name: string, served: Served, commandOf: Parameters<typeof measure>[1]): Promise<Row> {
  const load = rounded(loadavg()[0] ?? 0, 1);
  const took = await measure([join(root, 'bench', 'audit-server.ts'), JSON.stringify(served)], commandOf);
  console.log(`${name}: ${(took.wholeMs / 1000).toFixed(1)} s${took.ok ? '' : ', FAILED'}`);
  return { ...took, name, load, seen: JSON.parse(took.served) as Seen };
}

function goalsOf({ name, wholeMs, peakMb, seen }: Row, fleet: Fleet): Goal[] {
  const listing = fleet.models / LISTED_AT_ONCE;
  const allowedMs =
    Math.max(seen.requests / PER_SECOND, (seen.requests * LATENCY_MS) / 1000 / AT_ONCE) * 1000;
  const perModel = (seen.requests - seen.failed) / fleet.models;
  const allowed = (requestsOf(fleet) + listing + fleet.schemas + 2) / fleet.models;
  return [
    { name: `${name}: at once`, value: seen.atOnce, unit: 'requests', atMost: AT_ONCE },
    { name: `${name}: in any second`, value: seen.inASecond, unit: 'requests', atMost: PER_SECOND },
    { name: `${name}: requests a model`, value: rounded(perModel, 3), unit: '', atMost: rounded(allowed, 3) },
    { name: `${name}: memory`, value: peakMb, unit: 'MB', atMost: 256 },
    {
      name: `${name}: beside what rate and latency allow`,
      value: rounded(wholeMs / allowedMs, 2),
      unit: 'times as long',
      atMost: 1.5,
    },
  ];
}

function ratioOf(mine: Row, theirs: Row, models: number, walked: number): Goal {
  const value = rounded(theirs.wholeMs / walked / (mine.wholeMs / models), 2);
  return { name: "a model, beside MLflow's client", value, unit: 'times as fast', atLeast: 1 };
}

/** An output of an action in the form of the file GITHUB_OUTPUT. */
function outputOf(text: string, name: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${name}<<`) || line.startsWith(`${name}=`));
  const line = lines[at] ?? '';
  return line.includes('<<') ? (lines[at + 1] ?? '') : line.slice(name.length + 1);
}

await main();
