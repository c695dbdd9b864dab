import type { ColumnSpec, ModelSignature, TensorSpec } from '../../domain/model-signature.ts';
import type {
  ChangeClass,
  CompatibilityMode,
  SignatureChange,
  SignatureComparison,
} from '../../domain/signature-change.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { compareColumns } from './columns.ts';
import { compareExactly } from './exact.ts';
import { haveAmbiguousNames, refusalOfCalls } from './names.ts';
import { compareTypeHints } from './type-hints.ts';
import { compareOutputs } from './outputs.ts';
import { compareParams } from './params.ts';
import { compareTensors } from './tensors.ts';
import { signatureToJson } from '../signature/json.ts';
import type { Note } from './types.ts';

/** The signature of a version that declares nothing. */
export const NO_SIGNATURE: ModelSignature = { inputs: null, outputs: null, params: null };

const ORDER: Readonly<Record<ChangeClass, number>> = { breaking: 0, warning: 1, compatible: 2 };

/**
 * Compares what two versions declare, for those who call the first and read its results. `compatible` says that
 * MLflow's own enforcement of the second takes every datum that the first takes and that holds nothing which the first
 * does not declare; `exact` lets no change pass; `none` lets every change pass. The changes are the same in each mode,
 * those that break first; `exact` adds what changes for nobody, such as a repeated element moved (rules: uc-protocol §8.4, §8.5, checked against mlflow-skinny 3.17.2).
 */
export function compareSignatures(
  before: ModelSignature,
  after: ModelSignature,
  mode: CompatibilityMode,
): SignatureComparison {
  const changes: SignatureChange[] = [];
  const note: Note = (change) => changes.push(change);
  compareTypeHints(before, after, note);
  compareInputs(before.inputs, after.inputs, note);
  compareParams(before.params, after.params, note);
  if (comparable('outputs', before.outputs, after.outputs, note)) {
    compareOutputs(before.outputs ?? [], after.outputs ?? [], note);
  }
  if (mode === 'exact') compareExactly(before, after, [...changes], note);
  changes.sort((left, right) => ORDER[left.class] - ORDER[right.class]);
  return { mode, compatible: passes(changes, mode), changes };
}

function passes(changes: readonly SignatureChange[], mode: CompatibilityMode): boolean {
  switch (mode) {
    case 'none':
      return true;
    case 'exact':
      return changes.length === 0;
    case 'callers':
      return changes[0]?.class !== 'breaking';
  }
}

type Specs = ModelSignature['inputs'];

function compareInputs(before: Specs, after: Specs, note: Note): void {
  if (!comparable('inputs', before, after, note)) return;
  const [refused, refuses] = [refusalOfCalls(before ?? []), refusalOfCalls(after ?? [])];
  if (refused === undefined && haveAmbiguousNames(before ?? [], after ?? [])) {
    noteAmbiguous(before, after, note);
    return;
  }
  if (refused !== undefined || refuses !== undefined) {
    noteRefusal(refused, refuses, note);
    return;
  }
  const [wasTensors, isTensors] = [tensorsOf(before), tensorsOf(after)];
  const [wasColumns, isColumns] = [columnsOf(before), columnsOf(after)];
  if (wasTensors.length > 0 && isTensors.length > 0) compareTensors(wasTensors, isTensors, 'inputs', note);
  else if (wasColumns.length > 0 && isColumns.length > 0)
    compareColumns(wasColumns, isColumns, 'inputs', note);
  else {
    const toTensors = isTensors.length > 0;
    note({
      path: 'inputs',
      kind: toTensors ? 'columns-to-tensors' : 'tensors-to-columns',
      before: toTensors ? 'columns' : 'tensors',
      after: toTensors ? 'tensors' : 'columns',
      class: 'breaking',
      reason: toTensors
        ? 'Callers send columns, but tensors are now expected.'
        : 'Callers send tensors, but columns are now expected.',
    });
  }
}

/** Nothing is known of the callers where Python takes two names for one, unless nothing changed. */
function noteAmbiguous(before: Specs, after: Specs, note: Note): void {
  const [old, now] = [before, after].map((inputs) =>
    canonicalJson(signatureToJson({ ...NO_SIGNATURE, inputs })),
  );
  if (old === now) return;
  note({
    path: 'inputs',
    kind: 'name-false',
    before: null,
    after: null,
    class: 'breaking',
    reason: 'Two names are equal in Python, such as 1 and true; what MLflow accepts then is not determined.',
  });
}

/** Where one side refuses every call, that alone is the change. */
function noteRefusal(before: string | undefined, after: string | undefined, note: Note): void {
  if (before !== undefined && after !== undefined) return;
  const words = (refusal: string | undefined) => (refusal === undefined ? null : 'every call is refused');
  note({
    path: 'inputs',
    kind: 'name-false',
    before: words(before),
    after: words(after),
    class: after === undefined ? 'compatible' : 'breaking',
    reason: after ?? 'MLflow refuses every call of the compared version, so it has no callers.',
  });
}

/** Whether both sides declare a part; where one does not, that alone is the change. An empty list declares nothing. */
function comparable(part: 'inputs' | 'outputs', before: Specs, after: Specs, note: Note): boolean {
  const was = before !== null && before.length > 0;
  const is = after !== null && after.length > 0;
  if (was && is) return true;
  const inputs = part === 'inputs';
  const count = (specs: Specs): string | null =>
    specs === null || specs.length === 0 ? null : `${specs.length} declared`;
  const texts = { path: part, before: count(before), after: count(after) };
  if (after !== null && !is && (was || before === null)) {
    note({
      ...texts,
      kind: 'emptied',
      class: 'breaking',
      reason: 'MLflow cannot load a model with an empty list.',
    });
  } else if (was) {
    note({
      ...texts,
      kind: 'undeclared',
      class: inputs ? 'warning' : 'breaking',
      reason: inputs
        ? 'Nothing is enforced now; whatever callers send reaches the model.'
        : 'Outputs are no longer declared, so each output counts as removed for readers of the result.',
    });
  } else if (is) {
    note({
      ...texts,
      kind: 'declared',
      class: inputs && before === null ? 'breaking' : 'compatible',
      reason:
        inputs && before === null
          ? 'The compared version enforces nothing, so its callers may send what this version refuses.'
          : inputs
            ? 'The compared version cannot be loaded, so it has no callers.'
            : 'The declaration is stricter than before.',
    });
  }
  return false;
}

function tensorsOf(specs: Specs): TensorSpec[] {
  return (specs ?? []).filter((spec) => spec.kind === 'tensor');
}

function columnsOf(specs: Specs): ColumnSpec[] {
  return (specs ?? []).filter((spec) => spec.kind === 'column');
}
