import { counted } from '../../domain/count.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { judgeVersions, readProtections, readSizes } from '../../facts/clean-up/read.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { modelNotFound } from '../../facts/names.ts';
import { requireModel } from '../../facts/version.ts';
import type { CLEAN_UP_OUTPUTS, CleanUpInputs } from '../../inputs/clean-up.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { DeleteVersionChange } from '../../plan/changes/version-deletion.ts';
import { decideCount, decidePast } from '../../policy/clean-up/findings.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import { cleanUpSections, type GoingVersion } from '../../report/sections/clean-up.ts';
import { freedText } from '../../report/sections/page/clean-up.ts';
import type { Planned, ActionResult } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { withPrivileges } from '../parts/checks.ts';
import { deletionRights } from '../parts/offer.ts';
import { noteEndpoints } from '../parts/serving/seen.ts';
import { deletionStages, versionList } from '../parts/version-deletions.ts';
import { deletionsOf } from './changes.ts';

/** A day, in milliseconds. */
const DAY = 24 * 3_600_000;

type CleanUpContext = ActionContext<CleanUpInputs & CommonInputs, typeof CLEAN_UP_OUTPUTS>;

/** Plans the deletion of the versions of a model that nothing protects. */
export async function planCleanUp(context: CleanUpContext): Promise<Planned> {
  const { inputs, record, destination: snapshot } = context;
  const asked = inputs.model;
  record.subject = { kind: 'clean-up', name: asked };
  const mode = inputs['check-privileges'];
  const reader = { ...context, snapshot };
  const rules = rulesOf(inputs);
  const rights = mergeRights(
    (['delete', 'read'] as const).flatMap((each) => requiredRights(each, asked, { modelExists: true })),
  );
  const [model, reading] = await withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: checkPrivileges(rights, snapshot, mode) }],
    [
      requireModel(asked, snapshot, 'model'),
      readProtections(asked, { keep: inputs.keep, keepFor: inputs['keep-days'] * DAY }, reader),
    ],
  );
  if (reading === undefined) throw await modelNotFound(asked, 'model', snapshot);
  const { name } = model;
  const judged = await judgeVersions(name, reading, rules, reader);
  const changes = deletionsOf(name, judged, reading);
  const staying = judged.flatMap(({ row, fate }) => (fate.goes ? [] : [{ version: row.version, ...fate }]));
  noteEndpoints(record, reading.endpoints);
  const past = decidePast(name, reading.facts.past, staying);
  record.check('Past of the aliases', 'warn', past, 'The record of moves covers keep-days.', 'blocked');
  const most = inputs['max-deletions'];
  record.check(
    'Number of deletions',
    'fail',
    decideCount(changes.length, most),
    `At most ${counted(most, 'version')} may go in one step.`,
    'blocked',
  );
  // Sizes take a listing of each version: too many to go are too many to list.
  const going = record.allowed ? await sized(context, name, changes) : changes.map(unsized);
  const freed = sumOf(going);
  const noteFreed = (sum: typeof freed) => {
    const counts = { going: going.length, staying: staying.length, freed: sum };
    record.subject = { kind: 'clean-up', name, counts };
  };
  noteFreed(freed);
  record.output('deletions', going);
  record.output(
    'kept',
    staying.map(({ version, why, says }) => ({ version, why, says })),
  );
  record.output('bytes', freed.bytes);
  record.output('unseen-sizes', freed.unseen);
  record.sections.push(...cleanUpSections(going, staying));
  record.requireAllowed(`Cleaning up ${formatFullName(name)}`);
  const unknown = staying.filter(({ why }) => why === 'status-unknown' || why === 'age-unknown').length;
  const conclude = (done: readonly GoingVersion[], verb: string): ActionResult => {
    const gone = going.filter((each) => !done.includes(each));
    const parts = [
      ...(done.length === 0
        ? []
        : [`${counted(done.length, 'version')} ${verb} (${versionList(done)}), ${freedText(sumOf(done))}`]),
      ...(gone.length === 0
        ? []
        : [`${counted(gone.length, 'version')} gone already (${versionList(gone)})`]),
      `${staying.length} ${staying.length === 1 ? 'stays' : 'stay'}`,
    ];
    const said =
      going.length === 0
        ? `No version of ${formatFullName(name)} may go; nothing was deleted`
        : `${formatFullName(name)}: ${parts.join('; ')}`;
    if (unknown > 0)
      return {
        outcome: 'partial',
        verdict: `${said}; of ${counted(unknown, 'version')} status or age is not known`,
      };
    return { outcome: done.length === 0 ? 'noop' : 'ok', verdict: said };
  };
  return {
    stages: deletionStages(context, changes),
    asPlanned: () => conclude(going, 'would be deleted'),
    asApplied() {
      const written = changes.filter((change) => record.wasWritten(change)).map(({ version }) => version);
      const done = going.filter(({ version }) => written.includes(version));
      noteFreed(sumOf(done));
      return conclude(done, 'deleted');
    },
    offers: async (state) =>
      state === 'applied' || changes.length === 0
        ? undefined
        : { changes, deferred: deletionRights(name, snapshot) },
  };
}

function rulesOf(inputs: CleanUpInputs) {
  const older = inputs['older-than-days'];
  return {
    keep: inputs.keep,
    olderThan: older === undefined ? undefined : older * DAY,
    statusKey: inputs['status-key'],
    rejectStatus: inputs['reject-status'],
    held: inputs['include-held'],
    others: inputs['include-others'],
  };
}

async function sized(
  { destination: snapshot }: CleanUpContext,
  name: FullName,
  changes: readonly DeleteVersionChange[],
): Promise<GoingVersion[]> {
  const sizes = await readSizes(
    name,
    changes.map(({ version }) => version),
    { snapshot },
  );
  return changes.map(({ version, why }, index) => ({ version, why, bytes: sizes[index] ?? null }));
}

function unsized({ version, why }: DeleteVersionChange): GoingVersion {
  return { version, why, bytes: null };
}

/** The bytes of some versions together, and of how many they were not seen. */
function sumOf(versions: readonly GoingVersion[]) {
  return {
    bytes: versions.reduce((sum, each) => sum + (each.bytes ?? 0), 0),
    unseen: versions.filter((each) => each.bytes === null).length,
  };
}
