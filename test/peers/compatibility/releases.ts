import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { OLD_RELEASES, prepareRelease } from '../../../scripts/peers/environment.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { parseSignature } from '../../../src/mlmodel/signature.ts';
import { check, unavailable, type CaseResult } from '../harness/outcome.ts';
import { runAlone, type PeerContext } from '../harness/script.ts';
import { Draws, SCALARS } from './random.ts';

const prefix = 'signature releases';
const defaultSeed = 20_261_124;
const count = 3_000;

const readings = z.array(z.array(z.boolean().nullable()).nullable());
type Readings = z.infer<typeof readings>;

/**
 * Signatures as old releases of MLflow wrote them, and with one thing changed: we read what the release that wrote the file
 * reads, or a newer one does, and find the same columns optional. `PEER_SEED` gives another seed.
 */
export async function* signatureReleases({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(prefix)) return;
  const seed = Number(process.env['PEER_SEED'] ?? defaultSeed);
  const draws = new Draws(seed);
  const texts = Array.from({ length: count }, () => JSON.stringify(drawColumns(draws)));
  const newest = await ask(python, texts);
  let newer = newest;
  for (const release of OLD_RELEASES) {
    const environment = await prepareRelease(root, release);
    if (environment.state === 'unavailable') {
      yield unavailable(`${prefix}: MLflow ${release}`, environment);
      continue;
    }
    yield await check(`${prefix}: MLflow ${release}, seed ${seed}`, async () => {
      const own = await ask(environment.python, texts);
      const differ = texts.flatMap((text, index) => {
        const ours = read(text, release);
        const wanted = JSON.stringify(own[index] ?? newer[index] ?? newest[index] ?? null);
        return JSON.stringify(ours) === wanted
          ? []
          : [`${text}: we: ${JSON.stringify(ours)}; MLflow: ${wanted}`];
      });
      if (differ.length > 0) {
        throw new Error(`${differ.length} differ, such as ${differ.slice(0, 3).join(' | ')}`);
      }
      const alone = texts.filter((_text, index) => own[index] !== null && newest[index] === null).length;
      if (alone < count / 20) throw new Error(`only ${alone} are read by this release and not by the newest`);
      newer = own;
      return `${count} texts, ${alone} read by this release only (${environment.versions})`;
    });
  }
}

/** Whether each column must be there, as we read it; null where we refuse the text. An empty list MLflow refuses. */
function read(text: string, release: string): (boolean | null)[] | null {
  const reading = parseSignature({ inputs: text, outputs: null, params: null }, release);
  if (!reading.ok || reading.signature.inputs?.length === 0) return null;
  return (reading.signature.inputs ?? []).map((spec) => (spec.kind === 'column' ? spec.required : null));
}

const NESTED = [
  { type: 'array', items: { type: 'long' } },
  { type: 'object', properties: { a: { type: 'string', required: true } } },
  { type: 'map', values: { type: 'double' } },
  { type: 'any' },
] as const;

/** Columns, most of them scalar, that say `optional`, `required`, both or neither, most of them with names. */
function drawColumns(draws: Draws): object[] {
  const isNamed = draws.chance(0.9);
  const key = draws.pick(['optional', 'optional', 'required', 'either']);
  return Array.from({ length: 1 + draws.below(3) }, (_, index) => {
    const type = draws.chance(0.75) ? { type: draws.pick(SCALARS) } : draws.pick(NESTED);
    const has = (which: string): boolean =>
      key === which ? draws.chance(0.6) : key === 'either' && draws.chance(0.25);
    return {
      ...type,
      ...(isNamed || draws.chance(0.1) ? { name: `c${index}` } : {}),
      ...(has('optional') ? { optional: draws.pick([true, true, false, null]) } : {}),
      ...(has('required') ? { required: draws.pick([true, false, false]) } : {}),
      ...(draws.chance(0.03) ? { unit: 'EUR' } : {}),
    };
  });
}

async function ask(python: string, texts: readonly string[]): Promise<Readings> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-releases-'));
  try {
    const [asked, written] = [join(folder, 'texts.json'), join(folder, 'readings.json')];
    await writeFile(asked, JSON.stringify(texts));
    await runAlone(python, 'signature_releases.py', [asked, written]);
    return readings.parse(JSON.parse(await readFile(written, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
