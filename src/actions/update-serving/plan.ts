import { formatFullName } from '../../domain/full-name.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { resolveVersion, uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { UPDATE_SERVING_OUTPUTS, UpdateServingInputs } from '../../inputs/serving.ts';
import { formatChange } from '../../plan/change.ts';
import { requiredRights } from '../../policy/grants/required.ts';
import { takenVersion } from '../../policy/version.ts';
import type { Planned, ActionResult } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { withPrivileges } from '../parts/checks.ts';
import { noteNamedVersion, readNamedVersion } from '../parts/named-version.ts';
import { restingOn } from '../parts/offer.ts';
import { requireServed, servingStage } from '../parts/serving/stage.ts';
import { manageableStages, noteServing, readServing } from '../parts/serving/endpoints.ts';

/** Plans the update of serving endpoints to the version that an alias names. */
export async function planUpdateServing(
  context: ActionContext<UpdateServingInputs & CommonInputs, typeof UPDATE_SERVING_OUTPUTS>,
): Promise<Planned> {
  const { inputs, record, destination: snapshot } = context;
  const { model: name, alias: wanted, endpoints: asked } = inputs;
  const subject = { kind: 'serving', name, alias: wanted, endpoints: asked } as const;
  record.subject = subject;
  const named = { model: 'model', version: 'alias' };
  const number = resolveVersion({ name, selector: { kind: 'alias', alias: wanted } }, snapshot, named);
  const mode = inputs['check-privileges'];
  const rights = requiredRights('read', name, { modelExists: true });
  const [version, signature, tags, endpoints] = await withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: checkPrivileges(rights, snapshot, mode) }],
    [...readNamedVersion({ name, number, named }, context), readServing(context)],
  );
  record.subject = { ...subject, name: version.name, version: version.version };
  record.fact('Alias', `${formatFullName(version.name)}@${wanted} names version ${version.version}`);
  record.output('version', version.version);
  record.output('uri', uriOf(version));
  await noteNamedVersion(context, version, signature, tags);
  const basis = [
    { kind: 'alias', name: version.name, alias: wanted, was: version.version } as const,
    ...takenVersion(version, [], tags),
  ];
  const target = { name: version.name, version: version.version, alias: wanted };
  const changes = restingOn(noteServing(context, endpoints, target, { putsBack: 'endpoints' }), basis);
  record.output(
    'updates',
    changes.map(({ endpoint, from, to }) => ({ endpoint, from, to })),
  );
  record.requireAllowed(`Serving ${uriOf(version)}`);
  const { stages, state } = servingStage(context, changes);
  const conclude = (): ActionResult =>
    record.wouldChange
      ? { outcome: 'ok', verdict: changes.map((change) => formatChange(change)).join('; ') }
      : {
          outcome: 'noop',
          verdict: `${asked.join(', ')} already ${asked.length === 1 ? 'serves' : 'serve'} version ${version.version}; nothing was written`,
        };
  return {
    stages: [...manageableStages(endpoints, stages), ...stages],
    asPlanned: conclude,
    offers: async (made) => (made === 'applied' ? undefined : { changes }),
    asApplied() {
      requireServed(state);
      return conclude();
    },
  };
}
