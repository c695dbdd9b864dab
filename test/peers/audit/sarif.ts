import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../../emulator/index.ts';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import { auditSarif } from '../../../src/report/sections/sarif.ts';
import { SEED_INPUTS, seedRegistry } from '../../audit/seeds/registry.ts';
import { ROOT } from '../../imports.ts';
import { HOSTILE } from '../../report/hostile.ts';
import { unavailable, type CaseResult } from '../harness/outcome.ts';
import { preparePackages } from '../harness/packages.ts';
import { NO_SERVER, runCases, type PeerContext } from '../harness/script.ts';
import { runAudit } from './run.ts';

const SUITE = 'sarif';

/** The schema of SARIF 2.1.0 and that of our findings, by a validator of others, take what audits leave behind. */
export async function* sarifFiles({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(SUITE)) return;
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable(SUITE, packages);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-sarif-'));
  try {
    const left = { planted: await audited(folder), partial: await partial(folder), hostile: hostile() };
    const file = join(folder, 'left.json');
    await writeFile(file, JSON.stringify(left));
    const sarif = join(packages.folder, '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
    const ours = join(ROOT, 'docs/findings.schema.json');
    yield* await runCases({ python, ...NO_SERVER }, SUITE, 'sarif_files.py', [file, sarif, ours]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function audited(folder: string) {
  const emulator = await startEmulator({
    seed: (metastore) => {
      seedRegistry(metastore, 2001);
    },
  });
  try {
    return await runAudit(emulator, { ...SEED_INPUTS, verify: 'listing' }, folder);
  } finally {
    await emulator.close();
  }
}

/** An audit that could not look everywhere. */
async function partial(folder: string) {
  const emulator = await startEmulator({ seed: 'demo' });
  try {
    emulator.metastore.addVersion(PROD, { files: GOOD_FILES, tags: { uc_promote_hold: HOSTILE.join(' ') } });
    emulator.metastore.setAlias(PROD, 'Challenger', 2);
    const models = `${PROD}\nprod.ml_team.nothing\nprod.other.*`;
    return await runAudit(emulator, { models }, folder);
  } finally {
    await emulator.close();
  }
}

/** Texts that try to be something else, at every place that takes a text. */
function hostile() {
  const findings = HOSTILE.map((text, index) => ({
    model: text,
    alias: text,
    version: index + 1,
    code: 'required-tag',
    severity: 'error' as const,
    message: text,
    fix: text,
  }));
  const matchedNothing = HOSTILE.map((text) => ({ line: text, why: text }));
  const workflowRef = 'acme/models/.github/workflows/a b%[x]{0}.yml@refs/heads/main';
  return { findings, sarif: auditSarif({ findings, hidden: [], matchedNothing, workflowRef }) };
}
