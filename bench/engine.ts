import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { preparePeers } from '../scripts/peers/environment.ts';
import { inWorkspace, mlflow, ours, runOnce, type Competitor, type Taken } from './copy-run.ts';
import { servedJob, type ServedJob } from './job-node.ts';
import { isMet, printMeasured, rounded, saveMeasured, type Goal } from './result.ts';

const root = join(import.meta.dirname, '..');

/** What a process of ours may take at its peak, on either side. MB. */
const LIMIT_MB = 256;

/** How many times as fast as MLflow's client a copy in the workspace should be, its job's start included. */
const AT_LEAST = 4;

interface Row extends Taken {
  readonly size: string;
  readonly competitor: Competitor;
  /** What the job took; undefined where nothing ran as one. */
  readonly job: ServedJob | undefined;
  readonly load: number;
}

/**
 * `npm run bench:engine [-- sizes=16384,many stub=dist/copy-version.js]`: a copy by a run of the workspace beside one by this machine
 * and one by MLflow's client, on the emulator with the delays of a cloud; a number is MiB of one large file, `many` are 2,000 files.
 */
async function main(): Promise<void> {
  const options = new Map(
    process.argv.slice(2).map((each) => [each.split('=')[0] ?? '', each.split('=')[1] ?? '']),
  );
  const stub = pathToFileURL(join(root, options.get('stub') ?? 'dist/copy-version.js')).href;
  const peers = await preparePeers(root);
  if (peers.state !== 'ready') console.log(`Without MLflow: ${peers.why}`);
  const rows: Row[] = [];
  for (const size of (options.get('sizes') ?? '16384,many').split(',')) {
    const competitors = [inWorkspace(stub), ours(stub, 'full')];
    if (peers.state === 'ready') competitors.push(mlflow(peers.python, 'files-api'));
    for (const each of competitors) rows.push(await measure(each, size));
  }
  const measured = {
    name: 'engine',
    goals: rows.flatMap((row) => goalsOf(row, rows)),
    columns: ['case', 'whole ms', 'ratio', 'start ms', 'copy ms', 'peak MB', 'inside MB', 'load'],
    rows: rows.map(({ size, competitor, wholeMs, insideMs, peakMb, job, load }) => [
      `${size}: ${competitor.name}`,
      String(wholeMs),
      rounded(wholeMs / wholeOf(size, rows), 2).toFixed(2),
      job === undefined ? '' : String(job.startMs),
      ...[job?.insideMs ?? insideMs, peakMb].map(String),
      job === undefined ? '' : String(job.peakMb),
      load.toFixed(1),
    ]),
    details: { rows: rows.map(({ competitor, ...row }) => ({ ...row, competitor: competitor.name })) },
  };
  printMeasured(measured);
  await saveMeasured(measured);
  const missed = measured.goals.filter((goal) => !isMet(goal)).map(({ name }) => name);
  if (missed.length > 0) console.log(`Missed: ${missed.join('; ')}.`);
  if (rows.some(({ ok, job, competitor }) => !ok || (competitor.hasJobs === true && job === undefined)))
    process.exitCode = 1;
}

async function measure(competitor: Competitor, size: string): Promise<Row> {
  const load = rounded(loadavg()[0] ?? 0, 1);
  const taken = await runOnce(competitor, { size, profile: 'cloud', route: 'files-api' });
  const job = taken.served === '' ? undefined : servedJob.parse(JSON.parse(taken.served));
  const start = job === undefined ? '' : `, ${job.startMs} ms of them until the job had started`;
  console.log(
    `${size}: ${competitor.name}: ${taken.wholeMs} ms${start}${taken.ok ? '' : ', FAILED'} (load ${load})`,
  );
  return { size, competitor, job, load, ...taken };
}

/** How long a copy in the workspace took, which the ratios are of. */
function wholeOf(size: string, rows: readonly Row[]): number {
  return rows.find((row) => row.size === size && row.job !== undefined)?.wholeMs ?? Number.NaN;
}

/** The goals of a copy in the workspace: its memory on both sides, and its time beside the others. */
function goalsOf({ size, competitor, job, wholeMs, peakMb }: Row, rows: readonly Row[]): Goal[] {
  if (job === undefined) return [];
  const goals: Goal[] = [
    { name: `${size}: memory outside`, value: peakMb, atMost: LIMIT_MB, unit: 'MB' },
    { name: `${size}: memory inside`, value: job.peakMb, atMost: LIMIT_MB, unit: 'MB' },
  ];
  const rival = rows.find((row) => row.size === size && row.competitor.name.startsWith('MLflow'));
  if (rival === undefined) return goals;
  const name = `${size}: ${competitor.name} beside ${rival.competitor.name}`;
  const goal = { atLeast: AT_LEAST, unit: 'times as fast' } as const;
  return [
    ...goals,
    { ...goal, name, value: rounded(rival.wholeMs / wholeMs, 2) },
    {
      ...goal,
      name: `${name}, without the start of its job`,
      value: rounded(rival.wholeMs / (wholeMs - job.startMs), 2),
    },
  ];
}

await main();
