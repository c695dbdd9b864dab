import type { Finding } from '../../domain/decision.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { FullName, Naming } from '../../domain/full-name.ts';
import { formatPattern, meansModel } from '../../domain/model-pattern.ts';
import { tagValue, type Tag } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';
import type { VersionRequirement } from './policy.ts';

/** The version that a version is a copy of. */
export interface OriginFacts {
  readonly uri: string;
  readonly name: FullName;
  /** Whether the files of both are the same; a text is why that is not known. */
  readonly content: 'equal' | 'differs' | { readonly unknown: string };
  /** When it was registered, milliseconds since the epoch; undefined where the registry does not say it. */
  readonly createdAt: number | undefined;
  /** When its copy was registered, before which it was there. */
  readonly copiedAt?: number | undefined;
}

/** What is known of a version that an alias shall name. */
export interface VersionFacts {
  /** What it is called in messages. */
  readonly subject: string;
  /** Its tags, as they are when the alias moves; undefined where a validation is still to set them. */
  readonly tags: readonly Tag[] | undefined;
  /** Undefined where it is no copy; null where that was looked at when the plan was made that is applied. */
  readonly origin: OriginFacts | undefined | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a version lacks of what a rule requires. */
export function versionFindings(
  { status, origin, minAge }: VersionRequirement,
  facts: VersionFacts,
  naming: Naming,
): Finding[] {
  const { subject } = facts;
  const found: Finding[] = [];
  const refuse = (code: string, message: string, fix: string) =>
    found.push({ code, severity: 'error', message, fix });
  if (status !== undefined && facts.tags !== undefined) {
    const value = tagValue(facts.tags, status.key);
    if (value !== status.value)
      refuse(
        'policy-status',
        `The policy requires the status ${show(status.key, 60)}=${show(status.value, 60)}, and ${subject} has ${value === undefined ? 'none' : show(value, 60)}.`,
        'Validate the version, and set its status: set-status of promote, or tag-status.',
      );
  }
  if (origin.length === 0 || facts.origin === null) return found;
  const wanted = show(origin.map(formatPattern).join(', '), 200);
  const copied = facts.origin;
  if (copied === undefined) {
    refuse(
      'policy-origin',
      `The policy requires a copy of ${wanted}, and ${subject} is no copy of another version.`,
      PROMOTE,
    );
    return found;
  }
  const from = show(copied.uri, 200);
  if (!origin.some((pattern) => meansModel(pattern, copied.name, naming)))
    refuse(
      'policy-origin',
      `The policy requires a copy of ${wanted}, and ${subject} is one of ${from}.`,
      PROMOTE,
    );
  if (copied.content === 'differs')
    refuse(
      'policy-origin-content',
      `${subject} has other files than ${from}, which it is a copy of.`,
      PROMOTE,
    );
  else if (copied.content !== 'equal')
    refuse(
      'policy-origin-content',
      `Whether ${subject} has the files of ${from} is not known: ${copied.content.unknown}`,
      'Make both readable for the principal, or promote the version again.',
    );
  if (minAge !== undefined) refuseAge(copied, minAge, facts.now, refuse);
  return found;
}

const PROMOTE = 'Promote a version from the earlier environment, and let the alias name the copy.';

function refuseAge(
  { uri, createdAt, copiedAt }: OriginFacts,
  minAge: number,
  now: number,
  refuse: (code: string, message: string, fix: string) => void,
): void {
  const from = show(uri, 200);
  const least = formatDuration(minAge);
  if (createdAt === undefined) {
    // It is older than its copy.
    if (copiedAt !== undefined && now - copiedAt >= minAge) return;
    refuse(
      'policy-age',
      `The policy requires ${from} to be ${least} old, and when it was registered is not shown.`,
      'Make it readable for the principal, or remove min-age from the policy for models whose source it may not read.',
    );
    return;
  }
  const age = now - createdAt;
  if (age >= minAge) return;
  const since =
    age < 0 ? 'registered in the future by the clock of this machine' : `${formatDuration(age)} old`;
  refuse(
    'policy-age',
    `The policy requires ${from} to be ${least} old, and it is ${since}.`,
    `Wait until ${new Date(createdAt + minAge).toISOString()}.`,
  );
}
