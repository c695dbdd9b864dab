import * as z from 'zod';
import type { ChangeTarget } from '../domain/change-target.ts';
import { type FullName, formatFullName } from '../domain/full-name.ts';
import { holdOf } from '../domain/hold.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import {
  MODEL_VERSION_STATUSES,
  type ModelVersionStatus,
  tagValue,
  type ModelVersion,
  type Tag,
} from '../domain/model.ts';
import { counted } from '../domain/count.ts';
import { ALIAS_RECORD_PREFIX, TAG_KEYS } from '../domain/tag-keys.ts';
import { show } from '../domain/printable.ts';
import { madeVersion, modelName, numberedTarget } from './schema.ts';
import { versionState } from './version-state.ts';

/**
 * Something else that a change was decided on, as it was then: what is not so any more at a try makes the change a
 * conflict. An absent tag or alias is null.
 */
export type BasisFact =
  | {
      readonly kind: 'status';
      readonly name: FullName;
      readonly version: number;
      readonly was: ModelVersionStatus;
    }
  | {
      readonly kind: 'tag';
      readonly target: ChangeTarget;
      readonly key: string;
      readonly was: string | null;
    }
  | { readonly kind: 'alias'; readonly name: FullName; readonly alias: string; readonly was: number | null }
  /** What every alias of a model names, and the records of their moves: a line each, in order. */
  | { readonly kind: 'naming'; readonly name: FullName; readonly was: string }
  /** A version that is to be deleted, by its state. */
  | { readonly kind: 'version'; readonly name: FullName; readonly version: number; readonly was: string }
  /** The endpoints that serve a version, or any of the model where none is named: names, comma-separated; null for none. */
  | {
      readonly kind: 'served';
      readonly name: FullName;
      readonly version?: number;
      readonly was: string | null;
    }
  /** The holds on a model: a line each, its key, `=` and the digest of its value, in order; null for none. */
  | { readonly kind: 'holds'; readonly name: FullName; readonly was: string | null }
  | {
      /** Its files, by the digest of their paths and sizes. */
      readonly kind: 'files';
      readonly name: FullName;
      readonly version: number;
      readonly was: string;
    }
  | {
      /** What an endpoint serves, or a running update brings, by the digest of its whole configuration. */
      readonly kind: 'endpoint';
      /** The model that it is updated for. */
      readonly name: FullName;
      readonly endpoint: string;
      readonly was: string;
    };

/** SHA-256, as files hold it. */
const DIGEST = /^[0-9a-f]{64}$/u;

/** How plan files hold a fact. */
export const basisFactSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('status'),
    name: modelName,
    version: madeVersion,
    was: z.enum(MODEL_VERSION_STATUSES),
  }),
  z.object({
    kind: z.literal('tag'),
    target: numberedTarget,
    key: z.string().min(1),
    was: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('alias'),
    name: modelName,
    alias: z.string().min(1),
    was: madeVersion.nullable(),
  }),
  z.object({ kind: z.literal('naming'), name: modelName, was: z.string() }),
  z.object({ kind: z.literal('version'), name: modelName, version: madeVersion, was: z.string().min(1) }),
  z.object({
    kind: z.literal('served'),
    name: modelName,
    version: z.exactOptional(madeVersion),
    was: z.string().min(1).nullable(),
  }),
  z.object({ kind: z.literal('holds'), name: modelName, was: z.string().nullable() }),
  z.object({ kind: z.literal('files'), name: modelName, version: madeVersion, was: z.string() }),
  z.object({
    kind: z.literal('endpoint'),
    name: modelName,
    endpoint: z.string().min(1),
    was: z.string().regex(DIGEST),
  }),
]);

/** The policy that a plan was made under: the digest of what it said. */
export interface PolicyFact {
  readonly kind: 'policy';
  readonly path: string;
  /** The branch that was named; null for the default one, and for a file of the machine. */
  readonly branch: string | null;
  readonly was: string;
}

/** How plan files hold that fact. */
export const policyFactSchema = z.object({
  kind: z.literal('policy'),
  path: z.string().min(1),
  branch: z.string().min(1).nullable(),
  was: z.string().regex(DIGEST),
});

/** A fact of a plan: of the registry, or the policy. */
export type PlanFact = BasisFact | PolicyFact;

/** The facts of a plan that the registry has, which a change is compared with right before it is written. */
export function registryFacts(facts: readonly PlanFact[]): BasisFact[] {
  return facts.filter((fact) => fact.kind !== 'policy');
}

/** The policy that a plan was made under. */
export function policyFactIn(facts: readonly PlanFact[]): PolicyFact | undefined {
  return facts.find((fact) => fact.kind === 'policy');
}

/** What a change may rest on, beside the value that it is about. */
export interface Resting {
  readonly basis?: readonly BasisFact[];
}

/** A value that a fact may have; null for none. */
export type FactValue = string | number | null;

/** A fact, and what was found in its place. */
export interface MovedFact {
  readonly fact: PlanFact;
  readonly found: FactValue;
}

/** The facts that an object carries tags. */
export function tagFacts(target: ChangeTarget, tags: readonly Tag[]): BasisFact[] {
  return tags.map(({ key, value }) => ({ kind: 'tag', target, key, was: value }));
}

/**
 * What of a basis is compared before a first try, and before another one. To list files takes a round for each level of their
 * folders: whoever decided on them has just listed them, and only a wait gives others the time to write into them.
 */
export function factsBefore(basis: readonly BasisFact[], next: 'first' | 'another'): readonly BasisFact[] {
  return next === 'another' ? basis : basis.filter(({ kind }) => kind !== 'files');
}

/** The model that a fact is about. */
export function modelOfFact(fact: BasisFact): FullName {
  return fact.kind === 'tag' ? fact.target.name : fact.name;
}

/** What a version has in the place of a fact about it; null where the version is gone. */
export function valueInVersion(
  fact: BasisFact & { kind: 'status' | 'tag' | 'version' },
  version: ModelVersion | undefined,
) {
  if (fact.kind === 'version') return version === undefined ? null : versionState(version);
  if (fact.kind === 'status') return version?.status ?? null;
  if (version === undefined) return null;
  // A hold counts in any case of the letters of its key.
  if (fact.key === TAG_KEYS.hold) return holdOf(version) ?? null;
  return tagValue(version.tags, fact.key) ?? null;
}

/** The first fact that is not so any more; `found` has a value for each, in order. */
export function movedFact(facts: readonly BasisFact[], found: readonly FactValue[]): MovedFact | undefined {
  for (const [index, fact] of facts.entries()) {
    const value = found[index] ?? null;
    if (value !== fact.was) return { fact, found: value };
  }
  return undefined;
}

/** `models:/prod.ml_team.fraud_detection/2 had no tag uc_promote_hold and now has "incident 7"`. Not escaped. */
export function formatMovedFact({ fact, found }: MovedFact): string {
  switch (fact.kind) {
    case 'status': {
      const uri = formatModelUri(fact.name, fact.version);
      return `${uri} was ${fact.was} and now ${found === null ? 'does not exist' : `is ${found}`}`;
    }
    case 'version': {
      const uri = formatModelUri(fact.name, fact.version);
      return `${uri} was ${show(fact.was, 200)} and now ${found === null ? 'does not exist' : `is ${show(String(found), 200)}`}`;
    }
    case 'served': {
      const [was, is] = [fact.was, found].map(servedText);
      return `${servedObject(fact)} was served by ${was} and is now served by ${is}`;
    }
    case 'naming': {
      const [was, is] = [fact.was, found].map(namingText);
      return `of ${formatFullName(fact.name)}, ${was} and now ${changedText(was, is)}`;
    }
    case 'files': {
      const uri = formatModelUri(fact.name, fact.version);
      return `${uri} had the files that were read and now ${found === null ? 'does not exist' : 'has other files'}`;
    }
    case 'endpoint': {
      const is = found === null ? 'does not exist' : 'has another one';
      return `the endpoint ${show(fact.endpoint, 80)} had the configuration that was read and now ${is}`;
    }
    case 'policy':
      return `${policyText(fact)} had the digest ${digestText(fact.was)} and now has ${digestText(found)}`;
    case 'tag': {
      const [was, is] = [fact.was, found].map((value) => tagText(fact.key, value));
      return `${targetText(fact.target)} had ${was} and now has ${changedText(was, is)}`;
    }
    case 'holds': {
      const [was, is] = [fact.was, found].map(holdsText);
      return `${formatFullName(fact.name)} had ${was} and now has ${changedText(was, is)}`;
    }
    case 'alias': {
      const subject = `${formatFullName(fact.name)}@${fact.alias}`;
      return `${subject} named ${fact.was ?? 'nothing'} and now names ${found ?? 'nothing'}`;
    }
  }
}

/** `the policy file governance/models.yml of policies`. Not escaped. */
export function policyText({ path, branch }: PolicyFact): string {
  return `the policy file ${show(path, 200)}${branch === null ? '' : ` of ${show(branch, 100)}`}`;
}

/** A digest by the digits that people compare. */
export function digestText(digest: FactValue): string {
  return digest === null ? 'none' : `sha256:${String(digest).slice(0, 16)}`;
}

/** What there is now, in words; that it is not the same where the words for it, which are short, are. */
export function changedText(was: string | undefined, is = ''): string {
  return was === is ? `${is} (changed)` : is;
}

/** Holds by their keys: what they say is read where they are judged. */
export function holdsText(state: FactValue): string {
  if (state === null) return 'no hold';
  const keys = String(state)
    .split('\n')
    .map((line) => line.slice(0, line.indexOf('=')));
  return `the ${keys.length === 1 ? 'hold' : 'holds'} ${show(keys.join(', '), 200)}`;
}

/** What aliases name, by their names; the records of their moves are counted. */
export function namingText(state: FactValue): string {
  const lines = state === null || state === '' ? [] : String(state).split('\n');
  const isRecord = (line: string) => line.startsWith(ALIAS_RECORD_PREFIX);
  const named = lines.filter((line) => !isRecord(line));
  const aliases = named.length === 0 ? 'no alias names a version' : show(named.join(', '), 200);
  return `${aliases} (${counted(lines.length - named.length, 'record')} of moves)`;
}

/** What endpoints serve: a version, or a model. */
export function servedObject({ name, version }: BasisFact & { kind: 'served' }): string {
  return version === undefined ? formatFullName(name) : formatModelUri(name, version);
}

/** The endpoints that serve it. */
export function servedText(state: FactValue): string {
  return state === null ? 'no endpoint' : show(String(state), 200);
}

function targetText(target: ChangeTarget): string {
  return target.kind === 'version'
    ? formatModelUri(target.name, target.version)
    : formatFullName(target.name);
}

function tagText(key: string, value: FactValue): string {
  return value === null ? `no tag ${show(key, 60)}` : `${show(key, 60)}=${show(String(value), 60)}`;
}
