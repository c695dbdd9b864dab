import { hasCode, PromoteError } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { ListedVersion, ModelVersion, Tag } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';
import { aliasRecords } from '../../policy/clean-up/recorded-alias.ts';
import {
  judgeVersion,
  keptByHolds,
  keptByList,
  newestReady,
  type CleanUpFacts,
  type CleanUpRules,
  type Fate,
} from '../../policy/clean-up/fate.ts';
import { namedSince } from '../../policy/clean-up/named-since.ts';
import { rollbackTargets } from '../../policy/clean-up/rollback-targets.ts';
import { endpointsServing } from '../../policy/alias/effects.ts';
import { namingState } from '../../policy/naming-state.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import type { ReadContext } from '../equal-versions.ts';
import { findHoldsOf } from '../holds.ts';
import { listVersions } from '../version.ts';
import { sizeOfVersion } from '../version-size.ts';

/** So many versions of a model are read at the same time. */
const AT_ONCE = 8;

/** What protects the versions of a model, and what it was read from. */
export interface CleanUpReading {
  readonly facts: CleanUpFacts;
  readonly rows: readonly ListedVersion[];
  readonly tags: readonly Tag[];
  /** What the aliases name and what is recorded of their moves, as a plan rests on it. */
  readonly naming: string;
  /** How many endpoints were looked at; undefined where the registry has none. */
  readonly endpoints: number | undefined;
}

/** A version of the model, and whether it may go; `read` where it was read by itself. */
export interface JudgedVersion {
  readonly row: ListedVersion;
  readonly fate: Fate;
  readonly read?: ModelVersion;
}

/**
 * Reads what protects the versions of a model. Undefined where it is not there any more. What cannot be looked at, endpoints too, is
 * thrown: then nothing may go.
 */
export async function readProtections(
  name: FullName,
  { keep, keepFor }: Pick<CleanUpRules, 'keep'> & { readonly keepFor: number },
  { snapshot, clock }: ReadContext,
): Promise<CleanUpReading | undefined> {
  const { capabilities } = snapshot.registry;
  const [extras, listed, endpoints, caller] = await Promise.all([
    snapshot.extras(name),
    listVersions(name, snapshot),
    snapshot.recentEndpoints(),
    snapshot.caller(),
  ]);
  if (extras === undefined) return undefined;
  const { aliases, tags } = extras;
  if (new Set(listed.map(({ version }) => version)).size < listed.length)
    throw inconsistent(`The list of versions of ${formatFullName(name)} has a version twice.`);
  const unlisted = aliases.find(({ version }) => !listed.some((row) => row.version === version));
  if (unlisted !== undefined)
    throw inconsistent(
      `${show(unlisted.alias, 60)} names version ${unlisted.version} of ${formatFullName(name)}, which is not in its list of versions.`,
    );
  const numbers = [...new Set(aliases.map(({ version }) => version))];
  const named = await inParallel(numbers, AT_ONCE, (version) => snapshot.version(name, version));
  const records = aliasRecords(
    extras,
    named.filter((version) => version !== undefined),
    capabilities,
  );
  const now = clock.now();
  return {
    facts: {
      clock: now,
      aliases,
      past: namedSince(records, { since: now - keepFor, clock: now }),
      rollback: rollbackTargets(records.aliases),
      newest: new Set(newestReady(listed, keep)),
      servedBy: (version) => endpointsServing({ name, version }, endpoints ?? []),
      caller: caller.alsoKnownAs,
    },
    rows: [...listed].sort((a, b) => a.version - b.version),
    tags,
    naming: namingState(extras, capabilities),
    endpoints: endpoints?.length,
  };
}

/** Judges every version of a model; only those are read one by one that no list protects. */
export async function judgeVersions(
  name: FullName,
  { facts, rows, tags }: CleanUpReading,
  rules: CleanUpRules,
  context: ReadContext,
): Promise<JudgedVersion[]> {
  return inParallel(rows, AT_ONCE, async (row): Promise<JudgedVersion> => {
    const kept = keptByList(row, facts, rules);
    if (kept !== undefined) return { row, fate: kept };
    const read = await context.snapshot.version(name, row.version);
    if (read === undefined)
      throw inconsistent(
        `${formatModelUri(name, row.version)} is in the list of versions and cannot be found.`,
      );
    const fate = judgeVersion(read, facts, rules);
    const held = fate.goes && !rules.held ? keptByHolds(await findHoldsOf(read, tags, context)) : undefined;
    return { row, fate: held ?? fate, read };
  });
}

/** A list that lags behind, or somebody who deletes at the same time: then nobody knows what else is missing. */
function inconsistent(what: string): PromoteError {
  return new PromoteError(what, {
    code: 'conflict',
    outcome: 'conflict',
    fix: 'Nothing was deleted. Run the step again in a minute.',
  });
}

/** The bytes of each of some versions; undefined for one whose files were not seen, which stops nothing. */
export async function readSizes(
  name: FullName,
  versions: readonly number[],
  { snapshot }: Pick<ReadContext, 'snapshot'>,
): Promise<(number | undefined)[]> {
  if (!snapshot.registry.capabilities.files) return versions.map(() => undefined);
  return inParallel(versions, AT_ONCE, async (version) => {
    try {
      return await sizeOfVersion(name, version, snapshot);
    } catch (error) {
      if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
      return undefined;
    }
  });
}
