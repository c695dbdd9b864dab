import { shapeText, specText } from '../../domain/data-type-text.ts';
import { soughtKey, type NameKey } from '../../domain/column-name.ts';
import type { TensorSpec } from '../../domain/model-signature.ts';
import { named, positioned } from './paths.ts';
import type { Note } from './types.ts';

/** Notes what changes for callers who send tensors (uc-protocol §8.5; MLflow 3.17 `_enforce_tensor_schema`). */
export function compareTensors(
  before: readonly TensorSpec[],
  after: readonly TensorSpec[],
  path: string,
  note: Note,
): void {
  const [first] = before;
  const [now] = after;
  const wasNamed = first?.name !== undefined;
  const isNamed = now?.name !== undefined;
  if (wasNamed !== isNamed) {
    const wrapped = isNamed && first !== undefined && after.length === 1 && !hasOtherWays(first);
    note({
      path,
      kind: isNamed ? 'names-added' : 'names-dropped',
      before: wasNamed ? 'tensors by name' : 'one tensor without a name',
      after: isNamed ? 'tensors by name' : 'one tensor without a name',
      class: wrapped ? 'warning' : 'breaking',
      reason: wrapped
        ? 'MLflow gives a bare array the name of the only tensor.'
        : isNamed
          ? 'Callers send a tensor without a name, but tensors are now matched by name.'
          : 'Callers send tensors by name, but a bare array is now expected.',
    });
    if (wrapped && now !== undefined)
      compareTensor(first, now, positioned(path, 0), takesDataFrames(first), note);
    return;
  }
  const old = bySought(before);
  const kept = bySought(after);
  const frames = before.every(takesDataFrames);
  const pathOf = ({ spec: { name }, index }: Placed): string =>
    name === undefined ? positioned(path, index) : named(path, name);
  for (const [key, placed] of old) {
    if (kept.has(key)) continue;
    const { spec } = placed;
    note({
      path: pathOf(placed),
      kind: 'tensor-removed',
      before: specText(spec),
      after: null,
      class: 'compatible',
      reason: 'Callers can still send it; MLflow drops it and logs a warning.',
    });
  }
  for (const [index, spec] of after.entries()) {
    const earlier = old.get(soughtKey(spec, index) ?? '');
    const here = pathOf({ spec, index });
    if (earlier !== undefined) {
      compareTensor(earlier.spec, spec, here, frames, note);
      continue;
    }
    note({
      path: here,
      kind: 'tensor-added',
      before: null,
      after: specText(spec),
      class: 'breaking',
      reason: 'Callers do not send it, and tensors are never optional.',
    });
  }
  const order = [...kept.keys()];
  if (old.size !== kept.size || order.some((key) => !old.has(key))) return;
  if ([...old.keys()].every((key, index) => order[index] === key)) return;
  note({
    path,
    kind: 'order-changed',
    before: null,
    after: null,
    class: 'compatible',
    reason: 'Tensors are matched by name.',
  });
}

interface Placed {
  readonly spec: TensorSpec;
  readonly index: number;
}

/** Tensors by what MLflow looks for, the last of those that are the same. */
function bySought(specs: readonly TensorSpec[]): Map<NameKey, Placed> {
  return new Map(specs.map((spec, index) => [soughtKey(spec, index) ?? '', { spec, index }]));
}

/** `frames` says whether the compared version takes data frames: all of its tensors must. */
function compareTensor(
  before: TensorSpec,
  after: TensorSpec,
  path: string,
  frames: boolean,
  note: Note,
): void {
  const texts = { path, before: specText(before), after: specText(after) };
  if (texts.before === texts.after) return;
  if (takesAnyArray(after)) {
    const lost = frames && before.shape.slice(1).some((length) => length !== 1);
    note({
      ...texts,
      kind: before.dtype === after.dtype ? 'rank-changed' : 'dtype-changed',
      class: lost ? 'breaking' : 'warning',
      reason: lost
        ? 'MLflow checks no array against this tensor, but refuses data frames with more than one value per row.'
        : 'MLflow checks no array against this tensor.',
    });
    return;
  }
  if (isListOfObjects(before) && takesRaggedObjects(after)) {
    note({
      ...texts,
      kind: 'rank-changed',
      class: 'warning',
      reason: 'MLflow treats a list of objects as ragged data and does not check its content.',
    });
    return;
  }
  if (before.dtype !== after.dtype) {
    note({
      ...texts,
      kind: 'dtype-changed',
      before: before.dtype,
      after: after.dtype,
      class: 'breaking',
      reason: 'The dtype of a tensor must be equal; MLflow does not convert it.',
    });
  }
  const shapes = { path, before: shapeText(before.shape), after: shapeText(after.shape) };
  if (before.shape.length !== after.shape.length) {
    note({
      ...shapes,
      kind: 'rank-changed',
      class: 'breaking',
      reason: 'The number of dimensions must be equal.',
    });
    return;
  }
  const pairs = before.shape.map((length, index) => [length, after.shape[index] ?? length] as const);
  const differ = pairs.filter(([was, is]) => was !== is);
  if (differ.length === 0) return;
  const refused = differ.find(([, is]) => is !== -1);
  if (refused !== undefined) {
    note({
      ...shapes,
      kind: refused[0] === -1 ? 'length-fixed' : 'length-changed',
      class: 'breaking',
      reason:
        refused[0] === -1
          ? 'Callers may send any length, but only one length is now accepted.'
          : 'Callers send another length.',
    });
    return;
  }
  note({
    ...shapes,
    kind: 'length-opened',
    class: frames ? 'warning' : 'compatible',
    reason: frames
      ? 'Every array is accepted, but MLflow refuses data frames for a tensor with an open inner length.'
      : 'Every length is accepted.',
  });
}

/** MLflow's reading of `object` and `(-1,)`: ragged data of any kind. */
function takesAnyArray({ dtype, shape }: TensorSpec): boolean {
  return dtype === 'object' && shape.length === 1 && shape[0] === -1;
}

/** Objects in one row of a fixed length, for which MLflow takes no data frames. */
function isListOfObjects({ dtype, shape }: TensorSpec): boolean {
  return dtype === 'object' && shape.length === 1 && shape[0] !== -1;
}

/**
 * Whether MLflow takes rows of different lengths for this tensor, in memory and over JSON. It takes such an array for any
 * dtype, but makes JSON an array of the declared dtype first, which only `object` leaves as it is.
 */
function takesRaggedObjects({ dtype, shape }: TensorSpec): boolean {
  return dtype === 'object' && shape.length > 1 && shape.slice(1).includes(-1);
}

/** Whether MLflow takes data frames for this tensor: rows of any number, everything else fixed. */
function takesDataFrames({ shape }: TensorSpec): boolean {
  return shape[0] === -1 && !shape.slice(1).includes(-1);
}

/** Whether something other than an array fits: a data frame, or a sparse matrix, which has two dimensions. */
function hasOtherWays(tensor: TensorSpec): boolean {
  const sparse = tensor.shape.length === 2 && /^(?:bool|u?int|float(?:32|64)|complex)/u.test(tensor.dtype);
  return takesDataFrames(tensor) || sparse;
}
