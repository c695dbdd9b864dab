import type { ParamSpec } from '../../src/domain/model-signature.ts';
import { COLUMN_EDITS, COLUMN_WIDER } from './compatibility-column-edits.ts';
import type { Edit } from './compatibility-edit.ts';
import { drawParam, retyped, SCALARS, type Draws } from './compatibility-random.ts';
import { TENSOR_EDITS } from './compatibility-tensor-edits.ts';

function onParam(
  name: string,
  alone: Edit['alone'],
  change: (param: ParamSpec, draws: Draws) => ParamSpec | undefined,
): Edit {
  return {
    name,
    alone,
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

/** The table of edits. */
export const EDITS: readonly Edit[] = [
  ...COLUMN_EDITS,
  ...TENSOR_EDITS,
  {
    name: 'add a param',
    alone: 'compatible',
    apply: (signature, draws) =>
      signature.params?.some(({ name }) => name === 'new') === true
        ? undefined
        : { ...signature, params: [...(signature.params ?? []), drawParam(draws, 'new')] },
  },
  {
    name: 'remove a param',
    alone: 'breaking',
    apply: ({ params, ...rest }) =>
      params === null ? undefined : { ...rest, params: params.length === 1 ? null : params.slice(1) },
  },
  onParam('widen a param', 'compatible', (param, draws) => {
    const edges = PARAM_WIDER.filter(([from]) => param.type.kind === 'scalar' && from === param.type.type);
    return edges.length === 0 ? undefined : retyped(draws, param, draws.pick(edges)[1]);
  }),
  onParam('change the type of a param', 'either', (param, draws) =>
    param.type.kind === 'scalar'
      ? retyped(draws, param, draws.pick(SCALARS.filter((type) => type !== 'binary')))
      : undefined,
  ),
  onParam('make a param a list or a value', 'breaking', (param) => {
    if (param.type.kind === 'object') return undefined;
    return param.shape === null
      ? { ...param, shape: [-1], default: [param.default] }
      : {
          ...param,
          shape: null,
          default: Array.isArray(param.default) ? (param.default[0] as unknown) : null,
        };
  }),
  onParam('change a default', 'compatible', (param, draws) =>
    param.type.kind === 'scalar' ? retyped(draws, param, param.type.type) : undefined,
  ),
  {
    name: 'declare no inputs',
    alone: 'compatible',
    apply: (signature) => (signature.inputs === null ? undefined : { ...signature, inputs: null }),
  },
  {
    name: 'declare inputs',
    alone: 'breaking',
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
    alone: 'breaking',
    apply: (signature) => ({ ...signature, outputs: (signature.outputs ?? []).slice(0, 1) }),
  },
  {
    name: 'add an output',
    alone: 'compatible',
    apply: (signature) => ({
      ...signature,
      outputs: [
        ...(signature.outputs ?? []),
        { kind: 'column', name: 'why', required: true, type: { kind: 'scalar', type: 'string' } },
      ],
    }),
  },
];
