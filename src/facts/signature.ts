import type { CheckMode, NotApplicable } from '../domain/decision.ts';
import type { FullName } from '../domain/full-name.ts';
import { decideSignature, type SignatureDecision } from '../policy/signature/decide.ts';
import { parseMlmodel, type Mlmodel } from '../mlmodel/mlmodel.ts';
import type { SourceFiles } from './copy/source.ts';
import { readHashedMlmodel } from './mlmodel-file.ts';
import type { Snapshot } from './snapshot.ts';

export type { Mlmodel };

/** What the `MLmodel` file of a version says, and whether that is enough. */
export interface SignatureCheck {
  readonly mlmodel: Mlmodel;
  readonly decision: SignatureDecision;
  /** The sha256 in hex of the `MLmodel` that was judged, where it belongs to no version yet and may be written again. */
  readonly sha256?: string;
}

/** Said of signatures where the files of versions cannot be read. */
export const NO_FILES: NotApplicable = {
  notApplicable: 'this registry does not give access to the files of versions',
};

/** As {@link checkSignature}, where a registry shows files; else that the check is not applicable. */
export async function signatureOf(
  name: FullName,
  version: number,
  snapshot: Snapshot,
): Promise<SignatureCheck | NotApplicable> {
  return snapshot.registry.capabilities.files ? checkSignature(name, version, snapshot) : NO_FILES;
}

/** Reads the `MLmodel` file of a version, and nothing else of it, and judges its signature. */
export async function checkSignature(
  name: FullName,
  version: number,
  snapshot: Snapshot,
): Promise<SignatureCheck> {
  return judged(await snapshot.mlmodel(name, version));
}

/** As {@link checkSignature}; null where the check is off, and nothing is read. */
export async function checkSignatureUnder(
  mode: CheckMode,
  name: FullName,
  version: number,
  snapshot: Snapshot,
): Promise<SignatureCheck | null> {
  return mode === 'off' ? null : checkSignature(name, version, snapshot);
}

/** As {@link checkSignature}, of files that belong to no version yet. */
export async function signatureIn({ files, bytes }: SourceFiles): Promise<SignatureCheck> {
  if (!files.some(({ path }) => path === 'MLmodel')) return judged(parseMlmodel(undefined));
  const { mlmodel, ...read } = await readHashedMlmodel(bytes);
  return { ...judged(mlmodel), ...read };
}

function judged(mlmodel: Mlmodel): SignatureCheck {
  const decision = decideSignature(mlmodel.signature, {
    // Where that is not known the signature is not either, which the decision says.
    featureStorePackaged: mlmodel.featureStorePackaged === true,
  });
  return { mlmodel, decision };
}
