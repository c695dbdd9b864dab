import { nameKey } from '../../domain/column-name.ts';
import type { ColumnSpec, DataType } from '../../domain/model-signature.ts';
import { compareTypes, type Note } from './types.ts';

/**
 * Notes where MLflow reads a short form of the input in another way because of what else the signature declares, so
 * that callers of this form are refused although every column of theirs is taken (MLflow 3.17 `_enforce_schema`,
 * `_cast_schema_type`). Data frames, `dataframe_split` and `dataframe_records` are not concerned.
 */
export function noteReading(
  before: readonly ColumnSpec[],
  after: readonly ColumnSpec[],
  path: string,
  note: Note,
): void {
  const report = (was: string, is: string, reason: string): void => {
    note({ path, kind: 'reading-changed', before: was, after: is, class: 'warning', reason });
  };
  const kept = (): ColumnSpec[] => {
    const names = new Set(before.map((spec, index) => nameKey(spec) ?? index));
    return after.filter((spec, index) => names.has(nameKey(spec) ?? index));
  };
  const wasRow = before.some(({ type }) => isNested(type));
  const isRow = after.some(({ type }) => isNested(type));
  if (!wasRow && isRow && kept().some(({ type }) => refusesLists(type))) {
    report(
      'a dict holds columns',
      'a dict is one row',
      'A dict of columns (JSON: `inputs`) is now refused: the first array or object changes how the dict is read.',
    );
  } else if (wasRow && !isRow && kept().length > 0) {
    report(
      'a dict is one row',
      'a dict holds columns',
      'A dict (JSON: `inputs`) is now read as columns, because no array or object is left: one row may become several or be refused.',
    );
  }
  const isNamed = after[0]?.name !== undefined;
  if (isNamed && !isRow && hasOthers(before, after)) {
    report(
      'one row of plain values',
      'an error',
      'JSON `inputs` with one row of plain values is refused as long as callers send the removed column.',
    );
  }
  if (isNamed && isOne(before) && !isOne(after)) {
    report(
      'one column',
      'several columns',
      'JSON `inputs` or `instances` as a bare list is refused: MLflow assigns a name only if there is a single column.',
    );
  }
  const [only] = before;
  const [instead] = after;
  if (
    isNamed &&
    isOne(before) &&
    isOne(after) &&
    only !== undefined &&
    instead !== undefined &&
    nameKey(instead) !== nameKey(only) &&
    !instead.required
  ) {
    report(
      'a bare list is the removed column',
      'a bare list is the new column',
      'JSON `inputs` or `instances` as a bare list becomes the new column, whose type may refuse it: MLflow gives the list the name of the only column.',
    );
  }
  const [first] = before;
  const [last] = after;
  if (!isNamed && before.length > 1 && after.length > 1 && first !== undefined && last !== undefined) {
    let differ = false;
    compareTypes(
      first.type,
      last.type,
      { path, place: 'column', holder: 'an input column', required: true },
      () => (differ = true),
    );
    if (differ) {
      report(
        `every column as ${first.type.kind === 'scalar' ? first.type.type : first.type.kind}`,
        `every column as ${last.type.kind === 'scalar' ? last.type.type : last.type.kind}`,
        'JSON `inputs` without names is converted as a whole to the type of the first column, which the other columns may refuse.',
      );
    }
  }
}

/** Whether the first list has a name that the second has not. */
function hasOthers(before: readonly ColumnSpec[], after: readonly ColumnSpec[]): boolean {
  const declared = new Set(after.map(nameKey));
  return before.some((spec) => !declared.has(nameKey(spec)));
}

/** Whether all columns have one name. */
function isOne(specs: readonly ColumnSpec[]): boolean {
  const [first] = specs;
  return first !== undefined && specs.every((spec) => nameKey(spec) === nameKey(first));
}

function isNested(type: DataType): boolean {
  return type.kind === 'array' || type.kind === 'object' || type.kind === 'sparkml-vector';
}

/** MLflow takes a cell that holds a list for text, bytes and truth values. */
function refusesLists(type: DataType): boolean {
  if (type.kind !== 'scalar') return type.kind === 'map';
  return type.type !== 'string' && type.type !== 'binary' && type.type !== 'boolean';
}
