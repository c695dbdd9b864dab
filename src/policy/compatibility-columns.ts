import { shortTypeText, specText } from '../domain/data-type-text.ts';
import type { ColumnSpec, DataType } from '../domain/model-signature.ts';
import { looks, named, positioned } from './compatibility-path.ts';
import { noteReading } from './compatibility-reading.ts';
import { compareRequired, compareTypes, type Note } from './compatibility-types.ts';

/** What MLflow makes of all the columns of one name: it must be there if one says so, and has the type of the last. */
interface Effective {
  readonly spec: ColumnSpec;
  readonly all: ColumnSpec[];
}

/** Types of a repeated name that are told. */
const MAX_REPEATED = 8;

/** Notes what changes for callers who send columns (uc-protocol §8.5; MLflow 3.17 `models/utils.py`). */
export function compareColumns(
  before: readonly ColumnSpec[],
  after: readonly ColumnSpec[],
  path: string,
  note: Note,
): void {
  const wasNamed = before[0]?.name !== undefined;
  const isNamed = after[0]?.name !== undefined;
  if (wasNamed !== isNamed) {
    note({
      path,
      kind: isNamed ? 'names-added' : 'names-dropped',
      before: wasNamed ? 'columns by name' : 'columns by position',
      after: isNamed ? 'columns by name' : 'columns by position',
      class: 'breaking',
      reason: isNamed
        ? 'Callers send columns by position, and names are looked for now.'
        : 'Callers send columns by name, in any order, and the position counts now.',
    });
  } else if (isNamed) compareNamed(before, after, path, note);
  else comparePositions(before, after, path, note);
}

function comparePositions(
  before: readonly ColumnSpec[],
  after: readonly ColumnSpec[],
  path: string,
  note: Note,
): void {
  for (const [index, spec] of after.entries()) {
    const here = positioned(path, index);
    const old = before[index];
    if (old !== undefined) {
      compareTypes(
        old.type,
        spec.type,
        { path: here, place: 'column', holder: 'an input column', required: true },
        note,
      );
      continue;
    }
    note({
      path: here,
      kind: 'column-added-required',
      before: null,
      after: specText(spec),
      class: 'breaking',
      reason: 'Callers send fewer columns than are declared now.',
    });
  }
  for (const [index, old] of before.entries()) {
    if (index < after.length) continue;
    note({
      path: positioned(path, index),
      kind: 'column-removed',
      before: specText(old),
      after: null,
      class: 'compatible',
      reason: 'Callers may go on sending it; MLflow drops columns after the last one declared.',
    });
  }
  noteReading(before, after, path, note);
}

function compareNamed(
  before: readonly ColumnSpec[],
  after: readonly ColumnSpec[],
  path: string,
  note: Note,
): void {
  const then = effective(before);
  const now = effective(after);
  const removed = new Map<string, string>();
  for (const [name, { spec: old }] of then) {
    if (now.has(name)) continue;
    removed.set(looks(name), name);
    note({
      path: named(path, name),
      kind: 'column-removed',
      before: specText(old),
      after: null,
      class: 'compatible',
      reason: 'Callers may go on sending it; MLflow drops it with a warning in its log.',
    });
  }
  for (const [name, { spec, all }] of now) {
    const here = named(path, name);
    const old = then.get(name);
    if (old === undefined) {
      noteAdded(spec, here, removed.has(looks(name)), note);
      continue;
    }
    compareRequired(old.spec, spec, here, note);
    compareTypes(
      old.spec.type,
      spec.type,
      { path: here, place: 'column', holder: 'an input column', required: all.at(-1)?.required ?? true },
      note,
    );
    if (all.length > 1 && !sameSpecs(old.all, all)) noteRepeated(old.spec.type, all, here, note);
    else if (all.length === 1 && old.all.length > 1) noteOnceOnly(old.all.length, here, note);
  }
  if (then.size === now.size && removed.size === 0 && !sameOrder([...then.keys()], [...now.keys()])) {
    note({
      path,
      kind: 'order-changed',
      before: null,
      after: null,
      class: 'compatible',
      reason: 'Columns go by name; MLflow puts them into the declared order.',
    });
  }
  noteReading(before, after, path, note);
}

function noteAdded(spec: ColumnSpec, path: string, lookAlike: boolean, note: Note): void {
  const like = lookAlike ? ' It looks like a column that is gone, but its characters or case differ.' : '';
  note({
    path,
    kind: spec.required ? 'column-added-required' : 'column-added-optional',
    before: null,
    after: specText(spec),
    class: spec.required ? 'breaking' : 'compatible',
    reason: `${spec.required ? 'Callers do not send it, and are refused without it.' : 'Callers need not send it.'}${like}`,
  });
}

function effective(specs: readonly ColumnSpec[]): Map<string, Effective> {
  const found = new Map<string, Effective>();
  for (const spec of specs) {
    const name = spec.name ?? '';
    const earlier = found.get(name);
    const all = earlier?.all ?? [];
    all.push(spec);
    found.set(name, { spec: { ...spec, required: spec.required || earlier?.spec.required === true }, all });
  }
  return found;
}

function noteOnceOnly(times: number, path: string, note: Note): void {
  note({
    path,
    kind: 'name-repeated',
    before: `declared ${times} times`,
    after: 'declared once',
    class: 'compatible',
    reason: 'Declared once now; MLflow enforced the last.',
  });
}

/** Over JSON MLflow converts a column once for each time that it is declared. */
function noteRepeated(before: DataType, all: readonly ColumnSpec[], path: string, note: Note): void {
  let breaks =
    all.filter(({ type }) => type.kind === 'scalar' && type.type === 'binary').length > 1 ||
    all.some(({ type }) => changesWhenEnforced(type, false));
  const last = all.at(-1)?.type;
  const kinds = new Map(all.map(({ type }) => [JSON.stringify(type), type]));
  for (const type of kinds.values()) {
    // The last was compared already.
    if (type === last) continue;
    if (breaks) break;
    compareTypes(
      before,
      type,
      { path, place: 'column', holder: 'an input column', required: true, worstOnly: true },
      (change) => {
        if (change.class === 'breaking') breaks = true;
      },
    );
  }
  note({
    path,
    kind: 'name-repeated',
    before: null,
    after: `${[...kinds.values()].slice(0, MAX_REPEATED).map(shortTypeText).join(', then ')}${kinds.size > MAX_REPEATED ? ' …' : ''}`,
    class: breaks ? 'breaking' : 'warning',
    reason: breaks
      ? 'Declared more than once: the values are converted each time, and fail.'
      : 'Declared more than once; MLflow enforces the last.',
  });
}

/** Enforcement writes into objects, and what it makes of these types there it refuses the next time. */
function changesWhenEnforced(type: DataType, insideObject: boolean): boolean {
  switch (type.kind) {
    case 'scalar':
      return insideObject && type.type === 'datetime';
    case 'array':
      return type.items.kind === 'scalar'
        ? insideObject && ['integer', 'float', 'datetime'].includes(type.items.type)
        : changesWhenEnforced(type.items, insideObject);
    case 'map':
      return changesWhenEnforced(type.values, insideObject);
    case 'object':
      return type.properties.some((property) => changesWhenEnforced(property.type, true));
    default:
      return false;
  }
}

function sameSpecs(left: readonly ColumnSpec[], right: readonly ColumnSpec[]): boolean {
  return (
    left.length === right.length &&
    left.every((spec, index) => {
      const other = right[index];
      let same = other?.required === spec.required;
      if (other !== undefined) {
        compareTypes(
          spec.type,
          other.type,
          { path: '', place: 'column', holder: 'an input column', required: true },
          () => (same = false),
        );
      }
      return same;
    })
  );
}

function sameOrder(left: readonly string[], right: readonly string[]): boolean {
  return left.every((name, index) => right[index] === name);
}
