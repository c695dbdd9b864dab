import { shapeText, shortTypeText, specText } from '../../domain/data-type-text.ts';
import { nameKey, type NameKey } from '../../domain/column-name.ts';
import type { ColumnSpec, DataType, ObjectProperty, TensorSpec } from '../../domain/model-signature.ts';
import { named, positioned } from './paths.ts';
import type { Note } from './types.ts';

type Spec = ColumnSpec | TensorSpec;

/** Notes what changes for those who read what a model gives; MLflow enforces none of it (uc-protocol §8.5). */
export function compareOutputs(before: readonly Spec[], after: readonly Spec[], note: Note): void {
  const path = 'outputs';
  const wasNamed = before[0]?.name !== undefined;
  const isNamed = after[0]?.name !== undefined;
  const [wasTensor, isTensor] = [before[0]?.kind === 'tensor', after[0]?.kind === 'tensor'];
  if (wasTensor !== isTensor) {
    note({
      path,
      kind: isTensor ? 'columns-to-tensors' : 'tensors-to-columns',
      before: wasTensor ? 'tensors' : 'columns',
      after: isTensor ? 'tensors' : 'columns',
      class: 'breaking',
      reason: 'Readers of the result get another kind of object.',
    });
    return;
  }
  if (wasNamed !== isNamed) {
    note({
      path,
      kind: isNamed ? 'names-added' : 'names-dropped',
      before: wasNamed ? 'by name' : 'by position',
      after: isNamed ? 'by name' : 'by position',
      class: 'breaking',
      reason: 'Readers of the result have to access it differently.',
    });
    return;
  }
  const now = byPlace(after);
  const then = byPlace(before);
  for (const [key, { spec: old, path: here }] of then) {
    const spec = now.get(key)?.spec;
    if (spec === undefined) {
      note({
        path: here,
        kind: old.kind === 'tensor' ? 'tensor-removed' : 'column-removed',
        before: specText(old),
        after: null,
        class: 'breaking',
        reason: 'Readers no longer find it.',
      });
    } else if (old.kind === 'tensor' && spec.kind === 'tensor') compareTensor(old, spec, here, note);
    else if (old.kind === 'column' && spec.kind === 'column') {
      comparePresence(old, spec, here, note);
      compareType(old.type, spec.type, here, note);
    }
  }
  for (const [key, { spec, path: here, repeats }] of now) {
    if (then.has(key)) continue;
    if (repeats) {
      note({
        path: here,
        kind: 'name-repeated',
        before: null,
        after: specText(spec),
        class: 'breaking',
        reason: 'Readers by name get several values instead of one.',
      });
      continue;
    }
    note({
      path: here,
      kind:
        spec.kind === 'tensor'
          ? 'tensor-added'
          : spec.required
            ? 'column-added-required'
            : 'column-added-optional',
      before: null,
      after: specText(spec),
      class: isNamed ? 'compatible' : 'breaking',
      reason: isNamed
        ? 'Readers by name are not affected.'
        : 'The result has another width, so readers by position may fail.',
    });
  }
  if (isNamed && then.size === now.size && [...then.keys()].every((key) => now.has(key))) {
    const order = [...now.keys()];
    if ([...then.keys()].every((key, index) => order[index] === key)) return;
    note({
      path,
      kind: 'order-changed',
      before: null,
      after: null,
      class: 'warning',
      reason: 'Readers by position get other columns.',
    });
  }
}

interface Placed {
  readonly spec: Spec;
  readonly path: string;
  /** True from the second of a name on. */
  readonly repeats: boolean;
}

/** Outputs by name and how often it stood there before, or by position. */
function byPlace(specs: readonly Spec[]): Map<string, Placed> {
  const times = new Map<NameKey, number>();
  const placed = new Map<string, Placed>();
  for (const [index, spec] of specs.entries()) {
    if (spec.name === undefined) {
      placed.set(String(index), { spec, path: positioned('outputs', index), repeats: false });
      continue;
    }
    const name = nameKey(spec) ?? spec.name;
    const time = times.get(name) ?? 0;
    times.set(name, time + 1);
    placed.set(`${time} ${typeof name} ${String(name)}`, {
      spec,
      path: named('outputs', spec.name),
      repeats: time > 0,
    });
  }
  return placed;
}

function compareType(before: DataType, after: DataType, path: string, note: Note): void {
  if (before.kind === 'array' && after.kind === 'array') {
    compareType(before.items, after.items, `${path}[]`, note);
  } else if (before.kind === 'map' && after.kind === 'map') {
    compareType(before.values, after.values, `${path}{}`, note);
  } else if (before.kind === 'object' && after.kind === 'object') {
    compareProperties(before.properties, after.properties, path, note);
  } else if (before.kind !== after.kind || (before.kind === 'scalar' && !sameScalar(before, after))) {
    const promised = before.kind === 'any';
    note({
      path,
      kind: 'type-changed',
      before: shortTypeText(before),
      after: shortTypeText(after),
      class: promised ? 'compatible' : 'breaking',
      reason: promised
        ? 'This output column is declared more strictly than before.'
        : 'Readers of this output column get another type, even if a number only becomes wider.',
    });
  }
}

function sameScalar(before: DataType & { readonly kind: 'scalar' }, after: DataType): boolean {
  return after.kind === 'scalar' && after.type === before.type;
}

function compareProperties(
  before: readonly ObjectProperty[],
  after: readonly ObjectProperty[],
  path: string,
  note: Note,
): void {
  const now = new Map(after.map((property) => [property.name, property]));
  const then = new Set(before.map(({ name }) => name));
  for (const old of before) {
    const here = named(path, old.name);
    const property = now.get(old.name);
    if (property === undefined) {
      note({
        path: here,
        kind: 'property-removed',
        before: shortTypeText(old.type),
        after: null,
        class: 'breaking',
        reason: 'Readers no longer find it.',
      });
      continue;
    }
    comparePresence(old, property, here, note);
    compareType(old.type, property.type, here, note);
  }
  for (const { name, type, required } of after) {
    if (then.has(name)) continue;
    note({
      path: named(path, name),
      kind: required ? 'property-added-required' : 'property-added-optional',
      before: null,
      after: shortTypeText(type),
      class: 'compatible',
      reason: 'Readers by name are not affected.',
    });
  }
}

function comparePresence(
  before: { readonly required: boolean },
  after: { readonly required: boolean },
  path: string,
  note: Note,
): void {
  if (before.required === after.required) return;
  note({
    path,
    kind: after.required ? 'became-required' : 'became-optional',
    before: before.required ? 'always there' : 'may be absent',
    after: after.required ? 'always there' : 'may be absent',
    class: after.required ? 'compatible' : 'breaking',
    reason: after.required ? 'The declaration is stricter than before.' : 'Readers may no longer find it.',
  });
}

function compareTensor(before: TensorSpec, after: TensorSpec, path: string, note: Note): void {
  if (before.dtype !== after.dtype) {
    note({
      path,
      kind: 'dtype-changed',
      before: before.dtype,
      after: after.dtype,
      class: 'breaking',
      reason: 'Readers get another dtype.',
    });
  }
  const shapes = { path, before: shapeText(before.shape), after: shapeText(after.shape) };
  if (shapes.before === shapes.after) return;
  const sameRank = before.shape.length === after.shape.length;
  const narrowed = sameRank && before.shape.every((was, index) => was === -1 || was === after.shape[index]);
  const opened = sameRank && before.shape.every((was, index) => [was, -1].includes(after.shape[index] ?? 0));
  note({
    ...shapes,
    kind: !sameRank
      ? 'rank-changed'
      : narrowed
        ? 'length-fixed'
        : opened
          ? 'length-opened'
          : 'length-changed',
    class: narrowed ? 'compatible' : 'breaking',
    reason: narrowed ? 'The declaration is stricter than before.' : 'Readers get another shape.',
  });
}
