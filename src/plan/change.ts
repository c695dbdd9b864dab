import type { AliasChange } from './changes/alias.ts';
import type { CopyChange } from './changes/copy.ts';
import type { DescriptionChange } from './changes/description.ts';
import type { CreateModelChange } from './changes/model.ts';
import type { TagChange } from './changes/tag.ts';
import type { DeleteVersionChange } from './changes/version-deletion.ts';

/** What an action would do or did, as data: from → to. */
export type Change =
  AliasChange | TagChange | DescriptionChange | CreateModelChange | CopyChange | DeleteVersionChange;

/** What became of a change: `not-needed` already was so, `unknown` was sent and not answered. */
export const CHANGE_STATES = ['done', 'planned', 'not-needed', 'not-done', 'unknown'] as const;

/** One entry of {@link CHANGE_STATES}. */
export type ChangeState = (typeof CHANGE_STATES)[number];
