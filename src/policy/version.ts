import { decide, type Decision, type Finding } from '../domain/decision.ts';
import { holdOf } from '../domain/hold.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { holdsState } from './hold/model-hold.ts';
import { tagFacts, type BasisFact } from '../plan/basis.ts';

/** Whether a version may be taken: READY, and not on hold. */
export function decideState(version: ModelVersion): Decision {
  return decide([...statusFindings(version), ...holdFindings(version)]);
}

/** Whether a version is READY. */
export function decideStatus(version: ModelVersion): Decision {
  return decide(statusFindings(version));
}

/** Whether a tag of the version itself puts it on hold. */
export function decideOwnHold(version: ModelVersion): Decision {
  return decide(holdFindings(version));
}

/** What a change rests on for which a version was taken: as {@link decideState}, {@link decideRequiredTags} and the holds of its model judged it. */
export function takenVersion(
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  required: readonly Tag[],
  tagsOfModel: readonly Tag[],
): BasisFact[] {
  const target = { kind: 'version', name, version } as const;
  return [
    { kind: 'status', name, version, was: 'READY' },
    { kind: 'tag', target, key: TAG_KEYS.hold, was: null },
    { kind: 'holds', name, was: holdsState(tagsOfModel) },
    ...tagFacts(target, required),
  ];
}

/** Whether an object, named by `subject`, carries every tag that is required of it. */
export function decideRequiredTags(
  subject: string,
  tags: readonly Tag[],
  required: readonly { readonly key: string; readonly value: string }[],
): Decision {
  return decide(
    required.flatMap(({ key, value }): Finding[] => {
      const actual = tagValue(tags, key);
      if (actual === value) return [];
      const has = actual === undefined ? 'does not have it' : `has ${show(key, 60)}=${show(actual, 60)}`;
      const byCase = actual !== undefined && actual.toLowerCase() === value.toLowerCase();
      return [
        {
          code: 'required-tag',
          severity: 'error',
          message: `${subject} must have the tag ${show(key, 60)}=${show(value, 60)} but ${has}${byCase ? ', which differs only in case' : ''}.`,
          fix: byCase
            ? `Tag values are case-sensitive. Require ${show(actual, 60)}, or set the tag in the required case.`
            : 'Set the tag after the version has been reviewed, for example with tag-status.',
        },
      ];
    }),
  );
}

function statusFindings(version: ModelVersion): Finding[] {
  if (version.status === 'READY') return [];
  const uri = formatModelUri(version.name, version.version);
  const why = version.statusMessage === undefined ? '' : `: ${show(version.statusMessage, 200)}`;
  const fix =
    version.status === 'PENDING_REGISTRATION'
      ? 'Wait until the registration has finished. If the version stays pending, the upload was interrupted; register the model again.'
      : 'Register the model again, and use the new version.';
  return [
    {
      code: 'version-not-ready',
      severity: 'error',
      message: `${uri} is ${version.status}, not READY${why}.`,
      fix,
    },
  ];
}

function holdFindings(version: ModelVersion): Finding[] {
  const hold = holdOf(version);
  if (hold === undefined) return [];
  return [
    {
      code: 'version-on-hold',
      severity: 'error',
      message: `${formatModelUri(version.name, version.version)} is on hold: ${show(hold, 300)}.`,
      fix: 'Remove the tag uc_promote_hold once the reason is resolved, or use another version.',
    },
  ];
}
