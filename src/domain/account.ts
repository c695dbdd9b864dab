/** An account of GitHub; without a login where it was deleted, or where GitHub knows none. */
export interface Account {
  readonly login?: string;
  /** `unknown`: GitHub calls it neither a user nor a bot, or calls it nothing. */
  readonly kind: 'person' | 'app' | 'unknown';
}
