import { show } from '../../domain/printable.ts';
import { formatSecurable, securableKey, securablePath, type Securable } from '../../domain/privilege.ts';
import { denials, type Doubt, type DoubtKind, standingOf } from './doubts.ts';
import { absentStep, ownerOf, type Evidence } from './evidence.ts';
import type { GrantOptions } from './facts.ts';
import { formatGrantPath, type GrantPath } from './held.ts';
import { OWNERSHIP } from './privileges.ts';
import type { AlternativeRight, RequiredRight, Right } from './right.ts';
import type { Subject } from './subject.ts';

/** The decision about one right, before anybody asks what gives it. */
export type Verdict =
  | {
      readonly state: 'granted';
      readonly right: RequiredRight;
      /** How it is held: goes on after `granted`. */
      readonly by: string;
      /** Every way in which it is held, nearest first; the first right or alternative that is held counts. */
      readonly paths: readonly GrantPath[];
    }
  | {
      readonly state: 'missing';
      readonly right: RequiredRight;
      readonly reason: string;
      readonly absent?: true;
      /** The uppermost object that does not exist, and that nobody is about to create. */
      readonly notFound?: Securable;
    }
  | (Unsettled<'unknown'> & { readonly isUnlisted?: true })
  /** Not to be seen by the caller, who is somebody else; the principal's own check before it acts will show it. */
  | Unsettled<'deferred'>;

interface Unsettled<State extends string> {
  readonly state: State;
  /** It is held, and a policy may deny it. */
  readonly isDenied?: true;
  readonly right: RequiredRight;
  readonly reason: string;
  /** What the reasons are about: what to read to settle them. */
  readonly doubts: readonly DoubtKind[];
}

/** Doubts that are about what the caller was shown, and not about rules of the platform. */
const UNSEEN: readonly DoubtKind[] = ['unread', 'groups', 'policies'];

/** The right and the alternatives that are known to do as well. */
export function sufficientRights(right: RequiredRight): Right[] {
  return [right, ...right.alternatives.filter((each) => each.unconfirmed === undefined)];
}

/** Judges one right; `absent` on a verdict says that its object does not exist, so that no statement helps. */
export function judge(right: RequiredRight, evidence: Evidence): Verdict {
  const absent = absentStep(evidence, right.securable);
  if (absent !== undefined && ownerOf(evidence, absent) === undefined) {
    const reason = `${formatSecurable(absent)} does not exist or is hidden from ${show(evidence.caller.principal)}`;
    return { state: 'missing', right, reason, absent: true, notFound: absent };
  }
  const { isUnlisted, isPerson, principal } = evidence.subject;
  if (isUnlisted) {
    const reason = `this workspace has no ${isPerson ? 'user or service principal' : 'group'} ${show(principal)}, and no grant names it`;
    return { state: 'unknown', right, reason, doubts: [], isUnlisted };
  }
  const doubts: Doubt[] = [];
  for (const each of sufficientRights(right)) {
    const standing = standingOf(evidence, each);
    const [nearest] = standing.paths;
    if (nearest !== undefined) {
      const denied = denials(evidence, right, each);
      if (denied.length > 0) return { ...unsettled(right, denied, [], evidence.subject), isDenied: true };
      return { state: 'granted', right, by: formatGrantPath(nearest, each), paths: standing.paths };
    }
    doubts.push(...standing.doubts);
  }
  if (absent !== undefined) {
    const owner = show(ownerOf(evidence, absent) ?? '');
    const reason = `${formatSecurable(absent)} does not exist yet, and ${owner} will own it`;
    return { state: 'missing', right, reason, absent: true };
  }
  const maybe = right.alternatives.flatMap((each) => unconfirmedWays(evidence, each));
  return doubts.length === 0 && maybe.length === 0
    ? { state: 'missing', right, reason: missingReason(evidence, right) }
    : unsettled(right, doubts, maybe, evidence.subject);
}

function unsettled(
  right: RequiredRight,
  doubts: readonly Doubt[],
  maybe: readonly UnconfirmedWay[],
  { isCaller, isPerson }: Subject,
): Unsettled<'unknown'> | Unsettled<'deferred'> {
  const kinds = [...new Set([...doubts.map(({ kind }) => kind), ...maybe.flatMap((each) => each.kinds)])];
  // A group never acts, so that nothing of it is settled later.
  const isDeferred = !isCaller && isPerson && kinds.some((kind) => UNSEEN.includes(kind));
  const held = maybe.some((each) => each.held);
  const texts = doubts.length > 0 && (isDeferred || !held) ? doubts : maybe;
  const reason = [...new Set(texts.map(({ text }) => text))].join('; ');
  return { state: isDeferred ? 'deferred' : 'unknown', right, reason, doubts: kinds };
}

/** Gives each model that the rights are about to create its owner, who then has all rights on it. */
export function withNewModels(
  rights: readonly RequiredRight[],
  evidence: Evidence,
  options: GrantOptions,
): Evidence {
  const owner = options.ownerOfNewModel ?? evidence.subject.principal;
  const creates = new Set(
    rights
      .filter((right) => right.privilege === 'CREATE_MODEL')
      .map((right) => securableKey(right.securable)),
  );
  const futureOwners = evidence.facts.securables
    .filter(
      ({ securable, exists }) =>
        exists === false &&
        securable.type === 'function' &&
        securablePath(securable).some((step) => creates.has(securableKey(step))),
    )
    .map(({ securable }) => [securableKey(securable), owner] as const);
  return { ...evidence, futureOwners: new Map([...futureOwners, ...evidence.futureOwners]) };
}

/** A way in which the right may be held, if the platform takes it. */
interface UnconfirmedWay {
  readonly held: boolean;
  readonly kinds: readonly DoubtKind[];
  readonly text: string;
}

function unconfirmedWays(evidence: Evidence, alternative: AlternativeRight): UnconfirmedWay[] {
  const { privilege, unconfirmed } = alternative;
  if (unconfirmed === undefined) return [];
  const { paths, doubts } = standingOf(evidence, alternative);
  const [held] = paths;
  if (held !== undefined) {
    const text = `${privilege} is granted ${formatGrantPath(held, alternative)}; ${unconfirmed}`;
    return [{ held: true, kinds: ['unconfirmed'], text }];
  }
  if (doubts.length === 0) return [];
  const open = doubts.map(({ text }) => text).join('; ');
  const text = `whether ${privilege} is held: ${open}; ${unconfirmed}`;
  return [{ held: false, kinds: doubts.map(({ kind }) => kind), text }];
}

function missingReason(evidence: Evidence, right: RequiredRight): string {
  const owner = ownerOf(evidence, right.securable);
  if (right.privilege !== OWNERSHIP) return 'no grant, group or ownership provides it';
  return owner === undefined ? 'someone else owns it' : `${show(owner)} owns it`;
}
