import { shortTypeText } from '../../domain/data-type-text.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { ParamSpec } from '../../domain/model-signature.ts';
import { show } from '../../domain/printable.ts';
import { named } from './paths.ts';
import { compareTypes, type Note } from './types.ts';

/** What MLflow converts in a param (3.17 `_enforce_param_datatype`): more than in a column. */
const WIDER: ReadonlyMap<string, readonly string[]> = new Map([
  ['integer', ['long', 'float', 'double']],
  ['long', ['float', 'double']],
  ['float', ['double']],
]);

/** Notes what changes for callers who send params; null for a signature that declares none. */
export function compareParams(
  before: readonly ParamSpec[] | null,
  after: readonly ParamSpec[] | null,
  note: Note,
): void {
  const now = new Map((after ?? []).map((param) => [param.name, param]));
  const then = new Set((before ?? []).map(({ name }) => name));
  for (const old of before ?? []) {
    const path = named('params', old.name);
    const param = now.get(old.name);
    if (param === undefined) {
      note({
        path,
        kind: 'param-removed',
        before: paramText(old),
        after: null,
        class: 'breaking',
        reason: 'Calls with this param still succeed, but it no longer has an effect: MLflow drops it.',
      });
    } else compareParam(old, param, path, note);
  }
  for (const param of after ?? []) {
    if (then.has(param.name)) continue;
    note({
      path: named('params', param.name),
      kind: 'param-added',
      before: null,
      after: `${paramText(param)}, default ${show(canonicalJson(param.default))}`,
      class: 'compatible',
      reason: 'Callers need not send it: it has a default.',
    });
  }
  const order = [...now.keys()];
  if (then.size !== now.size || order.some((name) => !then.has(name))) return;
  if ([...then].every((name, index) => order[index] === name)) return;
  note({
    path: 'params',
    kind: 'order-changed',
    before: null,
    after: null,
    class: 'compatible',
    reason: 'Params are matched by name.',
  });
}

function compareParam(before: ParamSpec, after: ParamSpec, path: string, note: Note): void {
  const texts = { path, before: paramText(before), after: paramText(after) };
  if ((before.shape === null) !== (after.shape === null)) {
    note({
      ...texts,
      kind: 'list-changed',
      class: 'breaking',
      reason:
        after.shape === null
          ? 'Callers send a list, but a single value is now expected.'
          : 'Callers send a single value, but a list is now expected.',
    });
    return;
  }
  if (before.type.kind === 'scalar' && after.type.kind === 'scalar') {
    if (before.type.type !== after.type.type) {
      const widened = WIDER.get(before.type.type)?.includes(after.type.type) === true;
      note({
        ...texts,
        kind: widened ? 'type-widened' : 'type-changed',
        class: widened ? 'compatible' : 'breaking',
        reason: widened
          ? `As a param, every ${before.type.type} is accepted as ${after.type.type}.`
          : `MLflow does not convert a param from ${before.type.type} to ${after.type.type}.`,
      });
    }
  } else
    compareTypes(before.type, after.type, { path, place: 'param', holder: 'a param', required: true }, note);
  const defaults = [canonicalJson(before.default), canonicalJson(after.default)] as const;
  if (defaults[0] === defaults[1]) return;
  note({
    path,
    kind: 'default-changed',
    before: show(defaults[0]),
    after: show(defaults[1]),
    class: 'warning',
    reason: 'Callers that do not send it get different results.',
  });
}

function paramText({ type, shape }: ParamSpec): string {
  return shape === null ? shortTypeText(type) : `list of ${shortTypeText(type)}`;
}
