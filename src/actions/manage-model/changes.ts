import type { Stage } from '../../apply/stage.ts';
import type { ValueChange } from '../../apply/value.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { isNamed, samePrincipal } from '../../domain/principal.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { modelState } from '../../plan/model-state.ts';
import type { Change } from '../../plan/change.ts';
import { labelUndo } from '../../report/sections/label-undo.ts';
import { modelUndo } from '../../report/sections/model-undo.ts';
import type { ManageModelContext, ModelReading } from './reading.ts';

/** What is to be changed of a model: that it is created, and its values, in the order in which they are written. */
export interface ModelChanges {
  readonly creation: Change<'create-model'> | undefined;
  readonly values: readonly ValueChange[];
}

/** The changes that the inputs ask for, from what was read to what is wanted; what is so already is none. */
export function modelChanges(
  { inputs }: Pick<ManageModelContext, 'inputs'>,
  {
    name,
    renamed,
    caller,
  }: { readonly name: FullName; readonly renamed: FullName | undefined; readonly caller: string },
  { model, versions }: ModelReading,
): ModelChanges {
  if (model !== undefined && (renamed !== undefined || inputs.delete === true))
    return { creation: undefined, values: [moved(name, renamed, modelState(model, versions ?? 0))] };
  if (renamed !== undefined || inputs.delete === true) return { creation: undefined, values: [] };
  const wanted = inputs['remove-description'] === true ? '' : inputs.description;
  const described = model?.description ?? '';
  const owner = model === undefined ? caller : (model.owner ?? '');
  return {
    creation: model === undefined ? { kind: 'create-model', name } : undefined,
    values: [
      ...(wanted === undefined || wanted === described
        ? []
        : [{ kind: 'description', target: { kind: 'model', name }, from: described, to: wanted } as const]),
      // The last one: whoever gives a model away may write nothing more of it.
      ...(inputs.owner === undefined || samePrincipal(inputs.owner, owner)
        ? []
        : [{ kind: 'owner', name, from: owner, to: inputs.owner } as const]),
    ],
  };
}

function moved(name: FullName, renamed: FullName | undefined, state: string): ValueChange {
  const unserved = { kind: 'served', name, was: null } as const;
  if (renamed === undefined) {
    const basis = [unserved, { kind: 'holds', name, was: null } as const];
    return { kind: 'delete-model', name, from: state, to: null, basis };
  }
  return {
    kind: 'rename-model',
    name,
    renamed,
    from: formatFullName(name),
    to: formatFullName(renamed),
    basis: [unserved],
  };
}

/** The stages that carry them out: values of a model that was just created are read again first. */
export function modelStages(context: ManageModelContext, { creation, values }: ModelChanges): Stage[] {
  const made: Stage[] =
    creation === undefined
      ? []
      : [{ name: 'model', changes: [creation], work: { kind: 'model', change: creation } }];
  if (values.length === 0) return made;
  return [
    ...made,
    {
      name: 'model-values',
      changes: values,
      work: {
        kind: 'values',
        ended: () => noteModelUndo(context),
        async confirm() {
          context.destination.forgetEndpoints();
          return creation === undefined
            ? values
            : Promise.all(values.map((change) => asCreated(change, context)));
        },
      },
    },
  ];
}

/** The new model may name its owner in another way than the caller is known by. */
async function asCreated(
  change: ValueChange,
  { destination: snapshot }: ManageModelContext,
): Promise<ValueChange> {
  if (change.kind !== 'owner') return change;
  const [model, caller] = await Promise.all([snapshot.freshModel(change.name), snapshot.caller()]);
  const owner = model?.owner ?? '';
  return isNamed(caller.alsoKnownAs, owner) ? { ...change, from: owner } : change;
}

/** Says how to take back what was written, whatever ended the run. */
export function noteModelUndo({ record, inputs, destination }: ManageModelContext): void {
  const changes = record.changes.map(({ change }) => change as Change);
  const written = changes.filter((change) => record.wasWritten(change));
  const creation = written.filter(({ kind }) => kind === 'create-model');
  if (creation.length > 0) {
    // A model that is deleted again has neither description nor owner.
    record.undo.push(...modelUndo(creation, record.again));
    return;
  }
  const descriptions = written.flatMap((change) => (change.kind === 'description' ? [change] : []));
  const labels = { ...inputs, 'status-key': TAG_KEYS.status };
  record.undo.push(
    ...modelUndo(written, record.again),
    ...labelUndo(descriptions, labels, { commands: destination.registry.commands, again: record.again }),
  );
}
