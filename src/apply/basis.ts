import { hasCode } from '../domain/errors.ts';
import { tagValue } from '../domain/model.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { holdsState } from '../policy/hold/model-hold.ts';
import { endpointsServing } from '../policy/alias/effects.ts';
import { namingState } from '../policy/naming-state.ts';
import { standingDigest } from '../policy/serving.ts';
import { modelOfFact, valueInVersion, type FactValue, type BasisFact } from '../plan/basis.ts';
import { listingDigest } from '../transfer/digest.ts';

/** What there is now in the place of each fact, in order: some seconds old at most, so that a first look asks nothing twice. */
export function readFacts(facts: readonly BasisFact[], snapshot: Snapshot): Promise<FactValue[]> {
  return Promise.all(facts.map((fact) => readFact(fact, snapshot)));
}

/** Forgets what facts were read as, so that they are read again. */
export function forgetFacts(facts: readonly BasisFact[], snapshot: Snapshot): void {
  for (const fact of facts) {
    if (fact.kind === 'served') snapshot.forgetEndpoints();
    else snapshot.forget(modelOfFact(fact));
  }
}

async function readFact(fact: BasisFact, snapshot: Snapshot): Promise<FactValue> {
  if (fact.kind === 'alias') return snapshot.recentAlias(fact.name, fact.alias);
  if (fact.kind === 'status' || fact.kind === 'version')
    return valueInVersion(fact, await snapshot.recentVersion(fact.name, fact.version));
  if (fact.kind === 'holds') return holdsState((await snapshot.recentExtras(fact.name))?.tags ?? []);
  if (fact.kind === 'naming') return readNaming(fact, snapshot);
  if (fact.kind === 'served') return readServed(fact, snapshot);
  if (fact.kind === 'files') return readFiles(fact, snapshot);
  if (fact.kind === 'endpoint')
    return standingDigest(await snapshot.registry.serving?.getEndpoint(fact.endpoint));
  const { target } = fact;
  if (target.kind === 'version')
    return valueInVersion(fact, await snapshot.recentVersion(target.name, target.version));
  return tagValue((await snapshot.recentExtras(target.name))?.tags ?? [], fact.key) ?? null;
}

async function readNaming({ name }: BasisFact & { kind: 'naming' }, snapshot: Snapshot) {
  const extras = await snapshot.recentExtras(name);
  return extras === undefined ? null : namingState(extras, snapshot.registry.capabilities);
}

/** Where a registry has no endpoints, none serves a version. */
async function readServed(fact: BasisFact & { kind: 'served' }, snapshot: Snapshot) {
  return endpointsServing(fact, (await snapshot.recentEndpoints()) ?? []);
}

async function readFiles(
  { name, version }: BasisFact & { kind: 'files' },
  { registry }: Snapshot,
): Promise<string | null> {
  try {
    return listingDigest(await registry.openSource(name, version).list());
  } catch (error) {
    if (hasCode(error, 'not-found')) return null;
    throw error;
  }
}
