import type { FullName } from '../../domain/full-name.ts';
import type { ModelVersion, Tag } from '../../domain/model.ts';
import { findHoldsOf } from '../../facts/holds.ts';
import { checkSignatureUnder, type SignatureCheck } from '../../facts/signature.ts';
import { requireVersion, uriOf, type VersionInputs } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { SignatureInputs } from '../../inputs/signature.ts';
import type { ActionContext } from '../contract/context.ts';
import { noteHolds, noteSignature, noteVersion } from './checks.ts';

/** The version that the inputs name, as soon as its number is known. */
interface Named {
  readonly name: FullName;
  readonly number: Promise<number>;
  /** The inputs that name it. */
  readonly named: VersionInputs;
}

/** Reads a version, its signature where that is checked, and the tags of its model. */
export function readNamedVersion(
  { name, number, named }: Named,
  {
    inputs,
    destination: snapshot,
  }: Pick<ActionContext<CommonInputs & SignatureInputs>, 'inputs' | 'destination'>,
): readonly [Promise<ModelVersion>, Promise<SignatureCheck | null>, Promise<readonly Tag[]>] {
  return [
    number.then((each) => requireVersion(name, each, snapshot, named)),
    number.then((each) => checkSignatureUnder(inputs['require-signature'], name, each, snapshot)),
    snapshot.tagsOf(name),
  ];
}

/** Notes whether a version that was read may be used: its state, its holds and its signature. */
export async function noteNamedVersion(
  context: ActionContext<CommonInputs & SignatureInputs>,
  version: ModelVersion,
  signature: SignatureCheck | null,
  tagsOfModel: readonly Tag[],
): Promise<void> {
  const { inputs, record, destination: snapshot } = context;
  noteVersion(record, version);
  noteHolds(record, [], await findHoldsOf(version, tagsOfModel, { ...context, snapshot }));
  noteSignature(record, inputs['require-signature'], signature, uriOf(version));
}
