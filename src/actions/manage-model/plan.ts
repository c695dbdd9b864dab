import { requireReachableOwner } from '../../apply/model.ts';
import { invalidInputs } from '../../domain/errors.ts';
import { formatFullName, parseFullName, type FullName } from '../../domain/full-name.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { modelNotFound } from '../../facts/names.ts';
import { asksOf, type ManageModelInputs } from '../../inputs/manage-model.ts';
import { changesOf } from '../../plan/plan.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import {
  decideFreeName,
  decideGroupOwner,
  decideNamedElsewhere,
  decideWithoutHolds,
  decideWithoutVersions,
} from '../../policy/manage-model.ts';
import { modelChangeText } from '../../report/sections/page/model.ts';
import type { ActionResult, Planned } from '../contract/action.ts';
import { withPrivileges } from '../parts/checks.ts';
import { noteEndpoints } from '../parts/serving/seen.ts';
import { modelChanges, modelStages, noteModelUndo } from './changes.ts';
import { readModel, type ManageModelContext, type ModelReading } from './reading.ts';

/** Plans what becomes of a registered model: its creation, description, name, owner or deletion. */
export async function planManageModel(context: ManageModelContext): Promise<Planned> {
  const { inputs, record, destination: snapshot } = context;
  const { model: name, owner } = inputs;
  const asked = inputs['new-name'];
  const renamed = asked === undefined ? undefined : { ...name, model: asked };
  if (renamed !== undefined && snapshot.registry.capabilities.names !== 'any') requireName(renamed);
  record.subject = { kind: 'model', name };
  const mode = inputs['check-privileges'];
  const rights = snapshot.model(name).then(
    (found) => checkPrivileges(rightsOf(inputs, found !== undefined), snapshot, mode),
    () => checkPrivileges(rightsOf(inputs, true), snapshot, mode),
  );
  const [reading, { principal }] = await withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: rights }],
    [readModel(context, name, renamed), snapshot.caller()],
  );
  await requireThere(context, reading);
  if (record.allowed && owner !== undefined && reading.model?.owner !== owner)
    await requireReachableOwner(name, owner, snapshot, 'owner');
  noteChecks(context, reading, renamed);
  record.output('model', formatFullName(reading.model?.name ?? reading.other?.name ?? name));
  record.output('owner', reading.model?.owner ?? reading.other?.owner ?? '');
  record.requireAllowed(`Changing ${formatFullName(name)}`);

  const changes = modelChanges(
    context,
    { name: reading.model?.name ?? name, renamed, caller: principal },
    reading,
  );
  const stages = modelStages(context, changes);
  const all = changesOf(stages);
  const conclude = (state: 'done' | 'planned'): ActionResult => {
    if (all.length === 0)
      return { outcome: 'noop', verdict: `${nothingText(name, reading, renamed)}; nothing was written` };
    return {
      outcome: 'ok',
      verdict: `${formatFullName(name)}: ${all.map((change) => modelChangeText(change, state)).join('; ')}`,
    };
  };
  return {
    stages,
    asPlanned: () => conclude('planned'),
    asApplied() {
      if (changes.values.length === 0) noteModelUndo(context);
      const after = renamed ?? name;
      record.output('model', inputs.delete === true ? '' : formatFullName(after));
      const isGone = all.length > 0 && all.every((each) => each.kind === 'delete-model') && !record.changed;
      if (isGone) {
        record.output('owner', '');
        return {
          outcome: 'noop',
          verdict: `${formatFullName(name)} was gone already; nothing was deleted`,
        };
      }
      const given = changes.values.find((change) => change.kind === 'owner');
      record.output('owner', inputs.delete === true ? '' : (given?.to ?? reading.model?.owner ?? principal));
      return conclude('done');
    },
  };
}

/** The rights that what is asked for needs: a model that is about to be created belongs to the caller, and one that is gone needs none. */
function rightsOf(inputs: ManageModelInputs, modelExists: boolean) {
  const asked = asksOf(inputs).flatMap((ask) => (ask === 'create' ? [] : [OPERATIONS[ask]]));
  const operations = modelExists
    ? [...asked, 'read' as const]
    : [inputs.create === true ? ('create-model' as const) : ('read' as const)];
  const rights = mergeRights(
    operations.flatMap((operation) => requiredRights(operation, inputs.model, { modelExists })),
  );
  const ofModel = modelSecurable(inputs.model).type;
  return modelExists ? rights : rights.filter(({ securable }) => securable.type !== ofModel);
}

const OPERATIONS = {
  owner: 'manage-grants',
  description: 'describe',
  'remove-description': 'describe',
  'new-name': 'rename',
  delete: 'delete',
} as const;

/** Throws where a new name is none of Unity Catalog. */
function requireName(renamed: FullName): void {
  const read = parseFullName(formatFullName(renamed));
  if (!read.ok) throw invalidInputs([{ input: 'new-name', problem: read.problem, fix: read.fix }]);
}

/** Throws where the model has to be there and is not: one that is created, renamed before or deleted before need not be. */
async function requireThere({ inputs, destination }: ManageModelContext, { model, other }: ModelReading) {
  if (model !== undefined || inputs.create === true || inputs.delete === true || other !== undefined) return;
  throw await modelNotFound(inputs.model, 'model', destination);
}

function noteChecks(
  { inputs, record }: ManageModelContext,
  { model, other, versions, elsewhere, tags }: ModelReading,
  renamed: FullName | undefined,
): void {
  const { model: name, owner } = inputs;
  if (owner !== undefined)
    record.check(
      'Owner',
      'warn',
      decideGroupOwner(owner),
      // Whose the model is already, the caller need not belong to.
      model?.owner === owner ? 'It has the model already.' : 'It is a group of the caller.',
      'blocked',
    );
  if (renamed !== undefined)
    record.check(
      'New name',
      'fail',
      decideFreeName(renamed, model !== undefined && other !== undefined),
      'No model has it.',
      'blocked',
    );
  if (versions !== undefined)
    record.check(
      'Versions',
      'fail',
      decideWithoutVersions(name, versions, model?.aliases.length ?? 0),
      'The model has none.',
      'blocked',
    );
  if (tags !== undefined)
    record.check('Holds', 'fail', decideWithoutHolds(name, tags), 'The model has none.', 'blocked');
  if (elsewhere === undefined) return;
  noteEndpoints(record, elsewhere.seen);
  record.fact(
    'Pins',
    inputs.pins ?? 'not read',
    inputs.pins === undefined ? 'the input pins is not set' : undefined,
  );
  record.check(
    'Named elsewhere',
    'fail',
    decideNamedElsewhere(name, elsewhere),
    'No endpoint that the caller can see serves it, and no pin that was read names it.',
    'blocked',
  );
}

function nothingText(name: FullName, { model, other }: ModelReading, renamed: FullName | undefined): string {
  const full = formatFullName(name);
  if (model !== undefined) return `${full} already is as requested`;
  if (renamed !== undefined && other !== undefined)
    return `${full} does not exist, and ${formatFullName(renamed)} does`;
  return `${full} does not exist`;
}
