/** Tag keys that this tool writes or reads; nothing else in the code spells them. */
export const TAG_KEYS = {
  /**
   * Where a copy came from: `models:/<source>/<version>`, with `in metastore <id>` where that is another one. Of a registered
   * version what it was registered from: `runs:/…`, `models:/m-…`, `workspace <id> models:/…` or `folder sha256:…`.
   */
  origin: 'uc_promote_origin',
  /** `content` digest of the files. */
  digest: 'uc_promote_digest',
  /** `listing` digest of the files. */
  listing: 'uc_promote_listing',
  /** The workflow run that made the version: `<owner>/<repo>/<run id>/<attempt>/<time>-<nonce>`. */
  run: 'uc_promote_run',
  /** A reason why no action may use this version. */
  hold: 'uc_promote_hold',
  /** Moves of aliases to this version, as earlier releases recorded them. Only read; moves are now recorded on the model. */
  moves: 'uc_promote_moves',
  /** The default key of `tag-status`. */
  status: 'validation_status',
} as const;

/** Every key of ours begins with this. */
export const OWN_TAG_PREFIX = 'uc_promote_';

/** How the tag of a registered model begins that records the moves of one alias; 12 digits for its name follow. */
export const ALIAS_RECORD_PREFIX = `${TAG_KEYS.moves}_`;

/** How the tag of a registered model begins that is a hold of one version and all its equals; 12 digits for its number follow. */
export const MODEL_HOLD_PREFIX = `${TAG_KEYS.hold}_`;

/** The longest value that this tool writes by itself, characters: what every registry with tags takes. */
export const OWN_VALUE_LENGTH = 1000;

/** What a registry says of tags; lengths in characters. */
export interface TagRules {
  /** How many an object has at most; absent where nothing is said of it. */
  readonly perObject?: number;
  readonly keyLength: number;
  readonly valueLength: number;
  /** What a key must not be like, each with a sentence without a final period. */
  readonly forbiddenKeys: readonly { readonly pattern: RegExp; readonly says: string }[];
}

/** What is wrong with a key or value: its form, which registries enforce in part, or its length. */
export interface TagFault {
  readonly kind: 'form' | 'length';
  /** A sentence without a final period. */
  readonly says: string;
}

/** What a registry's rules forbid about a key or value, or nothing. */
export function tagFaults(key: string, value: string, rules: TagRules): TagFault[] {
  const { keyLength, valueLength, forbiddenKeys } = rules;
  const lengths = [
    ...([...key].length > keyLength ? [`a tag key has at most ${keyLength} characters`] : []),
    ...([...value].length > valueLength ? [`a tag value has at most ${valueLength} characters`] : []),
  ];
  return [
    ...forbiddenKeys
      .filter(({ pattern }) => pattern.test(key))
      .map(({ says }): TagFault => ({ kind: 'form', says })),
    ...lengths.map((says): TagFault => ({ kind: 'length', says })),
  ];
}

/** Whether two keys are one to a rule: case does not count, so that no spelling of a key gets past it. */
export function isSameKey(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** True for a key of our own records. */
export function isOwnTag(key: string): boolean {
  return key.toLowerCase().startsWith(OWN_TAG_PREFIX);
}

/** True for the key of a hold on a model, in any case of its letters. */
export function isModelHoldKey(key: string): boolean {
  return key.toLowerCase().startsWith(MODEL_HOLD_PREFIX);
}

/** A key of the platform's deployment jobs: a tag with it approves a job that runs as the owner (uc-protocol §14.2). */
export function isApprovalTag(key: string): boolean {
  return key.toLowerCase().startsWith('approval');
}

/**
 * True for a tag that speaks of the version that it is on, and that no copy carries, whatever is named: our own records,
 * approvals, and the keys of statuses.
 */
export function isBoundTag(key: string, statusKeys: readonly string[]): boolean {
  return (
    isOwnTag(key) ||
    isApprovalTag(key) ||
    [TAG_KEYS.status, ...statusKeys].some((each) => isSameKey(each, key))
  );
}

/** True for a tag that a copy must not carry by `*`: one that it never carries, or MLflow's bookkeeping. */
export function isPrivateTag(key: string): boolean {
  return isBoundTag(key, []) || key.toLowerCase().startsWith('mlflow.');
}
