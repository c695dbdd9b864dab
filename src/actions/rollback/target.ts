import { decide, type Finding } from '../../domain/decision.ts';
import { hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { ModelVersion, Tag } from '../../domain/model.ts';
import { checkCompatibility, readCompared, type ComparedVersion } from '../../facts/compatibility.ts';
import { findHoldsOf } from '../../facts/holds.ts';
import { readCandidates } from '../../facts/rollback-candidates.ts';
import { checkSignature, type SignatureCheck } from '../../facts/signature.ts';
import { uriOf } from '../../facts/version.ts';
import type { MoveEntry } from '../../policy/alias/history.ts';
import { aliasTimeline, everNamed } from '../../policy/alias/timeline.ts';
import type { EqualVersion } from '../../policy/equal-versions.ts';
import type { FoundHold } from '../../policy/hold/findings.ts';
import { decideEqualHolds } from '../../policy/equal-versions.ts';
import {
  decideGoingBack,
  decideNamedBefore,
  decideOtherBytes,
  type FilesCompared,
} from '../../policy/rollback/findings.ts';
import { COMPARISON_CHECK } from '../../report/sections/page/findings.ts';
import { candidatesSection, unlistedSection } from '../../report/sections/rollback.ts';
import { noteSignature } from '../parts/checks.ts';
import { seeComparison } from '../parts/comparison.ts';
import { readHeldEquals } from '../parts/held-equals.ts';
import { softened, type RollbackContext } from './rollback.ts';

/** The version that an alias goes back to, and the holds that stop it. */
export interface RollbackVersion {
  readonly version: ModelVersion;
  readonly equals: readonly EqualVersion[];
  readonly holds: readonly FoundHold[];
}

/** Reads the version that is gone back to; undefined where it does not exist any more. */
export async function readTarget(
  context: RollbackContext,
  { name, to }: { readonly name: FullName; readonly to: number },
  tags: readonly Tag[],
): Promise<RollbackVersion | undefined> {
  const { destination: snapshot } = context;
  const version = await snapshot.version(name, to);
  if (version === undefined) return undefined;
  const [equals, holds] = await Promise.all([
    readHeldEquals(version, context),
    findHoldsOf(version, tags, { ...context, snapshot }),
  ]);
  return { version, equals, holds };
}

/** Notes whether it may be gone back to. */
export function noteTarget(
  { inputs, record, destination }: RollbackContext,
  place: { readonly name: FullName; readonly to: number },
  target: RollbackVersion | undefined,
  { bad, files }: { readonly bad: ModelVersion | undefined; readonly files: FilesCompared },
): void {
  const decision = decide([
    ...decideGoingBack(place, target?.version, target?.holds ?? []).findings,
    ...decideEqualHolds(target?.equals ?? []).findings,
  ]);
  const naming = destination.registry.capabilities.names;
  if (target !== undefined && bad !== undefined)
    record.check(
      'Different content',
      'fail',
      decideOtherBytes(bad, target.version, { holds: inputs.hold, naming, files }),
      files === undefined
        ? 'No record shows that it has the content of the bad version.'
        : 'Its files differ from those of the bad version.',
      'blocked',
    );
  record.check('Version', 'fail', decision, `Version ${place.to} is READY and not on hold.`, 'blocked');
}

/** What is known where a version to go back to has to be chosen. */
interface ToChooseFrom {
  readonly name: FullName;
  readonly bad: number;
  readonly now: number | null;
  readonly tags: readonly Tag[];
  readonly moves: readonly MoveEntry[];
}

/** Lists the versions to go back to; that they cannot be read hides no refusal. */
export async function noteCandidates(
  { inputs, record, destination: snapshot }: RollbackContext,
  { name, bad, now, tags, moves }: ToChooseFrom,
): Promise<void> {
  try {
    const spans = aliasTimeline(moves, now);
    const { candidates: all, leftOut } = await readCandidates({ name, bad }, { tags, spans }, snapshot);
    const place = { name, alias: inputs.alias, from: bad };
    const candidates = all.filter(
      ({ version }) => decideNamedBefore(place, version, everNamed(version, moves, now)).allowed,
    );
    record.output('candidates', candidates);
    const neverNamed = all.length - candidates.length;
    record.sections.push(candidatesSection(candidates, { leftOut, neverNamed }));
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
    record.sections.push(unlistedSection(messageOf(error)));
  }
}

/** The signature of a version, and how it compares with the bad one; or why they could not be read. */
export type LookedAt =
  | { readonly signature: SignatureCheck; readonly compared: ComparedVersion | undefined }
  | { readonly unread: PromoteError };

/** Looks at what would refuse a promotion of a version; that it cannot be read stops no rollback. */
export async function lookAtTarget(
  { inputs, destination: snapshot }: RollbackContext,
  { name, to }: { readonly name: FullName; readonly to: number },
  bad: ModelVersion | undefined,
): Promise<LookedAt | undefined> {
  if (inputs['require-signature'] === 'off') return undefined;
  try {
    const [signature, compared] = await Promise.all([
      checkSignature(name, to, snapshot),
      bad === undefined
        ? undefined
        : readCompared(
            { name: bad.name, selector: { kind: 'version', version: bad.version } },
            snapshot,
            'from-version',
          ),
    ]);
    return { signature, compared };
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
    return { unread: error };
  }
}

/** Warns of what would refuse a promotion of the version. */
export function noteTargetWarnings(
  { inputs, record }: RollbackContext,
  version: ModelVersion,
  looked: LookedAt | undefined,
): void {
  const mode = softened(inputs['require-signature']);
  if (looked === undefined) {
    noteSignature(record, mode, null, uriOf(version));
    return;
  }
  if ('unread' in looked) {
    record.check('Signature', 'warn', decide([unread(version, looked.unread)]), '', 'blocked');
    return;
  }
  const { signature, compared } = looked;
  noteSignature(record, mode, signature, uriOf(version));
  if (compared === undefined) return;
  const comparison = checkCompatibility(compared, { facts: signature.mlmodel.signature }, 'callers');
  record.check(COMPARISON_CHECK, 'warn', comparison.decision, `${comparison.verdict}.`, 'blocked');
  seeComparison(record, comparison, signature.mlmodel.signature);
}

function unread(version: ModelVersion, error: PromoteError): Finding {
  return {
    code: 'signature-unread',
    severity: 'warning',
    message: `The signature of ${uriOf(version)} could not be read, or not compared: ${messageOf(error)}`,
    fix: 'This does not stop the rollback. Check the signature with validate-signature.',
  };
}
