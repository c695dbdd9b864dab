import type { InputFault } from '../domain/input-fault.ts';
import type { ModelPattern } from '../domain/model-pattern.ts';
import { boolean, defaulted, instant, optional, type InputsOf } from './fields.ts';
import { warehouseId } from './warehouse.ts';

/** Inputs about what an alias named before. */
export const PAST_INPUTS = {
  history: defaulted(boolean, {
    description:
      'Show which version `alias` named when and who moved it, from the record of its moves, with its gaps.',
    default: 'false',
  }),
  at: optional(instant, {
    description:
      'A moment such as `2026-11-20T12:00Z`: find the version that `alias` named then. If the record does not show it, the step fails.',
  }),
  'warehouse-id': warehouseId(
    'with `history` or `at`, fills the gaps of the record from the audit log; nothing is asked where there is no gap.',
  ),
};

/** The inputs of {@link PAST_INPUTS} as values. */
export type PastInputs = InputsOf<typeof PAST_INPUTS>;

/** History and moments are of an alias, and of one model. */
export function pastFaults(
  inputs: Partial<PastInputs> & { readonly model?: ModelPattern; readonly alias?: string | undefined },
): InputFault[] {
  const input = inputs.at === undefined ? 'history' : 'at';
  if (inputs.at === undefined && inputs.history !== true)
    return inputs['warehouse-id'] === undefined
      ? []
      : [
          {
            input: 'warehouse-id',
            problem: 'it is used only with history or at.',
            fix: 'Add history: true or at, or leave it out.',
          },
        ];
  return [
    ...(inputs.alias === undefined
      ? [{ input, problem: 'it needs an alias, but none is given.', fix: 'Add alias.' }]
      : []),
    ...(inputs.model !== undefined && inputs.model.kind !== 'model'
      ? [
          {
            input,
            problem: 'it needs one model, but a pattern is given.',
            fix: 'Give the full name of a model.',
          },
        ]
      : []),
  ];
}
