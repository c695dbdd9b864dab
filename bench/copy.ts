import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { preparePeers } from '../scripts/peers/environment.ts';
import {
  mlflow,
  ours,
  pipe,
  runOnce,
  type BenchCase,
  type BenchRoute,
  type Competitor,
  type Taken,
} from './copy-run.ts';
import { printMeasured, rounded, saveMeasured, type Goal } from './result.ts';

const root = join(import.meta.dirname, '..');

interface Row extends Taken, BenchCase {
  readonly competitor: string;
  /** Load of the machine when it began: figures of a busy machine are worth less. */
  readonly load: number;
}

/** How many times as fast we are as a rival, and at least should be. Milliseconds of the whole process, or inside it. */
interface Aim {
  readonly at: BenchCase;
  readonly ours: string;
  readonly rival: string;
  readonly by: 'wholeMs' | 'insideMs';
  readonly atLeast: number;
}

const FULL = 'uc-promote';
const QUICK = 'uc-promote, verify: size';
const LARGE = '4096';

const cloud = (size: string, route: BenchRoute): BenchCase => ({ size, profile: 'cloud', route });
const local: BenchCase = { size: LARGE, profile: 'local', route: 'files-api' };
const AIMS: readonly Aim[] = [
  { at: local, ours: QUICK, rival: 'pipe, hashing', by: 'insideMs', atLeast: 0.95 },
  { at: local, ours: QUICK, rival: 'pipe, raw', by: 'insideMs', atLeast: 0.7 },
  { at: local, ours: FULL, rival: 'pipe, raw', by: 'insideMs', atLeast: 0.4 },
  { at: cloud(LARGE, 'files-api'), ours: QUICK, rival: 'MLflow', by: 'wholeMs', atLeast: 5 },
  { at: cloud(LARGE, 'files-api'), ours: FULL, rival: 'MLflow', by: 'wholeMs', atLeast: 4 },
  { at: cloud(LARGE, 's3'), ours: QUICK, rival: 'MLflow', by: 'wholeMs', atLeast: 2.5 },
  { at: cloud('many', 'files-api'), ours: QUICK, rival: 'MLflow', by: 'wholeMs', atLeast: 5 },
  { at: cloud('many', 'files-api'), ours: FULL, rival: 'MLflow', by: 'wholeMs', atLeast: 4 },
  { at: cloud('demo', 'files-api'), ours: FULL, rival: 'MLflow', by: 'wholeMs', atLeast: 10 },
];

/**
 * `npm run bench:copy [-- sizes=demo,many,4096 profiles=local,cloud routes=files-api,s3 stub=dist/copy-version.js]`: our action,
 * MLflow's client and bare pipes on the same emulator, one after the other; a number is MiB of one large file.
 */
async function main(): Promise<void> {
  const options = new Map(
    process.argv.slice(2).map((each) => [each.split('=')[0] ?? '', each.split('=')[1] ?? '']),
  );
  const listOf = (name: string, fallback: string) => (options.get(name) ?? fallback).split(',');
  const stub = pathToFileURL(join(root, options.get('stub') ?? 'dist/copy-version.js')).href;
  const peers = await preparePeers(root);
  if (peers.state !== 'ready') console.log(`Without MLflow: ${peers.why}`);
  const rows: Row[] = [];
  for (const profile of listOf('profiles', 'local,cloud')) {
    for (const route of listOf('routes', 'files-api,s3').map(routeOf)) {
      for (const size of listOf('sizes', `demo,many,${LARGE}`)) {
        // Files below 50 MiB go through the workspace in either route.
        if (route === 's3' && Number.isNaN(Number(size))) continue;
        const competitors: Competitor[] = [ours(stub, 'size'), ours(stub, 'full')];
        if (peers.state === 'ready') competitors.push(mlflow(peers.python, route));
        if (profile === 'local' && size === LARGE && route === 'files-api')
          competitors.push(pipe('hashing'), pipe('hashing in a worker'), pipe('raw'));
        for (const each of competitors) rows.push(await measure(each, { size, profile, route }));
      }
    }
  }
  const measured = {
    name: 'copy',
    goals: AIMS.flatMap((aim) => goalOf(aim, rows)),
    columns: ['case', 'whole ms', 'inside ms', 'processor ms', 'peak MB', 'load'],
    rows: rows.map((row) => [
      `${row.profile} ${row.size} ${row.route}: ${row.competitor}`,
      ...[row.wholeMs, row.insideMs, row.cpuMs, row.peakMb].map(String),
      row.load.toFixed(1),
    ]),
    details: { rows },
  };
  printMeasured(measured);
  await saveMeasured(measured);
  if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
}

async function measure(competitor: Competitor, at: BenchCase): Promise<Row> {
  const load = rounded(loadavg()[0] ?? 0, 1);
  const row = { ...at, competitor: competitor.name, load, ...(await runOnce(competitor, at)) };
  const failed = row.ok ? '' : ', FAILED';
  console.log(`${at.profile} ${at.size} ${at.route}: ${row.competitor}: ${row.wholeMs} ms${failed}`);
  return row;
}

function goalOf({ at, ours, rival, by, atLeast }: Aim, rows: readonly Row[]): Goal[] {
  const there = rows.filter(
    ({ size, profile, route }) => size === at.size && profile === at.profile && route === at.route,
  );
  const mine = there.find(({ competitor }) => competitor === ours);
  const theirs = there.find(({ competitor }) => competitor.startsWith(rival));
  if (mine === undefined || theirs === undefined) return [];
  const name = `${at.profile} ${at.size} ${at.route}: ${ours} beside ${theirs.competitor}`;
  return [{ name, value: rounded(theirs[by] / mine[by], 2), atLeast, unit: 'times as fast' }];
}

function routeOf(text: string): BenchRoute {
  if (text !== 'files-api' && text !== 's3') throw new Error(`There is no route ${text}.`);
  return text;
}

await main();
