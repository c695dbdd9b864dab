import { dictKey, isFalseName, nameKey, soughtKey, type NameKey } from '../../domain/column-name.ts';
import type { ColumnSpec, TensorSpec } from '../../domain/model-signature.ts';
import { show } from '../../domain/printable.ts';

/** What MLflow makes of the columns of one name: it must be there if one says so, and has the type of the last. */
export interface SoughtColumn {
  readonly name: string;
  /** As it is enforced. */
  readonly spec: ColumnSpec;
  /** Whether the declaration that is enforced says by itself that the column must be there. */
  readonly saysRequired: boolean;
  /** All for which this column is looked for: over JSON it is converted to the type of each in turn. */
  readonly all: readonly ColumnSpec[];
}

/** How MLflow goes through a list of columns with names (3.17 `models/utils.py`, `_enforce_named_col_schema`). */
export interface SoughtColumns {
  /** By key, in the order in which MLflow hands them on. */
  readonly columns: ReadonlyMap<NameKey, SoughtColumn>;
  /** Declared columns, by key, that it never looks for, so that the model does not get them. */
  readonly lost: ReadonlyMap<NameKey, ColumnSpec>;
  /** Why it refuses whatever is sent, as a sentence; undefined where it does not. */
  readonly refusal: string | undefined;
}

interface Group {
  readonly own: ColumnSpec;
  readonly all: ColumnSpec[];
  isRequired: boolean;
}

/** Which columns MLflow looks for where the list declares names. */
export function soughtColumns(specs: readonly ColumnSpec[]): SoughtColumns {
  return specs.every(isPlain) ? byName(specs) : byKey(specs);
}

/** Where every name is one that MLflow looks for as it is. */
function byName(specs: readonly ColumnSpec[]): SoughtColumns {
  const columns = new Map<NameKey, SoughtColumn & { readonly all: ColumnSpec[] }>();
  for (const spec of specs) {
    const name = spec.name ?? '';
    const earlier = columns.get(name);
    const isRequired = spec.required || earlier?.spec.required === true;
    const all = earlier?.all ?? [];
    all.push(spec);
    columns.set(name, {
      name,
      spec: spec.required === isRequired ? spec : { ...spec, required: isRequired },
      saysRequired: spec.required,
      all,
    });
  }
  return { columns, lost: new Map(), refusal: undefined };
}

function byKey(specs: readonly ColumnSpec[]): SoughtColumns {
  const declared = new Map<NameKey, ColumnSpec>();
  for (const spec of specs) {
    const key = dictKey(spec);
    if (key === undefined) return refusing(unsearchable(spec));
    declared.set(key, spec);
  }
  const groups = new Map<NameKey, Group>();
  for (const [index, spec] of specs.entries()) {
    const key = soughtKey(spec, index) ?? '';
    const own = declared.get(isFalseName(spec) ? key : (dictKey(spec) ?? ''));
    if (own === undefined) {
      return refusing(
        `the name ${shownName(spec)} counts as false in Python, so MLflow looks for the column ${index} instead, which is not declared`,
      );
    }
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { own, all: [spec], isRequired: spec.required });
    else {
      group.all.push(spec);
      group.isRequired ||= spec.required;
    }
  }
  const columns = new Map<NameKey, SoughtColumn>();
  for (const [key, { own, all, isRequired }] of groups) {
    const spec = own.required === isRequired ? own : { ...own, required: isRequired };
    columns.set(key, { name: own.name ?? '', spec, saysRequired: own.required, all });
  }
  const got = new Set([...groups.values()].map(({ own }) => own));
  const lost = new Map([...declared].filter(([, spec]) => !got.has(spec)));
  return { columns, lost, refusal: undefined };
}

/** Why MLflow refuses every call of a signature with these inputs, as a sentence; undefined where it does not. */
export function refusalOfCalls(specs: readonly (ColumnSpec | TensorSpec)[]): string | undefined {
  if (specs[0]?.name === undefined || specs.every(isPlain)) return undefined;
  const columns = specs.filter((spec) => spec.kind === 'column');
  if (columns.length > 0) return soughtColumns(columns).refusal;
  const odd = specs.find((spec) => nameKey(spec) === undefined && !isFalseName(spec));
  return odd === undefined ? undefined : refusing(unsearchable(odd)).refusal;
}

/**
 * Whether names, or the places that MLflow takes for them, are one to a dict of Python and two to a data frame, such as 1 and
 * `true`: what MLflow takes then depends on both.
 */
export function haveAmbiguousNames(...lists: readonly (readonly (ColumnSpec | TensorSpec)[])[]): boolean {
  if (lists.every((specs) => specs.every(isPlain))) return false;
  const names = new Map<NameKey, NameKey>();
  const isSecond = (key: NameKey | undefined, name: NameKey | undefined): boolean => {
    if (key === undefined || name === undefined) return false;
    const earlier = names.get(key) ?? name;
    names.set(key, name);
    return earlier !== name;
  };
  return lists.some((specs) =>
    specs.some((spec, index) => {
      const sought = soughtKey(spec, index);
      const isNamed = isSecond(dictKey(spec), nameKey(spec));
      return isNamed || (isFalseName(spec) && isSecond(sought, sought));
    }),
  );
}

/** The columns that a model never gets although they are declared. */
export function lostColumns(specs: readonly (ColumnSpec | TensorSpec)[]): readonly ColumnSpec[] {
  if (specs[0]?.name === undefined || specs.every(isPlain)) return [];
  return [...soughtColumns(specs.filter((spec) => spec.kind === 'column')).lost.values()];
}

/** Most names are texts that Python calls true. */
function isPlain({ name, rawName }: ColumnSpec | TensorSpec): boolean {
  return rawName === undefined && name !== undefined && name !== '';
}

function refusing(why: string): SoughtColumns {
  return { columns: new Map(), lost: new Map(), refusal: `${why}: every call is refused.` };
}

function unsearchable(spec: ColumnSpec | TensorSpec): string {
  return `Python cannot use the name ${shownName(spec)}, a list or an object, as a key`;
}

function shownName({ name }: ColumnSpec | TensorSpec): string {
  return name === '' ? '""' : show(name ?? '', 40);
}
