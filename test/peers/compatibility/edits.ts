import type { ParamSpec } from '../../../src/domain/model-signature.ts';
import { COLUMN_EDITS, COLUMN_WIDER } from './column-edits.ts';
import { breaks, fine, type Edit } from './edit.ts';
import { nestedEdits, replacingEdits, type OnHolder } from './nested-edits.ts';
import {
  drawObject,
  drawParam,
  drawSignature,
  objectParam,
  retyped,
  SCALARS,
  withParam,
  type Draws,
} from './random.ts';
import { TENSOR_EDITS } from './tensor-edits.ts';

function onParam(
  name: string,
  alone: Edit['alone'],
  change: (param: ParamSpec, draws: Draws) => ParamSpec | undefined,
  start: Edit['start'] = (draws) => withParam(draws, drawParam(draws, 'top_k')),
): Edit {
  return {
    name,
    alone,
    start,
    apply(signature, draws) {
      if (signature.params === null) return undefined;
      const chosen = draws.pick(signature.params);
      const changed = change(chosen, draws);
      if (changed === undefined) return undefined;
      return { ...signature, params: signature.params.map((param) => (param === chosen ? changed : param)) };
    },
  };
}

const PARAM_WIDER = [...COLUMN_WIDER, ['integer', 'float'], ['long', 'float'], ['long', 'double']] as const;

const inParam: OnHolder = (name, alone, pick, change, first) =>
  onParam(
    name,
    alone,
    (param, draws) => (pick(param) ? objectParam(param.name, change(param.type, draws)) : undefined),
    (draws) => withParam(draws, objectParam('deep', first(draws))),
  );

/** The object itself stays one: a param is nothing else but a scalar. */
const inProperty: OnHolder = (name, alone, pick, change, first) =>
  onParam(
    name,
    alone,
    ({ name: param, type }, draws) => {
      if (type.kind !== 'object') return undefined;
      const chosen = type.properties.find(pick);
      if (chosen === undefined) return undefined;
      const properties = type.properties.map((property) =>
        property === chosen ? { ...property, type: change(property.type, draws) } : property,
      );
      return objectParam(param, { kind: 'object', properties });
    },
    (draws) => {
      const property = { name: 'inner', required: draws.chance(0.5), type: first(draws) };
      return withParam(draws, objectParam('deep', { kind: 'object', properties: [property] }));
    },
  );

/** The table of edits. */
export const EDITS: readonly Edit[] = [
  ...COLUMN_EDITS,
  ...TENSOR_EDITS,
  {
    name: 'add a param',
    alone: fine('a param has a default'),
    apply: (signature, draws) =>
      signature.params?.some(({ name }) => name === 'new') === true
        ? undefined
        : { ...signature, params: [...(signature.params ?? []), drawParam(draws, 'new')] },
  },
  {
    name: 'remove a param',
    alone: breaks('nobody heeds any more what callers send'),
    apply: ({ params, ...rest }) =>
      params === null ? undefined : { ...rest, params: params.length === 1 ? null : params.slice(1) },
  },
  onParam('widen a param', fine('MLflow converts it'), (param, draws) => {
    const edges = PARAM_WIDER.filter(([from]) => param.type.kind === 'scalar' && from === param.type.type);
    return edges.length === 0 ? undefined : retyped(draws, param, draws.pick(edges)[1]);
  }),
  onParam('change the type of a param', 'either', (param, draws) =>
    param.type.kind === 'scalar'
      ? retyped(draws, param, draws.pick(SCALARS.filter((type) => type !== 'binary')))
      : undefined,
  ),
  onParam('make a param a list or a value', breaks('one value is no list'), (param) => {
    if (param.type.kind === 'object') return undefined;
    return param.shape === null
      ? { ...param, shape: [-1], default: [param.default] }
      : {
          ...param,
          shape: null,
          default: Array.isArray(param.default) ? (param.default[0] as unknown) : null,
        };
  }),
  onParam('change a default', fine('callers who send the param get what they got'), (param, draws) =>
    param.type.kind === 'scalar' ? retyped(draws, param, param.type.type) : undefined,
  ),
  onParam(
    'an object param becomes a scalar',
    breaks('callers send an object'),
    (param, draws) =>
      param.type.kind === 'object'
        ? retyped(draws, param, draws.pick(['long', 'string', 'boolean']))
        : undefined,
    (draws) => withParam(draws, objectParam('deep', drawObject(draws, 1))),
  ),
  onParam('a scalar param becomes an object', breaks('callers send one value'), (param, draws) =>
    param.type.kind === 'object' ? undefined : objectParam(param.name, drawObject(draws, 1)),
  ),
  {
    name: 'put params into another order',
    alone: fine('params go by name'),
    start: (draws) => ({
      ...drawSignature(draws),
      params: [drawParam(draws, 'top_k'), drawParam(draws, 'stop')],
    }),
    apply: (signature) =>
      signature.params === null ? undefined : { ...signature, params: [...signature.params].reverse() },
  },
  ...nestedEdits(inParam, ' of an object param'),
  ...replacingEdits(inProperty, ' in an object param'),
  {
    name: 'declare no inputs',
    alone: fine('nothing is enforced any more'),
    apply: (signature) => (signature.inputs === null ? undefined : { ...signature, inputs: null }),
  },
  {
    name: 'declare inputs',
    alone: breaks('callers of a model that declares nothing may send anything'),
    start: (draws) => ({ ...drawSignature(draws), inputs: null }),
    apply: (signature) =>
      signature.inputs === null
        ? {
            ...signature,
            inputs: [
              {
                kind: 'column',
                name: 'x',
                required: true,
                type: { kind: 'scalar', type: 'long' },
              },
            ],
          }
        : undefined,
  },
  {
    name: 'remove an output',
    alone: breaks('who reads it does not find it'),
    apply: (signature) => ({ ...signature, outputs: (signature.outputs ?? []).slice(0, 1) }),
  },
  {
    name: 'add an output',
    alone: fine('who reads by name does not notice it'),
    apply: (signature) => ({
      ...signature,
      outputs: [
        ...(signature.outputs ?? []),
        { kind: 'column', name: 'why', required: true, type: { kind: 'scalar', type: 'string' } },
      ],
    }),
  },
];
