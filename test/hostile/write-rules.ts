import type { MetastoreSnapshot, VersionSnapshot } from '../../emulator/index.ts';
import { differences, type Difference } from './difference.ts';
import { faultsOfUpdate } from './endpoint-rules.ts';
import { isChange, type Changed, type History } from './history.ts';
import {
  aliasOf,
  heldReason,
  MODEL_HOLDS,
  PERSONS_HOLD,
  readHeld,
  sourceFiles,
  versionOf,
  type Intent,
} from './intent.ts';

/** The tag by which any version is kept from use, and the prefix of all tags that the product keeps for itself. */
const HOLD = 'uc_promote_hold';
const OWN = 'uc_promote_';

/** The repository that the runs of these worlds belong to, as their marker begins. */
const MARKER = 'acme/models/';

/** Something that must hold of the registry for a write to be right. */
interface Condition {
  readonly what: string;
  readonly holds: (state: MetastoreSnapshot) => boolean;
  /** Default: {@link Write.known}. */
  readonly known?: readonly MetastoreSnapshot[];
}

/** A write of a run: what it changed, and every state that the run could know when it sent it. */
interface Write {
  readonly history: History;
  readonly run: string;
  readonly intent: Intent;
  readonly difference: Difference;
  readonly known: readonly MetastoreSnapshot[];
  /** The same of the files of a version. */
  readonly knownFiles: (version: number) => readonly MetastoreSnapshot[];
  readonly after: MetastoreSnapshot;
}

/**
 * What is wrong with the writes of runs. A write is judged by what its run could know: a condition that held at any
 * moment since its last read round began is met, since the registry has no compare-and-set. What a copy of a request changed that
 * the network made is nobody's fault.
 */
export function faultsOfWrites(history: History, intents: ReadonlyMap<string, Intent>): string[] {
  return history.events.flatMap((event, index) =>
    isChange(event) ? faultsOfChange(history, event, index, intents) : [],
  );
}

function faultsOfChange(
  history: History,
  { by, state }: Changed,
  index: number,
  intents: ReadonlyMap<string, Intent>,
): string[] {
  if (by.kind !== 'run') return [];
  const intent = intents.get(by.run);
  if (intent === undefined) throw new Error(`No intent of the run ${by.run}.`);
  const known = history.statesBetween(
    history.knownSince(by.run, by.call),
    history.departureOf(by.run, by.call),
  );
  const knownFiles = (version: number) => {
    const isClosed = (each: MetastoreSnapshot) => versionOf(each, intent, version)?.status === 'READY';
    const since = history.filesKnownSince(by.run, by.call, isClosed);
    return history.statesBetween(since, history.departureOf(by.run, by.call));
  };
  const found = differences(history.stateAt(index), state);
  // An alias goes with the version that it names: the deletion of the version is what is judged.
  const gone = found.flatMap((each) => (each.kind === 'version-gone' ? [each.version] : []));
  return found
    .filter((each) => !(each.kind === 'alias' && each.from !== null && gone.includes(each.from)))
    .flatMap((difference) =>
      faultsOfWrite({ history, run: by.run, intent, difference, known, knownFiles, after: state }),
    )
    .map((fault) => `${by.run}: ${fault}`);
}

function faultsOfWrite(write: Write): string[] {
  const { difference, intent } = write;
  if (difference.kind === 'grants') return ['Grants or owners of parents were changed.'];
  if (difference.kind === 'endpoint') return faultsOfUpdate({ ...write, difference });
  if (difference.model !== intent.model) return [`${difference.model} was changed (${difference.kind}).`];
  switch (difference.kind) {
    case 'model-gone':
      return [`The model ${difference.model} was deleted.`];
    case 'model-made':
      return intent.owner === undefined ? [`The model ${difference.model} was made.`] : [];
    case 'version-made':
      return faultsOfNew(write, difference.version);
    case 'version-gone':
      return faultsOfDeletion(write, difference.version);
    case 'alias':
      return faultsOfAlias(write, difference);
    case 'tag':
      return faultsOfTag(write, difference);
    case 'owner':
      return faultsOfOwner(write, difference);
    case 'description':
    case 'files':
    case 'status':
      return faultsOfContent(write, difference);
  }
}

/** A new version is a copy, and does not bring along what the gates of its run read. */
function faultsOfNew({ intent, after }: Write, version: number): string[] {
  if (intent.source === undefined) return [`Version ${version} was made, and nobody asked for that.`];
  const read = [intent.source.needs, intent.alias?.needs, intent.labels?.tags].flatMap((each) =>
    Object.keys(each ?? {}),
  );
  const tags = versionOf(after, intent, version)?.tags ?? {};
  return [...new Set(read)]
    .filter((key) => tags[key] !== undefined)
    .map((key) => `Version ${version} was made with ${key}=${tags[key]}, which a gate of its run reads.`);
}

/** A version may go while it is pending and ours, and nothing names it. */
function faultsOfDeletion(write: Write, version: number): string[] {
  return unmet(write, `Version ${version} was deleted`, [
    { what: 'it was READY', holds: (state) => versionOf(state, write.intent, version)?.status !== 'READY' },
    {
      what: 'an alias named it',
      holds: (state) => !Object.values(state.models[write.intent.model]?.aliases ?? {}).includes(version),
    },
    {
      what: 'it carried no marker of this repository',
      holds(state) {
        const found = versionOf(state, write.intent, version);
        return found === undefined || found.tags['uc_promote_run']?.startsWith(MARKER) === true;
      },
    },
  ]);
}

function faultsOfAlias(write: Write, { alias, from, to }: Extract<Difference, { kind: 'alias' }>): string[] {
  const { intent } = write;
  const wanted = intent.alias;
  const what = `${alias} was moved from ${from} to ${to}`;
  if (wanted === undefined || alias.toLowerCase() !== wanted.name.toLowerCase())
    return [`${what}, and nobody asked for that.`];
  if (wanted.to !== 'copy' && wanted.to !== to) return [`${what}, but ${wanted.to} was requested.`];
  const expectation: Condition = {
    what: 'somebody else had moved it',
    holds: (state) => expectedAliases(write).includes(aliasOf(state, intent)),
  };
  const conditions = to === null ? [] : conditionsOfVersion(write, to, wanted.needs ?? {});
  return unmet(write, what, [expectation, ...conditions, ...conditionsOfSource(write)]);
}

/** What the alias may name when it is moved: what was expected, and what it is to name. */
function expectedAliases({ history, run, intent }: Write): (number | null | undefined)[] {
  const wanted = intent.alias;
  if (wanted?.expected !== undefined) return [wanted.expected, ...(wanted.to === 'copy' ? [] : [wanted.to])];
  const states = history.statesBetween(history.beginOf(run), history.firstReadOf(run, /\/aliases\//u));
  return states.map((state) => aliasOf(state, intent));
}

function conditionsOfVersion(
  { intent, history, knownFiles }: Write,
  version: number,
  needs: Readonly<Record<string, string>>,
): Condition[] {
  const files = sourceFiles(history.before, intent);
  const on = (holds: (version: VersionSnapshot) => boolean) => (state: MetastoreSnapshot) => {
    const found = versionOf(state, intent, version);
    return found === undefined || holds(found);
  };
  return [
    {
      what: `version ${version} was gone`,
      holds: (state) => versionOf(state, intent, version) !== undefined,
    },
    { what: `version ${version} was not READY`, holds: on(({ status }) => status === 'READY') },
    { what: `version ${version} was on hold`, holds: on(({ tags }) => tags[HOLD] === undefined) },
    {
      what: `its model held version ${version}`,
      holds: (state) => heldReason(state, intent, version) === null,
    },
    ...Object.entries(needs).map(([key, value]) => ({
      what: `version ${version} lacked ${key}=${value}`,
      holds: on(({ tags }) => tags[key] === value),
    })),
    ...(files === undefined
      ? []
      : [
          {
            what: `version ${version} had other bytes than the source`,
            holds: on((found) => JSON.stringify(found.files) === files),
            known: knownFiles(version),
          },
        ]),
  ];
}

/** What must hold of the source while an alias moves to its copy. */
function conditionsOfSource({ intent }: Write): Condition[] {
  const { source } = intent;
  if (source === undefined) return [];
  const sourceIn = (state: MetastoreSnapshot) => state.models[source.model]?.versions[String(source.version)];
  const on = (holds: (version: VersionSnapshot) => boolean) => (state: MetastoreSnapshot) => {
    const found = sourceIn(state);
    return found === undefined || holds(found);
  };
  return [
    { what: 'the source was gone', holds: (state) => sourceIn(state) !== undefined },
    { what: 'the source was on hold', holds: on(({ tags }) => tags[HOLD] === undefined) },
    ...Object.entries(source.needs ?? {}).map(([key, value]) => ({
      what: `the source lacked ${key}=${value}`,
      holds: on(({ tags }) => tags[key] === value),
    })),
  ];
}

function faultsOfTag(write: Write, difference: Extract<Difference, { kind: 'tag' }>): string[] {
  const { history, run, intent } = write;
  const { version, key, from, to } = difference;
  const what = `Tag ${key} of ${version === null ? 'the model' : `version ${version}`} went from ${from} to ${to}`;
  if (key === HOLD && from === PERSONS_HOLD) return [`${what}: a person had set it.`];
  if (version === null && key.startsWith(MODEL_HOLDS)) return faultsOfHold(write, difference, what);
  if (key.startsWith(OWN)) return [];
  if (version === null) return [`${what}, and nobody asked for that.`];
  const isOld = history.before.models[intent.model]?.versions[String(version)] !== undefined;
  const isWanted = isLabelled(intent, version, isOld) && intent.labels?.tags[key] === to;
  if (!isWanted) return isOld ? [`${what}, and nobody asked for that.`] : [];
  const seen = history
    .statesBetween(history.beginOf(run), history.firstReadOf(run, /model-versions\/get$/u))
    .map((state) => versionOf(state, intent, version)?.tags[key] ?? null);
  const unseen: Condition = {
    what: 'somebody else had changed it',
    holds: (state) => [...seen, to].includes(versionOf(state, intent, version)?.tags[key] ?? null),
  };
  const approves = to === 'approved';
  return unmet(write, what, [
    ...(isOld ? [unseen] : []),
    ...(approves ? conditionsOfVersion(write, version, {}) : []),
  ]);
}

/** A hold of a model is set or lifted as it was asked for, and never in the place of one that the run has not read. */
function faultsOfHold(
  write: Write,
  { key, from, to }: Extract<Difference, { kind: 'tag' }>,
  what: string,
): string[] {
  const { history, run, intent } = write;
  const wanted = intent.hold;
  const held = readHeld(to ?? from);
  if (wanted === undefined || held?.version !== wanted.version)
    return [`${what}, and nobody asked for that.`];
  if ((to === null ? null : held.reason) !== wanted.reason)
    return [`${what}, but ${wanted.reason} was asked for.`];
  if (to !== null && ![undefined, wanted.reason].includes(readHeld(from)?.reason))
    return [`${what}: somebody else had set it.`];
  const valueIn = (state: MetastoreSnapshot) => state.models[intent.model]?.tags[key] ?? null;
  const seen = history
    .statesBetween(history.beginOf(run), history.firstReadOf(run, /registered-models\/get$/u))
    .map(valueIn);
  return unmet(write, what, [
    { what: 'somebody else had changed it', holds: (state) => [...seen, to].includes(valueIn(state)) },
  ]);
}

function isLabelled(intent: Intent, version: number, isOld: boolean): boolean {
  const on = intent.labels?.on;
  return on === 'copy' ? !isOld : on === version;
}

/** An owner is set on a model that one of these runs made, and only while nobody else has set one. */
function faultsOfOwner(
  write: Write,
  difference: Extract<Difference, { from: string; to: string }>,
): string[] {
  const { history, intent } = write;
  const { from, to } = difference;
  if (from === '') return [];
  const what = `The owner of ${intent.model} went from ${from} to ${to}`;
  if (intent.owner === undefined || intent.owner !== to) return [`${what}, and nobody asked for that.`];
  const ownerIn = (state: MetastoreSnapshot) => state.models[intent.model]?.owner;
  const makers = history.events.flatMap((each) => (isChange(each) && each.by.kind === 'run' ? [each] : []));
  const ours = makers.map(({ state }) => ownerIn(state));
  const isOurs: Condition = {
    what: 'somebody else had set another owner',
    holds: (state) => [to, ours.find((owner) => owner !== undefined)].includes(ownerIn(state)),
  };
  return unmet(write, what, [isOurs]);
}

/** Files, status and description change on copies that these runs make; a description also where it was asked for. */
function faultsOfContent(
  { history, intent }: Write,
  { kind, version, from, to }: Extract<Difference, { from: string; to: string }>,
): string[] {
  const isOld =
    version === null || history.before.models[intent.model]?.versions[String(version)] !== undefined;
  if (!isOld) return [];
  if (
    kind === 'description' &&
    version !== null &&
    intent.labels?.on === version &&
    intent.labels.description === to
  )
    return [];
  return [
    `The ${kind} of ${version === null ? 'the model' : `version ${version}`} went from ${from} to ${to}.`,
  ];
}

/** The conditions that held at no moment that the run could know. */
function unmet({ known }: Write, what: string, conditions: readonly Condition[]): string[] {
  return conditions
    .filter(({ holds, known: own }) => !(own ?? known).some(holds))
    .map((condition) => `${what}, although ${condition.what}.`);
}
