import type { FullName } from '../../domain/full-name.ts';
import type { ListedVersion, ModelExtras, RegisteredModel } from '../../domain/model.ts';
import { absentName, absentObject, namedModel } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { listVersions } from '../version.ts';

/** The model that a copy goes to, as it is before. */
export interface CopyDestination {
  /** In the registry's spelling; as it was asked for where there is none yet. */
  readonly name: FullName;
  readonly model: RegisteredModel | undefined;
  readonly extras: ModelExtras | undefined;
  readonly versions: readonly ListedVersion[];
}

/** What is said of a destination that does not exist, and could. */
const CREATE = 'To create the model in this step, set create-destination: true.';

/**
 * The destination as it is: the model, its job, and its versions, which show earlier copies. Throws `not-found` where it does
 * not exist and is not to be created, or where what it is in does not exist, which is never created.
 */
export async function readDestination(
  name: FullName,
  isCreated: boolean,
  snapshot: Snapshot,
): Promise<CopyDestination> {
  const [model, extras, versions] = await Promise.all([
    snapshot.model(name),
    snapshot.extras(name),
    listVersions(name, snapshot),
  ]);
  if (model === undefined) {
    const named = namedModel(name, 'destination');
    const isInPlace = (await absentObject(named.securable, snapshot)) === named.securable;
    if (!isCreated || !isInPlace) throw await absentName(named, snapshot, CREATE);
  }
  return { name: model?.name ?? name, model, extras, versions };
}
