import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { actionExists, runAction, type StepResult } from '../harness/action.ts';
import { startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';

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

/** How the log tells that a half is missing; a user reads this and nothing else. */
const noInputs =
  /declares no inputs|neither inputs nor outputs|inputs and outputs are missing|list of inputs in the signature is empty/;
const noOutputs =
  /declares no outputs|neither inputs nor outputs|inputs and outputs are missing|list of outputs in the signature is empty/;

/** Which halves the log must call missing, and what else it must say. */
const sayings: Record<Exclude<Ours, 'valid'>, readonly [inputs: boolean, outputs: boolean, also: RegExp]> = {
  'missing-inputs': [true, false, /Log the model again/],
  'missing-outputs': [false, true, /Log the model again/],
  'missing-both': [true, true, /Log the model again/],
  'missing-mlmodel': [true, true, /no MLmodel file/],
  unreadable: [false, false, /cannot be read/],
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
  const { emulator, token, user } = await startDemoEmulator();
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
          host: emulator,
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
  const [inputs, outputsToo, also] = sayings[ours];
  same(
    [noInputs.test(result.log), noOutputs.test(result.log)],
    [inputs, outputsToo],
    'halves that the log calls missing',
  );
  if (!also.test(result.log))
    throw new Error(`the log does not say ${String(also)}: ${result.log.slice(-400)}`);
}
