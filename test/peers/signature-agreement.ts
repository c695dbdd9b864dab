import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { actionExists, runAction } from './action.ts';
import type { StepResult } from './action.ts';
import { check, missingBundle } from './outcome.ts';
import type { CaseResult } from './outcome.ts';
import type { PeerContext } from './script.ts';
import { startWorld } from './world.ts';

const table = z.record(
  z.string(),
  z.object({
    mlflow: z.enum(['accepted', 'unloadable', 'no-signature', 'outputs-missing', 'crash']),
    ours: z.enum([
      'valid',
      'missing-inputs',
      'missing-outputs',
      'missing-both',
      'missing-mlmodel',
      'unreadable',
    ]),
  }),
);

type Ours = z.infer<typeof table>[string]['ours'];

/** What the log must say of each verdict; a user reads this and nothing else. */
const words: Record<Exclude<Ours, 'valid'>, readonly RegExp[]> = {
  'missing-inputs': [/\binputs?\b/i],
  'missing-outputs': [/\boutputs?\b/i],
  'missing-both': [/signature|inputs.*outputs/is],
  'missing-mlmodel': [/MLmodel/],
  unreadable: [/MLmodel|signature/],
};

/**
 * The only folders on which MLflow registers what `validate-signature` refuses: MLflow never looks at the
 * inputs (uc-protocol, section 8.2; seen with mlflow-skinny 3.17.2), the mission wants both halves.
 */
const knownDifferences = ['outputs-only', 'outputs-and-params'];

/**
 * For every folder of the table: a version with its files, put into the registry without a client, judged by
 * `validate-signature`. MLflow's own verdicts on the same folders are the cases of `table.py`.
 */
export async function* signatureAgreement({ fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const prefix = 'validate-signature';
  if (!wanted(prefix)) return;
  if (!(await actionExists('validate-signature'))) {
    yield missingBundle(prefix, prefix);
    return;
  }
  const folder = join(fixtures, 'mlmodel');
  const cases = table.parse(JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')));
  const { emulator, token, user } = await startWorld();
  const differences: string[] = [];
  try {
    for (const [name, { mlflow, ours }] of Object.entries(cases)) {
      const model = `staging.ml_team.case_${name.replaceAll('-', '_')}`;
      const files: Record<string, Uint8Array> = {};
      for (const file of await readdir(join(folder, name)))
        files[file] = await readFile(join(folder, name, file));
      emulator.metastore.createModel(model, { owner: user });
      emulator.metastore.addVersion(model, { files });
      yield await check(`${prefix}: ${name}`, async () => {
        const result = await runAction({
          action: 'validate-signature',
          with: { model, version: '1' },
          url: emulator.url,
          token,
        });
        expectVerdict(result, ours);
        const accepts = result.outputs['valid'] === 'true';
        if (accepts !== (mlflow === 'accepted')) differences.push(name);
        return `${ours}, outcome ${result.outputs['outcome'] ?? 'none'}; MLflow: ${mlflow}`;
      });
    }
    yield await check(`${prefix}: agrees with MLflow's registration but for the known difference`, () => {
      if (differences.join() !== knownDifferences.join())
        throw new Error(`they differ on: ${differences.join(', ')}`);
      return `${Object.keys(cases).length} folders, different: ${differences.join(', ')}`;
    });
  } finally {
    await emulator.close();
  }
}

function expectVerdict(result: StepResult, ours: Ours): void {
  const { outputs, code } = result;
  const expected =
    ours === 'valid'
      ? { valid: 'true', outcome: 'ok', code: 0 }
      : { valid: 'false', outcome: 'blocked', code: 1 };
  const found = { valid: outputs['valid'], outcome: outputs['outcome'], code };
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(
      `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}; log: ${result.log.slice(-400)}`,
    );
  }
  if (outputs['allowed'] !== outputs['valid']) throw new Error('allowed and valid differ');
  if (ours === 'valid') return;
  const unsaid = words[ours].filter((word) => !word.test(result.log));
  if (unsaid.length > 0)
    throw new Error(`the log does not say ${unsaid.join(' ')}: ${result.log.slice(-400)}`);
}
