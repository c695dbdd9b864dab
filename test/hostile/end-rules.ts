import * as z from 'zod';
import type { VersionSnapshot } from '../../emulator/index.ts';
import { differences, type Difference } from './difference.ts';
import { faultsOfServed } from './endpoint-rules.ts';
import { isChange, isSignIn, type History } from './history.ts';
import type { RunEnd, SeenChange } from './run-end.ts';
import { aliasOf, heldReason, MODEL_HOLDS, sourceFiles, versionOf, type Intent } from './intent.ts';

/** The closed list of outcomes (docs/outcomes.md), and the two with which a step succeeds. */
const OUTCOMES = [
  'ok',
  'noop',
  'denied',
  'blocked',
  'conflict',
  'invalid',
  'unavailable',
  'unsupported',
  'partial',
  'error',
];
const SUCCESS = ['ok', 'noop'];

/** How the keys of records of moves begin, tags of a model. */
const RECORDS = 'uc_promote_moves_';

/** States of a change that say that it was made, or that nobody knows. */
const MADE = ['done', 'unknown'];

/**
 * What is wrong with what a run says of itself: exit code, outputs, report and journal against what its requests did and
 * what the registry had.
 */
export function faultsOfEnd(history: History, end: RunEnd, intent: Intent): string[] {
  const own = ownDifferences(history, end.run);
  const wasEnded = end.code === null || hasHeard(history, end.run);
  const faults =
    wasEnded && end.report === undefined
      ? faultsOfJournal(end, own, intent)
      : [
          ...faultsOfForm(end),
          ...faultsOfSuccess(history, end, intent),
          ...faultsOfChanges(history, end, own, intent),
        ];
  return [...faults, ...faultsOfCancelled(history, end.run)].map((fault) => `${end.run}: ${fault}`);
}

/** What the first copies of a run's own requests changed. */
function ownDifferences(history: History, run: string): Difference[] {
  return history.events.flatMap((each, index) =>
    isChange(each) && each.by.kind === 'run' && each.by.run === run
      ? differences(history.stateAt(index), each.state)
      : [],
  );
}

/** Outcome, exit code and report say the same, and no fault is the tool's own. */
function faultsOfForm({ code, outcome, report, outputs, printed }: RunEnd): string[] {
  if (outcome === undefined || report === undefined)
    return [`It ended with code ${code}, without outcome or report: ${printed.trim().slice(-300)}`];
  const faults: string[] = [];
  if (!OUTCOMES.includes(outcome)) faults.push(`The outcome ${outcome} is in no list.`);
  if ((code === 0) !== SUCCESS.includes(outcome)) faults.push(`Exit code ${code} with outcome ${outcome}.`);
  if (report.outcome !== outcome) faults.push(`The report says ${report.outcome}, the output ${outcome}.`);
  if (String(report.changed) !== outputs['changed']) faults.push('Report and output differ in changed.');
  if (report.error?.code === 'internal') faults.push(`A fault of the tool: ${report.error.message}`);
  return faults;
}

/** The version that the alias of the first changed pin names, by a run that has a list of them. */
function pinnedVersion(pins = '[]'): number | undefined {
  return z.array(z.looseObject({ now: z.number().optional() })).parse(JSON.parse(pins))[0]?.now;
}

/** A success says what the registry had at some moment since the last read round of the run began. */
function faultsOfSuccess(history: History, end: RunEnd, intent: Intent): string[] {
  if (end.outcome === undefined || !SUCCESS.includes(end.outcome)) return [];
  const seen = history.statesBetween(history.lastReadRoundOf(end.run), history.endOf(end.run));
  const during = history.statesBetween(history.beginOf(end.run), history.endOf(end.run));
  const said = Number(end.outputs['version'] ?? pinnedVersion(end.outputs['pins']));
  const faults: string[] = [];
  if (intent.alias !== undefined) {
    const { name } = intent.alias;
    const to = intent.alias.to === 'copy' ? said : intent.alias.to;
    if (!seen.some((state) => aliasOf(state, intent) === to))
      faults.push(`It says ${end.outcome}, and ${name} does not name ${to}.`);
  }
  faults.push(...faultsOfServed({ intent, said, outcome: end.outcome }, { seen, during }));
  const { hold } = intent;
  if (hold !== undefined && !seen.some((state) => heldReason(state, intent, hold.version) === hold.reason))
    faults.push(`It says ${end.outcome}, and the hold on version ${hold.version} is not ${hold.reason}.`);
  if (intent.source !== undefined) {
    const files = sourceFiles(history.before, intent);
    const isCopy = (version: VersionSnapshot | undefined) =>
      version?.status === 'READY' && JSON.stringify(version.files) === files;
    if (!during.some((state) => isCopy(versionOf(state, intent, said))))
      faults.push(`It says ${end.outcome}, and version ${said} is no READY copy of the source.`);
    if (!during.some((state) => versionOf(state, intent, said)?.tags['uc_promote_digest'] !== undefined))
      faults.push(`It says ${end.outcome}, and version ${said} has no digest.`);
  }
  if (intent.labels !== undefined) {
    const on = intent.labels.on === 'copy' ? said : intent.labels.on;
    for (const [key, value] of Object.entries(intent.labels.tags)) {
      const had = (intent.alias === undefined ? seen : during).some(
        (state) => (versionOf(state, intent, on)?.tags[key] ?? null) === value,
      );
      if (!had) faults.push(`It says ${end.outcome}, and version ${on} never had ${key}=${value}.`);
    }
  }
  return faults;
}

/** What a run changed is in its report as made or unknown; what the report says was made, was. */
function faultsOfChanges(
  history: History,
  { run, outcome, report }: RunEnd,
  own: readonly Difference[],
  intent: Intent,
): string[] {
  if (report === undefined) return [];
  const faults: string[] = [];
  const { changes } = report;
  const left = own.filter((each) => !isRecordTakenBack(each, own));
  const made = changes.filter(({ state }) => MADE.includes(state));
  for (const difference of left) {
    if (!isReported(difference, made, own, intent))
      faults.push(`It changed something and does not say so: ${JSON.stringify(difference)}.`);
  }
  if (outcome === 'noop' && own.length > 0)
    faults.push(`It says noop, and changed: ${JSON.stringify(own[0])}.`);
  if (left.length > 0 && !report.changed && !cancelsOut(left))
    faults.push(`It says that nothing changed, and did: ${JSON.stringify(left[0])}.`);
  const during = history.statesBetween(history.beginOf(run), history.endOf(run));
  for (const { change, state } of changes) {
    if (state !== 'done' || change.kind !== 'alias') continue;
    if (!during.some((each) => aliasOf(each, intent) === change.to))
      faults.push(`It says that ${change.alias} was moved to ${change.to}, and it never was.`);
  }
  return faults;
}

/** Whether a difference stands in a list of changes: itself, or the change that it is a part of. */
function isReported(
  difference: Difference,
  made: readonly SeenChange[],
  own: readonly Difference[],
  intent: Intent,
): boolean {
  const some = (fits: (change: SeenChange['change']) => boolean) => made.some(({ change }) => fits(change));
  switch (difference.kind) {
    case 'alias':
      return some((change) => change.kind === 'alias' && change.to === difference.to);
    case 'version-gone':
      // A copy that was withdrawn is a copy that was not made.
      return (
        some((change) => change.kind === 'delete-version' && change.version === difference.version) ||
        own.some((each) => each.kind === 'version-made' && each.version === difference.version)
      );
    case 'version-made':
      return (
        some((change) => change.kind === 'copy') ||
        own.some((each) => each.kind === 'version-gone' && each.version === difference.version)
      );
    case 'model-made':
      return some((change) => change.kind === 'create-model');
    case 'owner':
      return some((change) => change.kind === 'create-model' || change.kind === 'owner');
    case 'tag': {
      if (difference.key.startsWith(RECORDS)) return some((change) => change.kind === 'record');
      if (difference.version === null && difference.key.startsWith(MODEL_HOLDS))
        return some((change) => change.kind === 'hold' && (change.to === null) === (difference.to === null));
      if (difference.key.startsWith('uc_promote_') || intent.labels?.tags[difference.key] === undefined)
        return true;
      return some(
        (change) => change.kind === 'tag' && change.key === difference.key && change.to === difference.to,
      );
    }
    case 'description':
      return intent.labels?.description === undefined || some((change) => change.kind === 'description');
    case 'endpoint':
      return some((change) => change.kind === 'serving' && change.endpoint === difference.endpoint);
    case 'files':
    case 'status':
    case 'grants':
    case 'model-gone':
      return true;
  }
}

/** Whether a difference is of the record of a move that the same run wrote and took back: the record is as it was before. */
function isRecordTakenBack(difference: Difference, own: readonly Difference[]): boolean {
  if (difference.kind !== 'tag' || difference.version !== null) return false;
  const { model, key } = difference;
  if (!key.startsWith(RECORDS)) return false;
  const writes = own.filter((each) => each.kind === 'tag' && each.model === model && each.key === key);
  const [first] = writes;
  const last = writes.at(-1);
  return first?.kind === 'tag' && last?.kind === 'tag' && first.from === last.to;
}

/** Whether all that was changed was taken back: a version made and deleted again. */
function cancelsOut(own: readonly Difference[]): boolean {
  const gone = own.flatMap((each) => (each.kind === 'version-gone' ? [each.version] : []));
  return own.every((each) => 'version' in each && each.version !== null && gone.includes(each.version));
}

/** A killed run has noted what it did before it did it: the post step says so. */
function faultsOfJournal({ journal, code }: RunEnd, own: readonly Difference[], intent: Intent): string[] {
  if (code === 0) return ['It was ended, and its exit code is 0.'];
  const begun = journal
    .filter(({ state, change }) => state !== 'planned' && !change.startsWith('record of '))
    .map(({ change }) => change);
  const moves = own.filter((each) => each.kind === 'alias');
  const faults = moves
    .filter(
      ({ alias, to }) => !begun.some((line) => line.includes(`@${alias}`) && line.includes(String(to ?? ''))),
    )
    .map(
      ({ alias, to }) => `It moved ${alias} of ${intent.model} to ${to}, and its journal has not begun that.`,
    );
  const { endpoint } = intent;
  if (endpoint === undefined) return faults;
  const of = (lines: readonly string[]) =>
    lines.some((line) => line.startsWith(`endpoint ${endpoint.name} `));
  if (own.some(({ kind }) => kind === 'endpoint') && !of(begun))
    faults.push(`It updated ${endpoint.name}, and its journal has not begun that.`);
  // An alias that has moved without its endpoint is what the post step has to say.
  if (moves.length > 0 && !of(journal.map(({ change }) => change)))
    faults.push(`It moved ${endpoint.alias}, and its journal does not know ${endpoint.name}.`);
  return faults;
}

/** Whether a run heard that it was cancelled. */
function hasHeard({ events }: History, run: string): boolean {
  return events.some((each) => each.kind === 'cancelled' && each.run === run);
}

/** After it heard of its cancellation a run begins no write. */
function faultsOfCancelled({ events }: History, run: string): string[] {
  const heard = events.findIndex((each) => each.kind === 'cancelled' && each.run === run);
  if (heard < 0) return [];
  return events.slice(heard).flatMap((each) => {
    const isWrite = each.kind === 'sent' && each.run === run && each.method !== 'GET' && !isSignIn(each.path);
    return isWrite ? [`It was cancelled, and began ${each.method} ${each.path} all the same.`] : [];
  });
}
