import { formatFullName } from '../domain/full-name.ts';
import { formatReference, type ModelReference } from '../domain/model-uri.ts';
import type { SignatureFacts } from '../domain/model-signature.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { CompatibilityMode } from '../domain/signature-change.ts';
import type { Decision } from '../domain/decision.ts';
import {
  compareFacts,
  compatibilityVerdict,
  decideCompatibility,
  type Compatibility,
} from '../policy/compatibility/verdict.ts';
import type { Snapshot } from './snapshot.ts';
import { byOneInput, requireVersion, uriOf } from './version.ts';

/** What a version is compared with, read; `facts` is undefined when nothing is there yet. */
export interface ComparedVersion {
  readonly reference: ModelReference;
  /** `models:/name/6`, by number where there is one. */
  readonly uri: string;
  readonly version: number | null;
  readonly facts: SignatureFacts | undefined;
  /** What was not found, when `facts` is undefined. */
  readonly missing?: 'alias' | MissingModel;
  /** Why it could not be read, where that stops nothing. */
  readonly unread?: string;
}

/**
 * `perhaps-hidden`: a registry says the same of a model that the caller may not see, and whether it may is not known;
 * `made-here`: the run itself makes it.
 */
export type MissingModel = 'model' | 'made-here' | 'perhaps-hidden';

/** The version that is judged: what it declares, and the copies that are recorded of it. */
export interface JudgedVersion {
  readonly facts: SignatureFacts;
  readonly copies?: readonly ModelVersion[];
  /** Whether its own signature refuses it already: what a comparison finds then has the same cause. */
  readonly isRefused?: boolean;
}

/** A comparison, judged, with what it means for callers. */
export interface CompatibilityCheck {
  readonly compared: ComparedVersion;
  readonly found: Compatibility;
  readonly decision: Decision;
  /** One sentence without a final period. */
  readonly verdict: string;
}

/**
 * Reads the version to compare with: its alias, then its `MLmodel` file and nothing else. An alias or a model that
 * does not exist yet is no error; a version number that does not exist is one, `not-found`, naming `input`.
 */
export async function readCompared(
  reference: ModelReference,
  snapshot: Snapshot,
  input: string,
): Promise<ComparedVersion> {
  const { name, selector } = reference;
  const version = selector.kind === 'version' ? selector.version : await snapshot.alias(name, selector.alias);
  if (version === null) {
    const missing = (await snapshot.model(name)) === undefined ? 'perhaps-hidden' : 'alias';
    return { reference, uri: formatReference(reference), version, facts: undefined, missing };
  }
  // A version that does not exist must not read like one without an MLmodel file.
  const [found, mlmodel] = await Promise.all([
    requireVersion(name, version, snapshot, byOneInput(input)),
    snapshot.mlmodel(name, version),
  ]);
  return {
    reference,
    uri: uriOf(found),
    version,
    facts: mlmodel.signature,
  };
}

/** Judges a version against the compared one. */
export function checkCompatibility(
  compared: ComparedVersion,
  judged: JudgedVersion,
  mode: CompatibilityMode,
): CompatibilityCheck {
  const found = compare(compared, judged, mode);
  return {
    compared,
    found,
    decision: decideCompatibility(found, mode, compared.uri),
    verdict: compatibilityVerdict(found, compared.uri),
  };
}

function compare(
  compared: ComparedVersion,
  { facts, copies = [] }: JudgedVersion,
  mode: CompatibilityMode,
): Compatibility {
  if (compared.facts === undefined) return withoutFacts(compared);
  const found = compareFacts(compared.facts, facts, mode);
  const isCopy = copies.some((copy) => uriOf(copy) === compared.uri);
  // The callers of a copy meet the same files, whether or not these can be read.
  return found.state === 'unknown' && isCopy
    ? { state: 'nothing-there', why: `${compared.uri} is a copy of this version.`, certain: true }
    : found;
}

function withoutFacts({ reference: { selector, name }, missing, unread }: ComparedVersion): Compatibility {
  const model = formatFullName(name);
  if (unread !== undefined)
    return {
      state: 'unknown',
      problem: unread,
      fix: 'Compare the signatures by hand, or run the step again.',
    };
  switch (missing) {
    case 'alias':
      return {
        state: 'nothing-there',
        why: `${model} has no alias ${selector.kind === 'alias' ? selector.alias : ''} yet.`,
        certain: true,
      };
    case 'model':
    case 'made-here':
      return {
        state: 'nothing-there',
        why: `${model} does not exist yet.`,
        certain: missing === 'made-here',
      };
    default:
      return {
        state: 'unknown',
        problem: `${model} does not exist yet or is hidden from the caller.`,
        fix: 'Grant the caller USE CATALOG, USE SCHEMA and EXECUTE on the model (or on its schema, if the model does not exist yet), or set compatibility: none.',
      };
  }
}
