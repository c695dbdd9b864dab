import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { SignatureChange } from '../../../src/domain/signature-change.ts';
import { EDITS } from './edits.ts';
import { readFlavors } from './flavors.ts';
import { cellsOf, countOf, drawPairs, type Cell, type Pair } from './pairs.ts';
import { Draws } from './random.ts';
import { readTheSame } from './texts.ts';
import { check, type CaseResult } from '../harness/outcome.ts';
import { runAlone, type PeerContext } from '../harness/script.ts';

const prefix = 'compatibility';
const defaultSeed = 20_261_122;
const quota = { perCell: 50, alone: 20, compatible: 0.42, max: 8000 };
/** Pairs that one Python is given; so many run side by side. */
const batch = 500;
const workers = Math.min(4, Math.max(2, availableParallelism()));

const responses = z.array(
  z.object({
    id: z.number(),
    routes: z.record(z.string(), z.object({ fit: z.number(), refused: z.number() })),
    first: z.object({ route: z.string(), datum: z.string(), problem: z.string() }).nullable(),
  }),
);

type Answer = z.infer<typeof responses>[number];

/**
 * Where our verdict differs from MLflow's enforcement on purpose: docs/signature-compatibility.md gives the reason of
 * each. A difference of no class, or of a sixth, fails.
 */
const classes: readonly {
  readonly name: string;
  /** Whether the class explains this: data refused although compatible, or nothing refused although breaking. */
  readonly explains: (pair: Pair, response: Answer) => boolean;
}[] = [
  {
    name: 'short-forms: a dict or a bare list is read in another way',
    explains: ({ comparison }, response) =>
      comparison.compatible &&
      has(comparison.changes, 'reading-changed') &&
      refusedOnlyBy(response, ['short', 'short-json']),
  },
  {
    name: 'open-length: data frames for a tensor with an open inner length',
    explains: ({ comparison }, response) =>
      comparison.compatible &&
      comparison.changes.some((change) => change.kind === 'length-opened' && change.class === 'warning') &&
      refusedOnlyBy(response, ['frame', 'frame-json']),
  },
  {
    name: 'taken-otherwise: what callers send is dropped or read as something else, not refused',
    explains: (pair, response) =>
      nothingRefusedThough(pair.comparison.changes, response, isTakenOtherwise(pair)),
  },
  {
    name: 'unread-outputs: MLflow enforces no outputs',
    explains: (pair, response) =>
      nothingRefusedThough(
        pair.comparison.changes,
        response,
        (change) => change.path.startsWith('outputs') || isTakenOtherwise(pair)(change),
      ),
  },
  {
    name: 'objects-as-text: text, bytes and truth values take a column of objects',
    explains: (pair, response) =>
      nothingRefusedThough(
        pair.comparison.changes,
        response,
        (change) =>
          isTakenOtherwise(pair)(change) ||
          change.path.startsWith('outputs') ||
          (change.kind === 'type-changed' &&
            /^(?:array|map|object|Spark)\b/u.test(change.before ?? '') &&
            /^(?:string|binary|boolean)$/u.test(change.after ?? '')),
      ),
  },
];

/** Judges `compareSignatures` by what MLflow's own enforcement takes and refuses. `PEER_SEED` gives another seed. */
export async function* compatibility(context: PeerContext): AsyncGenerator<CaseResult> {
  const { python, wanted } = context;
  if (!wanted(prefix)) return;
  const seed = Number(process.env['PEER_SEED'] ?? defaultSeed);
  yield await readFlavors(context, prefix);
  yield await readTheSame(context, prefix, seed);
  const pairs = drawPairs(new Draws(seed), quota);
  for (const edit of EDITS) {
    yield await check(`${prefix}: edit × verdict: ${edit.name}`, () =>
      cellsOf(quota)
        .filter((each) => each.edit === edit)
        .map((each) => rowOf(pairs, each))
        .join(', '),
    );
  }
  yield await check(`${prefix}: pairs, seed ${seed}`, () => {
    const compatible = pairs.filter((pair) => pair.comparison.compatible).length;
    if (compatible < 0.4 * pairs.length) throw new Error(`${compatible} of ${pairs.length} are compatible`);
    const cells = cellsOf(quota);
    const full = cells.filter(({ impossible }) => impossible === undefined).length;
    return `${pairs.length} pairs, ${compatible} compatible; ${EDITS.length} edits, ${full} cells with ${quota.perCell} or more, ${cells.length - full} that cannot be`;
  });
  const found = new Map<string, number>();
  const wrong: string[] = [];
  const data = { fit: 0, refused: 0, silent: 0 };
  yield await check(`${prefix}: MLflow enforces what the verdicts say`, async () => {
    const answered = new Map((await askAll(python, pairs)).map((response) => [response.id, response]));
    for (const pair of pairs) {
      const response = answered.get(pair.id);
      if (response === undefined) throw new Error(`no answer about pair ${pair.id}`);
      const routes = Object.values(response.routes);
      const fit = routes.reduce((sum, route) => sum + route.fit, 0);
      const refused = routes.reduce((sum, route) => sum + route.refused, 0);
      data.fit += fit;
      data.refused += refused;
      if (fit === 0) data.silent += 1;
      if (pair.comparison.compatible ? refused === 0 : refused > 0) continue;
      const known = classes.find((each) => each.explains(pair, response));
      if (known === undefined) wrong.push(describe(pair, response));
      else found.set(known.name, (found.get(known.name) ?? 0) + 1);
    }
    if (wrong.length > 0)
      throw new Error(`${wrong.length} verdicts differ, such as ${wrong.slice(0, 5).join(' | ')}`);
    return `${data.fit} data that fit, ${data.refused} of them refused; ${data.silent} pairs that no datum fits`;
  });
  for (const { name } of classes) {
    yield await check(`${prefix}: known difference: ${name}`, () => `${found.get(name) ?? 0} pairs`);
  }
}

/** One cell of the table in words; throws where it is thin, or holds what cannot be. */
function rowOf(pairs: readonly Pair[], cell: Cell): string {
  const { all, alone } = countOf(pairs, cell);
  const verdict = cell.compatible ? 'compatible' : 'breaking';
  if (all < cell.wanted.all || alone < cell.wanted.alone)
    throw new Error(`${verdict}: only ${all} pairs, ${alone} with no other edit`);
  if (cell.edit.alone !== 'either' && verdict !== cell.edit.alone.always && alone > 0)
    throw new Error(`${alone} pairs are ${verdict}, though ${cell.edit.alone.because}`);
  return cell.impossible === undefined
    ? `${verdict} ${all} (${alone} with no other edit)`
    : `${verdict} cannot be, since ${cell.impossible}`;
}

/** What MLflow says of all pairs, a few Pythons at a time. */
async function askAll(python: string, pairs: readonly Pair[]): Promise<Answer[]> {
  const batches: (readonly Pair[])[] = [];
  for (let start = 0; start < pairs.length; start += batch) batches.push(pairs.slice(start, start + batch));
  const found: Answer[] = [];
  const work = async (): Promise<void> => {
    for (let next = batches.shift(); next !== undefined; next = batches.shift()) {
      found.push(...(await askMlflow(python, next)));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return found;
}

async function askMlflow(python: string, pairs: readonly Pair[]): Promise<Answer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-pairs-'));
  try {
    const [asked, answered] = [join(folder, 'pairs.json'), join(folder, 'answers.json')];
    const rows = pairs.map(({ id, before, after, comparison }) => ({
      id,
      before,
      after,
      thorough: comparison.compatible,
    }));
    await writeFile(asked, JSON.stringify(rows));
    await runAlone(python, 'compatibility.py', [asked, answered]);
    return responses.parse(JSON.parse(await readFile(answered, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function has(changes: readonly SignatureChange[], kind: SignatureChange['kind']): boolean {
  return changes.some((change) => change.kind === kind);
}

function refusedOnlyBy({ routes }: Answer, names: readonly string[]): boolean {
  return Object.entries(routes).every(([route, { refused }]) => refused === 0 || names.includes(route));
}

/** Whether all that we call breaking is of one kind, and MLflow refuses no datum. */
function nothingRefusedThough(
  changes: readonly SignatureChange[],
  { first }: Answer,
  test: (change: SignatureChange) => boolean,
): boolean {
  const breaking = changes.filter((change) => change.class === 'breaking');
  return first === null && breaking.length > 0 && breaking.every(test);
}

/**
 * A param that is gone; a column whose name Python calls false, which MLflow drops although it is declared; one that was
 * never looked for, so that callers may have sent anything; a column that is declared twice or becomes bytes, which only JSON
 * minds, beside one whose type no JSON value fits; columns that are all optional, where callers send something else; tensors
 * of one fixed length, which MLflow makes columns of, and a table where every column is `any`; columns that each have the name
 * of a tensor of one dimension, where MLflow takes those and drops the others; a single column that loses its name, for which
 * JSON `inputs` is the only one that minds, and whose type no JSON value fits.
 */
function isTakenOtherwise({ before, after }: Pair): (change: SignatureChange) => boolean {
  const optional = specs.parse(JSON.parse(after.inputs ?? '[]')).every(({ required }) => required === false);
  const shapes = [...(before.inputs ?? '').matchAll(/"shape":(\[[^\]]*\])/gu)].map(
    ([, shape]) => shape ?? '',
  );
  const vectors = shapes.length > 0 && shapes.every((shape) => /^\[\d+\]$/u.test(shape));
  return ({ kind, path, reason, before: was, after: is }) =>
    kind === 'param-removed' ||
    (kind === 'name-false' && (path !== 'inputs' || /not determined/u.test(reason))) ||
    (kind === 'type-changed' && was === 'any' && areNumbered(before.inputs)) ||
    (isBeyondJson(before.inputs) &&
      (kind === 'name-repeated' || (kind === 'type-changed' && was === 'string' && is === 'binary'))) ||
    (kind === 'names-dropped' && (isOneBeyondJson(before.inputs) || areNumbered(before.inputs))) ||
    (optional && kind === 'names-added') ||
    ((optional ||
      vectors ||
      areVectors(before.inputs, after.inputs) ||
      takeAnyTable(before.inputs, after.inputs)) &&
      kind === 'tensors-to-columns');
}

const specs = z.array(
  z.object({
    name: z.unknown().optional(),
    required: z.boolean().optional(),
    'tensor-spec': z.object({ shape: z.array(z.number()) }).optional(),
  }),
);

/** Whether some name is no text, which no JSON object has for a key: then its columns are taken by position as well. */
function areNumbered(columns: string | null): boolean {
  return specs.parse(JSON.parse(columns ?? '[]')).some(({ name }) => typeof name !== 'string');
}

/** Whether there is one column only, of a nested type with a part that JSON cannot say. */
function isOneBeyondJson(columns: string | null): boolean {
  return specs.parse(JSON.parse(columns ?? '[]')).length === 1 && isBeyondJson(columns);
}

/** Whether a nested type has a part that JSON cannot say. */
function isBeyondJson(columns: string | null): boolean {
  return /"items"|"properties"|"values"/u.test(columns ?? '') && /"integer"|"datetime"/u.test(columns ?? '');
}

function isVector(shape: readonly number[] | undefined): boolean {
  return shape !== undefined && shape.length > 0 && shape.slice(1).every((length) => length === 1);
}

/** Whether a single array of two dimensions, which MLflow makes a table of, meets columns that take anything. */
function takeAnyTable(tensors: string | null, columns: string | null): boolean {
  const all = specs.parse(JSON.parse(tensors ?? '[]'));
  const types = z.array(z.object({ type: z.string() })).parse(JSON.parse(columns ?? '[]'));
  const isTable = all.length === 1 && all[0]?.['tensor-spec']?.shape.length === 2;
  return isTable && types.every(({ type }) => type === 'any');
}

/** Whether each column has the name of a tensor of one dimension, or of one column. */
function areVectors(tensors: string | null, columns: string | null): boolean {
  const vectors = specs
    .parse(JSON.parse(tensors ?? '[]'))
    .flatMap((spec) => (isVector(spec['tensor-spec']?.shape) ? [spec.name] : []));
  const names = specs.parse(JSON.parse(columns ?? '[]')).map(({ name }) => name);
  return names.every((name) => name !== undefined && vectors.includes(name));
}

function describe({ id, edits, before, after, comparison }: Pair, { first }: Answer): string {
  const said = comparison.changes.map((change) => `${change.class} ${change.kind} ${change.path}`).join(', ');
  const refusal = first === null ? 'nothing refused' : `${first.route}: ${first.datum}: ${first.problem}`;
  return `pair ${id} (${edits.join(', ')}): ${before.inputs ?? '-'} / ${before.params ?? '-'} → ${after.inputs ?? '-'} / ${after.params ?? '-'}; we: ${said}; MLflow: ${refusal}`;
}
