import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readMlmodel } from '../../../src/mlmodel/mlmodel.ts';
import { compareFacts } from '../../../src/policy/compatibility/verdict.ts';
import { check, type CaseResult } from '../harness/outcome.ts';
import { runAlone, type PeerContext } from '../harness/script.ts';

const prefix = 'compatibility of type hints';

const responses = z.array(
  z.object({
    step: z.string(),
    before: z.string(),
    after: z.string(),
    fit: z.number().positive(),
    refused: z.string().nullable(),
  }),
);

/** Each step between a model whose type hints check the input and one whose signature does, given data by MLflow itself. */
export async function* typeHints({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(prefix)) return;
  yield await check(`${prefix}: MLflow refuses a datum where we say breaking, and nowhere else`, async () => {
    const steps = await ask(python);
    const reported: string[] = [];
    for (const { step, before, after, refused } of steps) {
      const [old, now] = [before, after].map((text) => readMlmodel(Buffer.from(text)));
      if (old === undefined || now === undefined) throw new Error(`${step}: nothing was read`);
      const found = compareFacts(old, now, 'callers');
      if (found.state !== 'compared') throw new Error(`${step}: ${found.state}`);
      if (found.comparison.compatible !== (refused === null)) {
        throw new Error(
          `${step}: we say ${String(found.comparison.compatible)}; refused: ${refused ?? 'nothing'}`,
        );
      }
      reported.push(`${step}: ${refused === null ? 'compatible' : 'breaking'}`);
    }
    if (reported.length !== 4) throw new Error(`${reported.length} steps, not 4`);
    return reported.join(', ');
  });
}

async function ask(python: string): Promise<z.infer<typeof responses>> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-hints-'));
  try {
    const target = join(folder, 'answers.json');
    await runAlone(python, 'type_hints.py', [target]);
    return responses.parse(JSON.parse(await readFile(target, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
