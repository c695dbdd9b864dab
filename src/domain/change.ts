import type { FullName } from './full-name.ts';
import type { ModelVersionStatus } from './model.ts';

/** The object that a change touches. */
export type ChangeTarget =
  | { readonly kind: 'model'; readonly name: FullName }
  | { readonly kind: 'version'; readonly name: FullName; readonly version: number };

/**
 * Something else that a change was decided on, as it was then: what is not so any more at a try makes the change a
 * conflict. An absent tag or alias is null.
 */
export type BasisFact =
  | {
      readonly kind: 'status';
      readonly name: FullName;
      readonly version: number;
      readonly was: ModelVersionStatus;
    }
  | {
      readonly kind: 'tag';
      readonly target: ChangeTarget;
      readonly key: string;
      readonly was: string | null;
    }
  | { readonly kind: 'alias'; readonly name: FullName; readonly alias: string; readonly was: number | null };

/** What a change may rest on, beside the value that it is about. */
interface Resting {
  readonly basis?: readonly BasisFact[];
}

/** An alias set, moved (`from` a number) or deleted (`to` null). */
export interface AliasChange extends Resting {
  readonly kind: 'alias';
  readonly name: FullName;
  readonly alias: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** The record of a move of an alias, written on its model before the move; who moves it, and when, is known at the write. */
export interface RecordChange extends Resting {
  readonly kind: 'record';
  readonly name: FullName;
  readonly alias: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** A tag set, changed or removed (`to` null). */
export interface TagChange extends Resting {
  readonly kind: 'tag';
  readonly target: ChangeTarget;
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** A description changed. */
export interface DescriptionChange extends Resting {
  readonly kind: 'description';
  readonly target: ChangeTarget;
  readonly from: string;
  readonly to: string;
}

/** A registered model created; `owner` is set right after, where given. */
export interface CreateModelChange {
  readonly kind: 'create-model';
  readonly name: FullName;
  readonly owner?: string;
}

/** The owner of a registered model changed: what a run left that died right after it had created the model. */
export interface OwnerChange {
  readonly kind: 'owner';
  readonly name: FullName;
  readonly from: string;
  readonly to: string;
}

/** A version copied, with all that belongs to it. */
export interface CopyChange {
  readonly kind: 'copy';
  readonly source: { readonly name: FullName; readonly version: number };
  readonly destination: FullName;
}

/** An unfinished version of ours deleted. */
export interface DeleteVersionChange {
  readonly kind: 'delete-version';
  readonly name: FullName;
  readonly version: number;
}

/** What an action would do or did, as data: from → to. */
export type Change =
  | AliasChange
  | RecordChange
  | TagChange
  | DescriptionChange
  | CreateModelChange
  | OwnerChange
  | CopyChange
  | DeleteVersionChange;

/** What became of a change: `not-needed` already was so, `unknown` was sent and not answered. */
export const CHANGE_STATES = ['done', 'planned', 'not-needed', 'not-done', 'unknown'] as const;

/** One entry of {@link CHANGE_STATES}. */
export type ChangeState = (typeof CHANGE_STATES)[number];
