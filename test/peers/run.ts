import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparePeers } from '../../scripts/peers/environment.ts';
import { root } from '../../scripts/peers/folder.ts';
import { versionsInUse } from '../../scripts/peers/table.ts';
import { check, failure, same, unavailable, type CaseResult } from './harness/outcome.ts';
import type { PeerContext } from './harness/script.ts';
import { Tally } from './harness/tally.ts';
import { suites, type Suite } from './suites.ts';

const minimumNode = 24;

/**
 * Runs the peer cases, all or those whose suite name contains an argument, and gives the exit code. A required peer that
 * is not here is a failure, unless its registry of packages does not answer.
 */
async function main(): Promise<0 | 1> {
  const tally = new Tally();
  const major = Number(process.versions.node.split('.')[0]);
  if (major !== minimumNode) {
    const detail = `runs on Node ${process.versions.node}, not ${minimumNode}`;
    tally.add({ verdict: 'FAILED', name: 'harness', detail });
    return tally.close();
  }
  const versions = await versionsInUse();
  console.log(
    `Node ${process.versions.node}; ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')}`,
  );
  const python = await preparePeers(root);
  if (python.state === 'unavailable') tally.add(unavailable('Python', python));
  else console.log(`Installed: ${python.versions}`);
  const filters = process.argv.slice(2);
  const named = (name: string): boolean => filters.some((part) => name.includes(part));
  const wanted = (name: string): boolean => filters.length === 0 || named(name);
  const originals = join(root, 'test', 'fixtures');
  const before = await digestFolder(originals);
  // Peers never see the originals: given a file URI, MLflow 3.17.2 deletes the folder that it registers.
  const work = await mkdtemp(join(tmpdir(), 'uc-promote-fixtures-'));
  try {
    const fixtures = join(work, 'fixtures');
    await cp(originals, fixtures, { recursive: true });
    if (python.state === 'ready') await runAll({ python: python.python, fixtures, wanted, named }, tally);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  tally.add(
    await check('harness: test/fixtures is as it was', async () => {
      same(await digestFolder(originals), before, 'sha256 of the folder');
      return '';
    }),
  );
  tally.table(versions);
  return tally.close();
}

/** Two suites at a time; the lines of one stay together. */
async function runAll(context: PeerContext, tally: Tally): Promise<void> {
  const waiting = [...suites];
  let cases = 0;
  const work = async () => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const results = await collect(suite, context);
      for (const result of results) tally.add(result, suite.peers);
      cases += results.length;
    }
  };
  await Promise.all([work(), work()]);
  if (cases > 0) return;
  tally.add({
    verdict: 'FAILED',
    name: 'harness',
    detail: `no suite is named like ${process.argv.slice(2).join(', ')}`,
  });
}

async function collect({ run }: Suite, context: PeerContext): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  try {
    for await (const result of run(context)) results.push(result);
  } catch (error) {
    results.push(failure(`${run.name}: runs to its end`, error));
  }
  return results;
}

/** sha256 over the paths and bytes of every file below a folder. */
async function digestFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const path of paths.sort()) hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex');
}

process.exitCode = await main();
// What a suite left open must not keep the run, nor cut off its last lines: they get a moment to be written.
setTimeout(() => process.exit(), 10_000).unref();
