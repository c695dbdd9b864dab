import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseSignature } from '../../../src/mlmodel/signature.ts';
import { check, type CaseResult } from '../harness/outcome.ts';
import { runAlone, type PeerContext } from '../harness/script.ts';

const count = 2000;
const responses = z.array(
  z.object({ part: z.enum(['inputs', 'params']), text: z.string(), mlflow: z.boolean() }),
);

/** Fresh texts of signatures, whole and broken: our reader and MLflow's take and refuse the same ones. */
export function readTheSame(
  { python, fixtures }: PeerContext,
  prefix: string,
  seed: number,
): Promise<CaseResult> {
  return check(`${prefix}: our reader and MLflow's take the same texts`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-texts-'));
    try {
      const target = join(folder, 'texts.json');
      const script = join(fixtures, 'make-signature-verdicts.py');
      await runAlone(python, 'compatibility_texts.py', [script, String(seed), String(count), target]);
      const cases = responses.parse(JSON.parse(await readFile(target, 'utf8')));
      const differ = cases.filter(({ part, text, mlflow }) => {
        const parts = { inputs: null, outputs: null, params: null, [part]: text };
        const reading = parseSignature(parts);
        if (reading.ok === mlflow) return false;
        // An empty list is kept on purpose, to say what is missing. A tensor whose shape holds no lengths is one that
        // MLflow loads and that no data fit.
        const known = reading.ok ? text === '[]' : /\bshape\b|dtype is unknown/u.test(reading.problem);
        return !known;
      });
      if (differ.length > 0) {
        const [first] = differ;
        throw new Error(
          `${differ.length} of ${cases.length} differ, such as ${first?.part ?? ''} ${first?.text ?? ''}`,
        );
      }
      return `${cases.length} texts, ${cases.filter(({ mlflow }) => mlflow).length} of them taken, seed ${seed}`;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
