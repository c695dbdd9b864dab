import type { FullName } from '../../domain/full-name.ts';
import type { ListedVersion, ModelExtras, RegisteredModel } from '../../domain/model.ts';
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

/** The destination as it is: the model, its job, and its versions, which show earlier copies. */
export async function readDestination(name: FullName, snapshot: Snapshot): Promise<CopyDestination> {
  const [model, extras, versions] = await Promise.all([
    snapshot.model(name),
    snapshot.extras(name),
    listVersions(name, snapshot),
  ]);
  return { name: model?.name ?? name, model, extras, versions };
}
