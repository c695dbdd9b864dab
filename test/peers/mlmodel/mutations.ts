import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseMlmodel } from '../../../src/mlmodel/mlmodel.ts';
import { signatureToJson } from '../../../src/policy/signature/json.ts';
import { Draws } from '../compatibility/random.ts';
import { mutate } from './edits.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import { runAlone, type PeerContext } from '../harness/script.ts';

const prefix = 'mlmodel mutations';
const defaultSeed = 20_261_123;
/** What a run of all peers has time for; 20,000 take about a minute. */
const defaultCount = 5_000;
/** Larger files show nothing more, and Python needs a millisecond for a kilobyte. */
const maxBytes = 1_300;
const workers = 2;

const part = z.array(z.unknown()).nullable();
const readings = z.array(
  z
    .object({
      flavors: z.array(z.string()),
      signature: z.object({ inputs: part, outputs: part, params: part }).nullable(),
    })
    .nullable(),
);

type Reading = z.infer<typeof readings>[number];
type Peer = Pick<PeerContext, 'python' | 'fixtures'>;

/**
 * Files of MLflow's and small ones of the corners of YAML, each with one to three edits, are read by MLflow and by us to the
 * same flavors and signature, or by neither. `PEER_SEED` gives another seed, `PEER_MUTATIONS` another number.
 */
export async function* mlmodelMutations({
  python,
  fixtures,
  wanted,
}: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(prefix)) return;
  const seed = Number(process.env['PEER_SEED'] ?? defaultSeed);
  const count = Number(process.env['PEER_MUTATIONS'] ?? defaultCount);
  yield await check(`${prefix}: the table of small files is what MLflow says`, async () => {
    const { cases } = await readTable(fixtures);
    const found = await ask(
      { python, fixtures },
      cases.map(({ text }) => text),
    );
    const differ = cases.filter(({ state }, index) => state !== stateOf(found[index] ?? null));
    same(
      differ.map(({ name }) => name),
      [],
      'files of another verdict',
    );
    return `${cases.length} files`;
  });
  yield await check(`${prefix}: ${count}, seed ${seed}`, async () => {
    const draws = new Draws(seed);
    const files = await readFiles(fixtures);
    const texts = Array.from({ length: count }, () => mutate(draws.pick(files), draws));
    const expected = await askAll({ python, fixtures }, texts);
    const differ = texts.flatMap((text, index) => {
      const [ours, theirs] = [ordered(readingOf(text)), ordered(expected[index] ?? null)];
      return ours === theirs || isShapeOfNoLengths(text)
        ? []
        : [`${JSON.stringify(text)}: we: ${ours}; MLflow: ${theirs}`];
    });
    if (differ.length > 0)
      throw new Error(`${differ.length} differ, such as ${differ.slice(0, 3).join(' | ')}`);
    const taken = expected.filter((reading) => reading !== null).length;
    if (taken < 0.2 * count || taken > 0.8 * count) throw new Error(`MLflow takes ${taken} of ${count}`);
    return `${files.length} files, ${taken} of the mutations taken by MLflow`;
  });
}

const verdicts = z.object({
  cases: z.array(
    z.object({ name: z.string(), text: z.string(), state: z.enum(['declared', 'absent', 'fails']) }),
  ),
});

async function readTable(fixtures: string): Promise<z.infer<typeof verdicts>> {
  return verdicts.parse(JSON.parse(await readFile(join(fixtures, 'mlmodel-verdicts.json'), 'utf8')));
}

function stateOf(reading: Reading): 'declared' | 'absent' | 'fails' {
  if (reading === null) return 'fails';
  return reading.signature === null ? 'absent' : 'declared';
}

async function readFiles(fixtures: string): Promise<string[]> {
  const real: string[] = [];
  for (const folder of ['flavors', 'mlmodel']) {
    for (const name of (await readdir(join(fixtures, folder))).sort()) {
      const bytes = await readFile(join(fixtures, folder, name, 'MLmodel')).catch(() => undefined);
      if (bytes !== undefined && bytes.length <= maxBytes) real.push(bytes.toString('utf8'));
    }
  }
  const table = await readTable(fixtures);
  // Of a file that cannot be read hardly an edit makes one that can.
  return [...real, ...table.cases.map(({ text }) => text)].filter(
    (text) => text.length <= maxBytes && parseMlmodel(Buffer.from(text)).signature.state !== 'unreadable',
  );
}

/** What we read, in the shape of a reading. An empty list, which MLflow refuses, we keep to say what is missing. */
function readingOf(text: string): object | null {
  const { signature, flavors } = parseMlmodel(Buffer.from(text));
  if (signature.state === 'absent') return { flavors, signature: null };
  if (signature.state !== 'declared') return null;
  const parts = signatureToJson(signature.signature);
  const isEmpty = Object.values(parts).every((list) => list === null);
  return isEmpty || parts.inputs?.length === 0 || parts.outputs?.length === 0
    ? null
    : { flavors, signature: parts };
}

/** A tensor whose shape holds no lengths is one that MLflow loads and that no data fit. */
function isShapeOfNoLengths(text: string): boolean {
  const { signature } = parseMlmodel(Buffer.from(text));
  return signature.state === 'unreadable' && /\bshape of element\b/u.test(signature.problem);
}

/** A value as a text, its keys in order: MLflow sorts properties. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)))
      : item,
  );
}

/** What MLflow says of all texts, in a few Pythons side by side. */
async function askAll(peer: Peer, texts: readonly string[]): Promise<Reading[]> {
  const size = Math.ceil(texts.length / workers);
  const batches = Array.from({ length: workers }, (_, at) => texts.slice(at * size, (at + 1) * size));
  return (await Promise.all(batches.map((batch) => ask(peer, batch)))).flat();
}

async function ask({ python, fixtures }: Peer, texts: readonly string[]): Promise<Reading[]> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-mutations-'));
  try {
    const [asked, written] = [join(folder, 'texts.json'), join(folder, 'readings.json')];
    const script = join(fixtures, 'make-signature-verdicts.py');
    await writeFile(asked, JSON.stringify(texts));
    await runAlone(python, 'mlmodel_mutations.py', [script, asked, written]);
    return readings.parse(JSON.parse(await readFile(written, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
