import * as z from 'zod';
import type { LookSubject, VersionRef } from '../domain/change-target.ts';
import type { ChangeKind } from './change-kind.ts';
import { aliasKind, aliasSchema, type AliasChange } from './changes/alias.ts';
import { copyKind, copySchema, type CopyChange } from './changes/copy.ts';
import { descriptionKind, descriptionSchema, type DescriptionChange } from './changes/description.ts';
import { holdKind, holdSchema, type HoldChange } from './changes/hold.ts';
import { recordKind, recordSchema, type RecordChange } from './changes/record.ts';
import { createModelKind, createModelSchema, type CreateModelChange } from './changes/model.ts';
import { deleteModelKind, deleteModelSchema, type DeleteModelChange } from './changes/model-deletion.ts';
import { ownerKind, ownerSchema, type OwnerChange } from './changes/owner.ts';
import { registerKind, registerSchema, type RegisterChange } from './changes/register.ts';
import { renameKind, renameSchema, type RenameChange } from './changes/rename.ts';
import { servingKind, servingSchema, type ServingChange } from './changes/serving.ts';
import { tagKind, tagSchema, type TagChange } from './changes/tag.ts';
import {
  deleteVersionKind,
  deleteVersionSchema,
  type DeleteVersionChange,
} from './changes/version-deletion.ts';

/** Every kind of change; `V` is what names a version in it. */
interface Changes<V extends VersionRef> {
  readonly alias: AliasChange<V>;
  readonly record: RecordChange<V>;
  readonly tag: TagChange<V>;
  readonly description: DescriptionChange<V>;
  readonly hold: HoldChange;
  readonly 'create-model': CreateModelChange;
  readonly owner: OwnerChange;
  readonly 'rename-model': RenameChange;
  readonly 'delete-model': DeleteModelChange;
  readonly copy: CopyChange;
  readonly register: RegisterChange;
  readonly 'delete-version': DeleteVersionChange;
  readonly serving: ServingChange<V>;
}

type Kind = keyof Changes<number>;

type ChangeOf<V extends VersionRef, K extends Kind> = {
  [P in K]: { readonly kind: P } & Changes<V>[P];
}[K];

/** What an action does or did, as data: from → to. */
export type Change<K extends Kind = Kind> = ChangeOf<number, K>;

/** What an action would do, as data: it may name the copy, which has no number yet. */
export type PlannedChange<K extends Kind = Kind> = ChangeOf<VersionRef, K>;

const KINDS: { readonly [K in Kind]: ChangeKind<Changes<VersionRef>[K], Changes<number>[K]> } = {
  alias: aliasKind,
  record: recordKind,
  tag: tagKind,
  description: descriptionKind,
  hold: holdKind,
  'create-model': createModelKind,
  owner: ownerKind,
  'rename-model': renameKind,
  'delete-model': deleteModelKind,
  copy: copyKind,
  register: registerKind,
  'delete-version': deleteVersionKind,
  serving: servingKind,
};

/** How reports and plan files hold a change. */
export const changeSchema = z.discriminatedUnion('kind', [
  aliasSchema,
  recordSchema,
  tagSchema,
  descriptionSchema,
  holdSchema,
  createModelSchema,
  ownerSchema,
  renameSchema,
  deleteModelSchema,
  copySchema,
  registerSchema,
  deleteVersionSchema,
  servingSchema,
]);

/**
 * A change as one line of plain words: `prod.ml_team.fraud_detection@Champion 6 → 8`. `(none)` stands for what did
 * not exist, `(removed)` for what shall not, `(empty)` for an empty text; values are cut after 120 characters. Not escaped.
 */
export function formatChange<K extends Kind>(change: PlannedChange<K>): string {
  return KINDS[change.kind].format(change);
}

/** The changes that make a version: it is filled, verified and resumed in the same way, whatever it is made of. */
export type NewVersionChange = CopyChange | RegisterChange;

/** Whether a change makes a version. */
export function makesVersion(change: PlannedChange): change is NewVersionChange {
  return change.kind === 'copy' || change.kind === 'register';
}

/** What people look at to see whether a change was made. */
export function subjectOf<K extends Kind>(change: PlannedChange<K>): LookSubject {
  return KINDS[change.kind].subject(change);
}

/** The version that a change names where a plan may name the copy. */
export function versionIn<K extends Kind>(change: Change<K>): number | undefined {
  return KINDS[change.kind].versionIn(change);
}

/** A planned change once the copy has a number. */
export function withCopy<K extends Kind>(change: PlannedChange<K>, version: number): Changes<number>[K] {
  return KINDS[change.kind].withCopy(change, version);
}

/** What became of a change: `not-needed` already was so, `unknown` was sent without a response. */
export const CHANGE_STATES = ['done', 'planned', 'not-needed', 'not-done', 'unknown'] as const;

/** One entry of {@link CHANGE_STATES}. */
export type ChangeState = (typeof CHANGE_STATES)[number];
