import { sameFullName, type FullName } from '../../domain/full-name.ts';
import type { RegisteredModel, Tag } from '../../domain/model.ts';
import { listVersions } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { ManageModelInputs, MANAGE_MODEL_OUTPUTS } from '../../inputs/manage-model.ts';
import type { NamedElsewhere } from '../../policy/manage-model.ts';
import { endpointsServing } from '../../policy/alias/effects.ts';
import type { ActionContext } from '../contract/context.ts';
import { readLocalPins } from '../parts/pins.ts';

/** What the management of a model works with. */
export type ManageModelContext = ActionContext<ManageModelInputs & CommonInputs, typeof MANAGE_MODEL_OUTPUTS>;

/** Everything that the changes of a model are decided on. */
export interface ModelReading {
  /** Undefined where it does not exist. */
  readonly model: RegisteredModel | undefined;
  /** The model of the new name; undefined where there is none, or none was asked for. */
  readonly other: RegisteredModel | undefined;
  /** How many versions it has; undefined where that does not matter. */
  readonly versions: number | undefined;
  readonly elsewhere: NamedElsewhere | undefined;
  /** Its tags; undefined where they do not matter. */
  readonly tags: readonly Tag[] | undefined;
}

/** Reads a model, and where it is renamed or deleted what names it; what cannot be looked at is thrown. */
export async function readModel(
  context: ManageModelContext,
  name: FullName,
  renamed: FullName | undefined,
): Promise<ModelReading> {
  const { inputs, destination: snapshot } = context;
  const isMoved = renamed !== undefined || inputs.delete === true;
  const [model, other, versions, elsewhere, tags] = await Promise.all([
    snapshot.model(name),
    renamed === undefined ? undefined : snapshot.model(renamed),
    inputs.delete === true ? listVersions(name, snapshot).then(({ length }) => length) : undefined,
    isMoved ? readElsewhere(context, name) : undefined,
    inputs.delete === true ? snapshot.tagsOf(name) : undefined,
  ]);
  return { model, other, versions, elsewhere, tags };
}

async function readElsewhere(context: ManageModelContext, name: FullName): Promise<NamedElsewhere> {
  const { inputs, destination: snapshot } = context;
  const { names } = snapshot.registry.capabilities;
  const [endpoints, pins] = await Promise.all([
    snapshot.recentEndpoints(),
    inputs.pins === undefined ? [] : readLocalPins(context, 'pins', inputs.pins),
  ]);
  return {
    endpoints: endpointsServing({ name }, endpoints ?? []),
    seen: endpoints?.length,
    pins: pins.filter(({ name: pinned, target }) =>
      [pinned, ...(target.kind === 'copy' ? [target.name] : [])].some((each) =>
        sameFullName(each, name, names),
      ),
    ),
  };
}
