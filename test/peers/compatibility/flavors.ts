import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseMlmodel } from '../../../src/mlmodel/mlmodel.ts';
import { NO_SIGNATURE } from '../../../src/policy/compatibility/compare.ts';
import { signatureToJson } from '../../../src/policy/signature/json.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import { runAlone, type PeerContext } from '../harness/script.ts';

const part = z.array(z.unknown()).nullable();
const responses = z.record(
  z.string(),
  z.object({ flavors: z.array(z.string()), inputs: part, outputs: part, params: part }),
);

/** Every MLmodel file of test/fixtures/flavors is read by MLflow and by us to the same flavours and signature. */
export function readFlavors({ python, fixtures }: PeerContext, prefix: string): Promise<CaseResult> {
  return check(`${prefix}: MLmodel files of many flavours are read as MLflow reads them`, async () => {
    const flavors = join(fixtures, 'flavors');
    const found = await ask(python, flavors);
    const names = Object.keys(found);
    for (const [name, expected] of Object.entries(found)) {
      const mlmodel = parseMlmodel(await readFile(join(flavors, name, 'MLmodel')));
      const { signature } = mlmodel;
      if (signature.state !== 'declared' && signature.state !== 'absent')
        throw new Error(`${name}: ${signature.state}`);
      const { inputs, outputs, params } = signatureToJson(
        signature.state === 'declared' ? signature.signature : NO_SIGNATURE,
      );
      same({ flavors: [...(mlmodel.flavors ?? [])].sort(), inputs, outputs, params }, expected, name);
    }
    const all = new Set(Object.values(found).flatMap((each) => each.flavors));
    if (names.length < 30) throw new Error(`only ${names.length} files were read`);
    return `${names.length} files of ${all.size} flavours`;
  });
}

async function ask(python: string, flavors: string): Promise<z.infer<typeof responses>> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-flavors-'));
  try {
    const target = join(folder, 'answers.json');
    await runAlone(python, 'compatibility_flavors.py', [flavors, target]);
    return responses.parse(JSON.parse(await readFile(target, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
