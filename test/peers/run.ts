import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actActions } from './act-actions.ts';
import { actWorkflows } from './act-workflows.ts';
import { actionlint } from './actionlint.ts';
import { signingIn } from './auth.ts';
import { copies } from './copies.ts';
import { compatibility } from './compatibility.ts';
import { preparePeers } from './environment.ts';
import { gitHub } from './github.ts';
import { interop } from './interop.ts';
import { languageService } from './language-service.ts';
import { mission } from './mission.ts';
import { mlflowSuites } from './mlflow-suites.ts';
import { modelSigning } from './model-signing.ts';
import { Tally, check, same } from './outcome.ts';
import { mlflowRegistry } from './registries-mlflow.ts';
import { unityCatalogRegistry } from './registries-unity-catalog.ts';
import { root } from './script.ts';
import type { PeerContext } from './script.ts';
import { signatureAgreement } from './signature-agreement.ts';
import { zizmor } from './zizmor.ts';

const minimumNode = 24;

/**
 * Runs the peer cases, all or those whose suite name contains an argument, and gives the exit code;
 * `CI=true` turns a skip into a failure unless PyPI does not answer.
 */
async function main(): Promise<0 | 1> {
  const tally = new Tally();
  const major = Number(process.versions.node.split('.')[0]);
  if (major !== minimumNode) {
    tally.add({
      verdict: 'FAILED',
      name: 'harness',
      detail: `runs on Node ${process.versions.node}, not ${minimumNode}`,
    });
    return tally.close();
  }
  const peers = await preparePeers(root);
  if (peers.state === 'unavailable') {
    const mustRun = process.env['CI'] === 'true' && !peers.excused;
    if (mustRun)
      tally.add({
        verdict: 'FAILED',
        name: 'mlflow',
        detail: `not ready, and PyPI is no excuse: ${peers.why}`,
      });
    else tally.skipPeer('mlflow', peers.why);
    return tally.close();
  }
  console.log(`Node ${process.versions.node}, ${peers.versions}`);
  const filters = process.argv.slice(2);
  const wanted = (name: string): boolean =>
    filters.length === 0 || filters.some((part) => name.includes(part));
  const originals = join(root, 'test', 'fixtures');
  const before = await digestFolder(originals);
  // Peers never see the originals: given a file URI, MLflow 3.17.2 deletes the folder that it registers.
  const work = await mkdtemp(join(tmpdir(), 'uc-promote-fixtures-'));
  try {
    const fixtures = join(work, 'fixtures');
    await cp(originals, fixtures, { recursive: true });
    const context: PeerContext = { python: peers.python, fixtures, wanted };
    const suites = [
      mlflowSuites,
      signatureAgreement,
      interop,
      copies,
      mission,
      compatibility,
      mlflowRegistry,
      unityCatalogRegistry,
      signingIn,
      modelSigning,
      actActions,
      actWorkflows,
      gitHub,
      languageService,
      actionlint,
      zizmor,
    ];
    let cases = 0;
    for (const suite of suites) {
      for await (const result of suite(context)) {
        tally.add(result);
        cases += 1;
      }
    }
    if (cases === 0) {
      tally.add({
        verdict: 'FAILED',
        name: 'harness',
        detail: `no suite is named like ${filters.join(', ')}`,
      });
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  tally.add(
    await check('harness: test/fixtures is as it was', async () => {
      same(await digestFolder(originals), before, 'sha256 of the folder');
      return '';
    }),
  );
  return tally.close();
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
