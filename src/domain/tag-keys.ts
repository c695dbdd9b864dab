/** Tag keys that this tool writes on model versions; nothing else in the code spells them. */
export const TAG_KEYS = {
  /** Where a copy came from: `models:/<source>/<version>`. */
  origin: 'uc_promote_origin',
  /** `content` digest of the files. */
  digest: 'uc_promote_digest',
  /** `listing` digest of the files. */
  listing: 'uc_promote_listing',
  /** The workflow run that made the version: `<owner>/<repo>/<run id>/<attempt>`. */
  run: 'uc_promote_run',
  /** A reason why no action may take this version. */
  hold: 'uc_promote_hold',
  /** The last alias moves onto this version, newest first, as JSON. */
  moves: 'uc_promote_moves',
  /** The default key of `tag-status`. */
  status: 'validation_status',
} as const;

/** Every key of ours begins with this; `copy-tags` never carries one. */
export const OWN_TAG_PREFIX = 'uc_promote_';

/** Limits of the platform (uc-protocol §6, Databricks documentation). */
export const TAG_LIMITS = { perObject: 50, keyLength: 255, valueLength: 1000 } as const;

const FORBIDDEN_IN_KEY = /[.,\-=/:]/u;

/** What the platform's documentation forbids about a key or value, or nothing; whether UC holds version tags to it is not confirmed. */
export function tagWarnings(key: string, value: string): string[] {
  const warnings: string[] = [];
  if (FORBIDDEN_IN_KEY.test(key)) warnings.push('the documentation forbids . , - = / : in a tag key');
  if (key !== key.trim()) warnings.push('a tag key must not begin or end with a space');
  if (key.length > TAG_LIMITS.keyLength)
    warnings.push(`a tag key has at most ${TAG_LIMITS.keyLength} characters`);
  if (value.length > TAG_LIMITS.valueLength)
    warnings.push(`a tag value has at most ${TAG_LIMITS.valueLength} characters`);
  return warnings;
}

/** True for a tag that a copy must not carry by `*`: approvals, our own records, MLflow's bookkeeping. */
export function isPrivateTag(key: string): boolean {
  return (
    key === TAG_KEYS.status ||
    /^approval/iu.test(key) ||
    key.startsWith(OWN_TAG_PREFIX) ||
    key.startsWith('mlflow.')
  );
}
