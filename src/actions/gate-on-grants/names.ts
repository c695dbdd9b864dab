import type { PromoteError } from '../../domain/errors.ts';
import { sameSecurable, securablePath, type Securable } from '../../domain/privilege.ts';
import { absentName, namedModel, type NamedObject } from '../../facts/names.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { GateInputs } from '../../inputs/gate.ts';

/** The errors of what a gate was asked about and does not exist, one for each input and object. */
export async function absentNames(
  inputs: GateInputs,
  notFound: readonly Securable[],
  snapshot: Snapshot,
): Promise<PromoteError[]> {
  const named = namedIn(inputs);
  const wrong = notFound.flatMap((absent) => {
    const on = named.filter(({ securable }) =>
      securablePath(securable).some((step) => sameSecurable(step, absent)),
    );
    return [...new Map(on.map((each) => [each.input, each])).values()];
  });
  return Promise.all(wrong.map((each) => absentName(each, snapshot)));
}

function namedIn({ source, destination, model, require, forbid }: GateInputs): NamedObject[] {
  return [
    ...(source === undefined ? [] : [namedModel(source.name, 'source')]),
    ...(destination === undefined ? [] : [namedModel(destination, 'destination')]),
    ...(model === undefined ? [] : [namedModel(model, 'model')]),
    ...(require ?? []).map(({ securable }) => ({ securable, input: 'require' })),
    ...(forbid ?? []).map(({ securable }) => ({ securable, input: 'forbid' })),
  ];
}
