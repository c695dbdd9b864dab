import type { NameKey } from '../../domain/column-name.ts';
import { shortTypeText, specText } from '../../domain/data-type-text.ts';
import type { ColumnSpec, DataType } from '../../domain/model-signature.ts';
import { looks, named, positioned } from './paths.ts';
import { noteReading } from './short-forms.ts';
import { soughtColumns, type SoughtColumn, type SoughtColumns } from './names.ts';
import { compareRequired, compareTypes, type Note } from './types.ts';

/** Types of a repeated name that are shown. */
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
        ? 'Callers send columns by position, but columns are now matched by name.'
        : 'Callers send columns by name in any order, but columns are now matched by position.',
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
      reason: 'Callers send fewer columns than are now declared.',
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
      reason: 'Callers can still send it; MLflow drops columns after the last declared one.',
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
  const then = soughtColumns(before);
  const now = soughtColumns(after);
  const gone = [...then.columns].filter(([key]) => !now.columns.has(key) && !now.lost.has(key));
  for (const [, { name, spec }] of gone) {
    note({
      path: named(path, name),
      kind: 'column-removed',
      before: specText(spec),
      after: null,
      class: 'compatible',
      reason: 'Callers can still send it; MLflow drops it and logs a warning.',
    });
  }
  noteLost(then, now, path, note);
  const removed = new Set(gone.map(([, { name }]) => looks(name)));
  for (const [key, column] of now.columns) {
    const old = then.columns.get(key) ?? neverLookedAt(then.lost.get(key) ?? asNumber(then, column.spec));
    if (old === undefined) {
      const isLike = removed.size > 0 && removed.has(looks(column.name));
      noteAdded(column.spec, named(path, column.name), isLike, note);
    } else compareColumn(old, column, named(path, column.name), note);
  }
  const sameNames = then.columns.size === now.columns.size && gone.length === 0;
  if (sameNames && now.lost.size === 0 && !sameOrder([...then.columns.keys()], [...now.columns.keys()])) {
    note({
      path,
      kind: 'order-changed',
      before: null,
      after: null,
      class: 'compatible',
      reason: 'Columns are matched by name; MLflow puts them into the declared order.',
    });
  }
  noteReading(before, after, path, note);
}

function compareColumn(old: SoughtColumn, column: SoughtColumn, path: string, note: Note): void {
  compareRequired(old.spec, column.spec, path, note);
  compareTypes(
    old.spec.type,
    column.spec.type,
    { path, place: 'column', holder: 'an input column', required: column.saysRequired },
    note,
  );
  if (isOnceOnly(column)) {
    if (old.all.length > 1) noteOnceOnly(old.all.length, path, note);
  } else if (!sameSpecs(old.all, column.all)) noteRepeated(old.spec.type, column, path, note);
}

/** The optional column that had the number for a name which is a text now: over JSON callers may send the text. */
function asNumber({ columns }: SoughtColumns, { name, rawName }: ColumnSpec): ColumnSpec | undefined {
  if (rawName !== undefined || name === undefined || String(Number(name)) !== name) return undefined;
  const spec = columns.get(Number(name))?.spec;
  return spec?.required === false ? spec : undefined;
}

/** A column that was declared and never looked for: callers may send anything for it, or nothing. */
function neverLookedAt(lost: ColumnSpec | undefined): SoughtColumn | undefined {
  if (lost === undefined) return undefined;
  const spec: ColumnSpec = { ...lost, required: false, type: { kind: 'any' } };
  return { name: lost.name ?? '', spec, saysRequired: false, all: [spec] };
}

/** Whether a column is looked for only by its own name, and declared once. */
function isOnceOnly({ spec, all }: SoughtColumn): boolean {
  return all.length === 1 && all[0]?.type === spec.type;
}

/** Columns that MLflow never looks for now, though they are declared, and which the model got before or never had. */
function noteLost(then: SoughtColumns, now: SoughtColumns, path: string, note: Note): void {
  for (const [key, spec] of now.lost) {
    if (then.lost.has(key)) continue;
    const old = then.columns.get(key);
    note({
      path: named(path, spec.name ?? ''),
      kind: 'name-false',
      before: old === undefined ? null : specText(old.spec),
      after: 'declared, and dropped',
      class: 'breaking',
      reason:
        'This name counts as false in Python, so MLflow uses the position of the column as its name, and the model never receives it.',
    });
  }
}

function noteAdded(spec: ColumnSpec, path: string, lookAlike: boolean, note: Note): void {
  const like = lookAlike ? ' It resembles a removed column, but its characters or case differ.' : '';
  note({
    path,
    kind: spec.required ? 'column-added-required' : 'column-added-optional',
    before: null,
    after: specText(spec),
    class: spec.required ? 'breaking' : 'compatible',
    reason: `${spec.required ? 'Callers do not send it, and calls without it are refused.' : 'Callers need not send it.'}${like}`,
  });
}

function noteOnceOnly(times: number, path: string, note: Note): void {
  note({
    path,
    kind: 'name-repeated',
    before: `declared ${times} times`,
    after: 'declared once',
    class: 'compatible',
    reason: 'Now declared once; MLflow enforced the last declaration.',
  });
}

/** Over JSON MLflow converts a column once for each time that it is declared. */
function noteRepeated(before: DataType, { spec, all }: SoughtColumn, path: string, note: Note): void {
  let breaks =
    all.filter(({ type }) => type.kind === 'scalar' && type.type === 'binary').length > 1 ||
    all.some(({ type }) => changesWhenEnforced(type, false));
  const kinds = new Map(all.map(({ type }) => [JSON.stringify(type), type]));
  for (const type of kinds.values()) {
    // What is enforced was compared already.
    if (type === spec.type) continue;
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
      ? 'Declared more than once; each value is converted several times, which fails.'
      : 'Declared more than once; MLflow enforces the last declaration.',
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

function sameOrder(left: readonly NameKey[], right: readonly NameKey[]): boolean {
  return left.every((name, index) => right[index] === name);
}
