/** A report of GitHub that was sent back. */
export interface GitHubSeen {
  /** `2026-11-29`. */
  readonly date: string;
  readonly server: string;
  /** What each row saw, by its id; rows that saw nothing are left out. */
  readonly seen: Readonly<Record<string, string>>;
}

/** Every report of GitHub so far, oldest first: none yet. */
export const GITHUB_SEEN: readonly GitHubSeen[] = [];
