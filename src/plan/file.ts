import * as z from 'zod';
import { MODEL_HOLD_PREFIX } from '../domain/tag-keys.ts';
import {
  basisFactSchema,
  policyFactSchema,
  registryFacts,
  type BasisFact,
  type PlanFact,
  type Resting,
} from './basis.ts';
import { canonical, hasCanonicalForm, planDigest } from './digest.ts';
import type { Change } from './change.ts';
import { aliasSchema } from './changes/alias.ts';
import { deletionRestsOn, plannedDeletionSchema } from './changes/version-deletion.ts';
import { holdSchema } from './changes/hold.ts';
import { recordSchema } from './changes/record.ts';
import { servingSchema } from './changes/serving.ts';
import { effectSchema } from './effect.ts';
import { evidenceSchema } from './evidence.ts';
import { madeVersion, modelName } from './schema.ts';

/** Version of the shape of a plan file; a reader refuses every other one. */
export const PLAN_SCHEMA_VERSION = 1;

const text = z.string();
const time = z.iso.datetime();

/** The key of a hold on a model. */
const HOLD_KEY = new RegExp(`^${MODEL_HOLD_PREFIX}[0-9a-f]{12}$`, 'u');

const moved = {
  name: modelName,
  alias: z.string().min(1),
  from: madeVersion.nullable(),
  to: madeVersion.nullable(),
};

const share = z.int().min(0).max(100);

/** The kinds of change that a plan file may hold: those by which a version goes live, or stops to be, and deletions. */
const filedChange = z.discriminatedUnion('kind', [
  aliasSchema.extend(moved),
  recordSchema.extend(moved),
  holdSchema.extend({
    name: modelName,
    version: madeVersion,
    key: z.string().regex(HOLD_KEY),
  }),
  plannedDeletionSchema,
  servingSchema.extend({
    name: modelName,
    endpoint: z.string().min(1),
    version: madeVersion,
    alias: z.string().min(1),
    from: z.array(z.object({ version: madeVersion, percent: share })).readonly(),
    to: z.array(z.object({ version: madeVersion, percent: share })).readonly(),
    config: z.string().regex(/^[0-9a-f]{64}$/u),
  }),
]);

/** The run of a pipeline that made a plan, in which alone it can be applied, and from when to when. */
const run = z.object({
  /** `github`, or another system that runs pipelines; `none` at a terminal. */
  provider: text,
  /** `owner/name`, or the project by the name of its server. */
  repository: text,
  runId: text,
  attempt: text,
  sha: text,
  workflowRef: text,
  actor: text,
  madeAt: time,
  validUntil: time,
});

/**
 * The registry that a plan was made for: by the number of its workspace, and where it reported none by a digest of its address and
 * the run; never by its host, which may be a secret.
 */
const registry = z.object({ kind: text, workspaceId: text.nullable(), server: z.exactOptional(text) });

/** The registry that a plan was made for, as its file has it. */
export type PlannedRegistry = z.infer<typeof registry>;

const deferred = z.object({ privilege: text, on: text });

/**
 * A plan as a file: what was reviewed, and all that it rests on. Times are ISO 8601 in UTC. Neither a host nor a secret is in it.
 * The digest covers `run`, `registry`, `changes` and `basis`: who reads the rest knows more, and nothing else happens.
 */
export const planFileSchema = z.object({
  schemaVersion: z.literal(PLAN_SCHEMA_VERSION),
  run,
  registry,
  /** Who planned, as grants name it; null where the registry has no callers. */
  planner: text.nullable(),
  /** Everything that is written, in order; the record of a move without its time, approver and digest. */
  changes: z.array(filedChange),
  /** What has to be so before the first write. */
  basis: z.array(z.discriminatedUnion('kind', [...basisFactSchema.options, policyFactSchema])),
  /** Rights that are needed after the copy, which only the applier's own reads can show. */
  deferred: z.array(deferred),
  effects: z.array(effectSchema),
  evidence: z.array(evidenceSchema),
});

/** A right that is needed after the copy; `on` is the full name of what it is needed on. */
export type DeferredRight = z.infer<typeof deferred>;

/** A change that a plan file may hold. */
export type FiledChange = z.infer<typeof filedChange>;

/** A plan file, as {@link planFileSchema} reads it. */
export type PlanFile = z.infer<typeof planFileSchema>;

/** A plan file that was read, with its digest; or what is wrong with it, a sentence without its end. */
export type ReadPlan = { readonly plan: PlanFile; readonly digest: string } | { readonly fault: string };

/** Reads the text of a plan file; a member or a value that this release does not know is a fault, since it would be left undone. */
export function readPlanFile(content: string): ReadPlan {
  let given: unknown;
  try {
    given = JSON.parse(content);
  } catch {
    return { fault: 'it is not JSON' };
  }
  const read = planFileSchema.safeParse(given, { jitless: true });
  if (!read.success) {
    const [issue] = read.error.issues;
    return { fault: `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'unknown'}` };
  }
  if (!hasCanonicalForm(given))
    return { fault: 'it holds a text with half of a surrogate pair, or a number without end' };
  if (canonical(given) !== canonical(read.data))
    return { fault: 'it holds members that this release does not know' };
  return { plan: read.data, digest: planDigest(read.data) };
}

/**
 * What has to be so before the first of several changes: the value that each replaces, and what each rests on, once. What an
 * earlier change of the same plan brings about is left out.
 */
export function basisOf(changes: readonly Change[]): BasisFact[] {
  const facts = new Map<string, BasisFact>();
  const made = new Set<string>();
  for (const each of changes) {
    for (const fact of [...replacedBy(each), ...('basis' in each ? (each.basis ?? []) : [])]) {
      const subject = subjectOf(fact);
      if (!made.has(subject) && !facts.has(subject)) facts.set(subject, fact);
    }
    for (const subject of broughtAboutBy(each)) made.add(subject);
  }
  return [...facts.values()];
}

/**
 * The changes of a plan file, each with what it rests on: of the basis all but what the changes before it bring about. A hold on a bad
 * version rests on the other holds alone, whatever becomes of the version that the alias shall name; the update of an endpoint on none
 * of the other endpoints.
 */
export function changesIn({ changes, basis }: PlanFile): (FiledChange & Resting)[] {
  const made = new Set<string>();
  return changes.map((each) => {
    const rests = registryFacts(basis).filter(
      (fact) => !made.has(subjectOf(fact)) && restsOn(each, fact, changes),
    );
    for (const subject of broughtAboutBy(each)) made.add(subject);
    return { ...each, basis: rests };
  });
}

function restsOn(change: FiledChange, fact: BasisFact, changes: readonly FiledChange[]): boolean {
  switch (change.kind) {
    case 'hold':
      return fact.kind === 'holds' && isOf(fact, change);
    case 'delete-version':
      return deletionRestsOn(change, fact);
    case 'serving':
      // What the same plan makes of other endpoints, and its holds, which come first, are no change by others.
      if (fact.kind === 'endpoint') return fact.endpoint === change.endpoint;
      return fact.kind !== 'holds' || !changes.some((each) => each.kind === 'hold' && isOf(fact, each));
    default:
      return true;
  }
}

function isOf(fact: BasisFact & { kind: 'holds' }, { name }: FiledChange): boolean {
  return canonical(fact.name) === canonical(name);
}

/** Whether a change replaces what a fact is about. */
export function isReplacedBy(fact: PlanFact, change: Change): boolean {
  const subject = subjectOf(fact);
  return replacedBy(change).some((each) => subjectOf(each) === subject);
}

/** What a fact is about, whatever it was. */
function subjectOf(fact: PlanFact): string {
  return canonical({ ...fact, was: null });
}

/** What is not as it was once a change is made, by {@link subjectOf}; the record of a move leaves the alias as it is. */
function broughtAboutBy(change: Change): string[] {
  return change.kind === 'record' ? [] : replacedBy(change).map(subjectOf);
}

/** The fact that a change replaces; a hold is compared by the change itself. */
function replacedBy(made: Change): BasisFact[] {
  switch (made.kind) {
    case 'alias':
    case 'record':
      return [{ kind: 'alias', name: made.name, alias: made.alias, was: made.from }];
    case 'delete-version':
      return [{ kind: 'version', name: made.name, version: made.version, was: made.from }];
    case 'serving': {
      const { name, endpoint, config } = made;
      return config === undefined ? [] : [{ kind: 'endpoint', name, endpoint, was: config }];
    }
    default:
      return [];
  }
}
