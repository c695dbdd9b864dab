import type { Account } from './account.ts';

/** What a text that GitHub keeps for us says: a comment on a pull request, or an issue. */
export interface TextContent {
  readonly body: string;
  /** Of an issue; a comment has none. */
  readonly title?: string;
  /** Whether it is open; a comment always is. */
  readonly isOpen: boolean;
}

/** A text as GitHub keeps it. */
export interface KeptText extends TextContent {
  /** What it is edited by: the id of a comment, the number of an issue. A lower one is older. */
  readonly id: number;
  readonly author: Account;
  /** Address of its page. */
  readonly page: string;
}
