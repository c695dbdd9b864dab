import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { preparePeers } from '../test/peers/environment.ts';
import { mlflow, ours, runOnce, type Competitor, type Taken } from './copy-run.ts';

const root = join(import.meta.dirname, '..');

interface Row extends Taken {
  readonly size: string;
  readonly profile: string;
  readonly competitor: string;
  /** Load of the machine when it began: figures of a busy machine are worth less. */
  readonly load: number;
}

/**
 * `npm run bench:copy [-- sizes=demo,many,4096 profiles=local,cloud entry=dist/index.js]`: our action and MLflow's
 * client on the same emulator, one after the other; a number is MiB of one large file.
 */
async function main(): Promise<void> {
  const options = new Map(
    process.argv.slice(2).map((each) => [each.split('=')[0] ?? '', each.split('=')[1] ?? '']),
  );
  const listOf = (name: string, fallback: string) => (options.get(name) ?? fallback).split(',');
  const entry = pathToFileURL(join(root, options.get('entry') ?? 'dist/index.js')).href;
  const peers = await preparePeers(root);
  const competitors: Competitor[] = [ours(entry, 'size'), ours(entry, 'full')];
  if (peers.state === 'ready') competitors.push(mlflow(peers.python));
  else say(`Without MLflow: ${peers.why}`);
  const rows: Row[] = [];
  for (const profile of listOf('profiles', 'local,cloud')) {
    for (const size of listOf('sizes', 'demo,many,4096')) {
      for (const competitor of competitors) {
        const load = loadavg()[0] ?? 0;
        const row = {
          size,
          profile,
          competitor: competitor.name,
          load,
          ...(await runOnce(competitor, size, profile)),
        };
        rows.push(row);
        say(
          `${profile} ${size}: ${row.competitor}: ${row.wholeMs} ms whole, ${row.insideMs} inside, ${row.cpuMs} of processor, ${row.peakMb} MB${row.ok ? '' : ', FAILED'} (load ${load.toFixed(1)})`,
        );
      }
      sayRatios(rows.filter((row) => row.size === size && row.profile === profile));
    }
  }
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  const result = { at: new Date().toISOString(), node: process.version, cpus: cpus().length, rows };
  writeFileSync(join(root, 'bench', 'results', 'copy.json'), `${JSON.stringify(result, null, 2)}\n`);
}

/** How many times as long MLflow takes. */
function sayRatios(rows: readonly Row[]): void {
  const theirs = rows.find(({ competitor }) => competitor.startsWith('MLflow'));
  if (theirs === undefined) return;
  for (const row of rows.filter((each) => each !== theirs)) {
    const whole = (theirs.wholeMs / row.wholeMs).toFixed(1);
    const inside = (theirs.insideMs / row.insideMs).toFixed(1);
    say(`  MLflow takes ${whole} times as long as ${row.competitor} (whole), ${inside} times inside`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
