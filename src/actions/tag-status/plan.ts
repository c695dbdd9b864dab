import type { ValueChange } from '../../apply/value.ts';
import type { ChangeTarget } from '../../domain/change-target.ts';
import { counted } from '../../domain/count.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { comparedByBytes, findHoldsOf } from '../../facts/holds.ts';
import { checkSignature } from '../../facts/signature.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import {
  requireModel,
  requireVersion,
  resolveVersion,
  uriOf,
  type VersionInputs,
} from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { type TAG_OUTPUTS, type TagInputs, tagsToSet } from '../../inputs/tags.ts';
import { selectorOf } from '../../inputs/version.ts';
import { tagFacts, type BasisFact } from '../../plan/basis.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import { holdsLeft } from '../../policy/hold/changes.ts';
import type { FoundHold } from '../../policy/hold/findings.ts';
import {
  approvingTags,
  decideExpectedStatus,
  decideTags,
  tagsAfter,
  type TagFacts,
} from '../../policy/tags.ts';
import { decideRequiredTags, takenVersion } from '../../policy/version.ts';
import { tagsSection } from '../../report/sections/tags.ts';
import type { Planned, ActionResult } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';
import { noteHolds, noteSignature, noteVersion, withPrivileges } from '../parts/checks.ts';
import {
  holdChangesOf,
  holdVerdict,
  noteHold,
  noteHoldsLeft,
  withStopsOf,
  type LabelChange,
} from './hold-labels.ts';
import { noteHoldUndo } from '../parts/holds.ts';
import { noteLabelUndo } from '../parts/label-undo.ts';

/** Plans the status, tags and description of a version or a model, and requires those that are demanded. */
export async function planTagStatus(
  context: ActionContext<TagInputs & CommonInputs, typeof TAG_OUTPUTS>,
): Promise<Planned> {
  const { inputs, record, destination: snapshot } = context;
  const name = inputs.model;
  const statusKey = inputs['status-key'];
  const set = tagsToSet(inputs.status, statusKey, inputs.tags ?? []);
  const remove = inputs['remove-tags'] ?? [];
  const description = inputs['remove-description'] === true ? '' : inputs.description;
  const wantsHold = inputs.hold !== undefined || inputs['lift-hold'] === true;
  const writesTags = wantsHold || set.length + remove.length > 0;
  const isGate = inputs.require !== undefined && !writesTags && description === undefined;
  record.subject = {
    kind: 'labels',
    name,
    statusKey,
    isGate,
    ...(inputs.version === undefined ? {} : { version: inputs.version }),
  };
  const approves = approvingTags(set, inputs['approving-statuses']).length > 0;
  const mode = inputs['check-privileges'];
  const operations = [
    'read' as const,
    ...(writesTags ? ['tag' as const] : []),
    ...(description === undefined ? [] : ['describe' as const]),
  ];
  const rights = mergeRights(
    operations.flatMap((operation) => requiredRights(operation, name, { modelExists: true })),
  );
  const named = { model: 'model', version: inputs.alias === undefined ? 'version' : 'alias' };
  const number =
    inputs.version === undefined && inputs.alias === undefined
      ? Promise.resolve(undefined)
      : resolveVersion({ name, selector: selectorOf(inputs) }, snapshot, named);
  const judged = approves && inputs['require-signature'] !== 'off';
  const readsHolds = wantsHold || approves;
  const [target, signature, extras] = await withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: checkPrivileges(rights, snapshot, mode) }],
    [
      number.then((each) => readTarget(name, each, named, snapshot)),
      number.then((each) => (each === undefined || !judged ? null : checkSignature(name, each, snapshot))),
      readsHolds ? snapshot.extras(name) : Promise.resolve(undefined),
    ],
  );
  const previous = tagValue(target.facts.tags, statusKey);
  const decision = decideTags({ target: target.target, set, remove, description }, target.facts);
  const tagsOfModel = extras?.tags ?? [];
  const reading = { ...context, snapshot };
  const found =
    target.version === undefined || !readsHolds
      ? []
      : await findHoldsOf(target.version, tagsOfModel, reading);
  const held =
    target.version === undefined || !wantsHold
      ? found
      : await comparedByBytes(found, target.version, reading);
  const holding = holdChangesOf(target.version, inputs, { held, tags: tagsOfModel });
  const lifted = holding.flatMap((change) => (change.kind === 'tag' ? [change.key] : []));
  const after = tagsAfter(target.facts.tags, { set, remove: [...remove, ...lifted] });

  record.subject = {
    kind: 'labels',
    name: target.target.name,
    statusKey,
    isGate,
    status: previous ?? null,
    ...(target.version === undefined ? {} : { version: target.version.version }),
  };
  record.compared = { now: 'before', then: target.text };
  record.fact('Target', target.text);
  noteStatus(record, statusKey, previous);
  record.output('previous-status', previous ?? '');
  record.output('status', previous ?? '');
  record.output('tags', Object.fromEntries(target.facts.tags.map(({ key, value }) => [key, value])));
  record.output('version', target.version?.version ?? '');
  record.output('uri', target.version === undefined ? '' : uriOf(target.version));
  record.output('allowed', false);
  if (approves && target.version !== undefined) {
    noteVersion(record, target.version);
    noteHolds(record, [], inputs['lift-hold'] === true ? holdsLeft(held) : held);
    noteSignature(record, inputs['require-signature'], signature, target.text);
  }
  if (inputs.require !== undefined) {
    const gate = decideRequiredTags(target.text, target.facts.tags, inputs.require);
    record.check('Required tags', 'fail', gate, 'Every required tag is set.', 'blocked');
  }
  const expectation = decideExpectedStatus(statusKey, inputs['expected-status'], target.facts.tags);
  record.check('Expected status', 'fail', expectation, 'The status is the expected one.', 'conflict');
  record.check('Tags', 'fail', decision, 'Keys and values are valid.', 'blocked');
  if (inputs.hold !== undefined)
    noteHold(context, target.text, { changes: holding, held, tags: tagsOfModel });
  else if (inputs['lift-hold'] === true && !approves) noteHoldsLeft(record, holding, held);
  record.output('allowed', record.allowed);
  record.requireAllowed(target.text);

  const facts = basisOf(target, { ...inputs, approves, previous, tagsOfModel });
  const own = decision.changes.filter((change) => change.kind !== 'tag' || !lifted.includes(change.key));
  const planned = restingOn(facts, [...holding, ...own]);
  let changes = planned;
  if (changes.length > 0) record.compared = { now: 'before', then: 'requested' };
  const conclude = (): ActionResult => ({
    outcome: changes.some((change) => record.isToBeMade(change)) || isGate ? 'ok' : 'noop',
    verdict: verdictOf(
      target.text,
      changes.filter((change) => record.isToBeMade(change)),
      { gated: isGate, statusKey, previous, status: inputs.status, held },
    ),
  });
  return {
    stages: [
      {
        name: 'tags',
        changes: planned,
        work: {
          kind: 'values',
          confirm: async () => (changes = await withStopsOf(context, planned, target.version)),
          ended(made) {
            noteHoldUndo(context, made);
            noteLabelUndo(context, made);
          },
        },
      },
    ],
    asPlanned() {
      record.sections.push(tagsSection(after, 'afterwards'));
      return conclude();
    },
    asApplied() {
      record.sections.push(tagsSection(after, 'now'));
      noteStatus(record, statusKey, tagValue(after, statusKey));
      record.output('status', tagValue(after, statusKey) ?? '');
      record.output('tags', Object.fromEntries(after.map(({ key, value }) => [key, value])));
      return conclude();
    },
  };
}

function noteStatus(record: ActionRecord, key: string, status: string | undefined): void {
  record.factAgain('Status now', status ?? 'not set', key);
}

/** A value that is written, as it was read and as it shall be. */
function verdictOf(
  text: string,
  changes: readonly ValueChange[],
  status: {
    readonly gated: boolean;
    readonly statusKey: string;
    readonly previous: string | undefined;
    readonly status: string | undefined;
    readonly held: readonly FoundHold[];
  },
): string {
  if (changes.length === 0)
    return status.gated
      ? `${text} has every required tag`
      : `${text} already has the requested values; nothing was written`;
  const holds = changes.flatMap((change) => holdVerdict(change, status.held));
  if (holds.length > 0) {
    const others = changes.length - holds.length;
    return `${text}: ${[...holds, ...(others === 0 ? [] : [counted(others, 'other change')])].join('; ')}`;
  }
  if (status.status !== undefined && status.previous !== status.status)
    return `${text}: ${status.statusKey} ${status.previous ?? '(none)'} → ${status.status}`;
  return `${text}: ${counted(changes.length, 'change')}`;
}

interface Target {
  readonly target: ChangeTarget;
  readonly text: string;
  readonly facts: TagFacts;
  readonly version?: ModelVersion;
}

async function readTarget(
  name: FullName,
  number: number | undefined,
  named: VersionInputs,
  snapshot: Snapshot,
): Promise<Target> {
  const rules = snapshot.registry.capabilities.tags;
  if (number !== undefined) {
    const version = await requireVersion(name, number, snapshot, named);
    const facts = { tags: version.tags, description: version.description ?? '', rules };
    const target = { kind: 'version', name: version.name, version: number } as const;
    return { target, text: uriOf(version), facts, version };
  }
  const [model, extras] = await Promise.all([requireModel(name, snapshot, 'model'), snapshot.extras(name)]);
  const facts = { tags: extras?.tags ?? [], description: model.description ?? '', rules };
  return { target: { kind: 'model', name: model.name }, text: formatFullName(model.name), facts };
}

interface Grounds {
  readonly alias?: string | undefined;
  readonly require?: readonly Tag[] | undefined;
  readonly 'expected-status'?: string | undefined;
  readonly 'status-key': string;
  readonly approves: boolean;
  readonly tagsOfModel: readonly Tag[];
  /** The status that was found. */
  readonly previous: string | undefined;
}

/** What the changes rest on beside the values that they are about: everything that was checked and may change. */
function basisOf({ target, version }: Target, grounds: Grounds): BasisFact[] {
  const { name } = target;
  const key = grounds['status-key'];
  const status = { kind: 'tag', target, key, was: grounds.previous ?? null } as const;
  return [
    ...(grounds.approves && version !== undefined ? takenVersion(version, [], grounds.tagsOfModel) : []),
    ...tagFacts(target, grounds.require ?? []),
    ...(grounds['expected-status'] === undefined ? [] : [status]),
    ...(grounds.alias === undefined || version === undefined
      ? []
      : [{ kind: 'alias', name, alias: grounds.alias, was: version.version } as const]),
  ];
}

/** The changes with what they rest on; a tag that one of them changes is compared by that one, before and after. */
function restingOn<C extends LabelChange>(facts: readonly BasisFact[], changes: readonly C[]): C[] {
  const keys = new Set(changes.flatMap((change) => (change.kind === 'tag' ? [change.key] : [])));
  const changesHolds = changes.some(({ kind }) => kind === 'hold');
  const basis = facts.filter(
    (fact) => (fact.kind !== 'tag' || !keys.has(fact.key)) && (fact.kind !== 'holds' || !changesHolds),
  );
  return changes.map((change) => ({ ...change, basis }));
}
