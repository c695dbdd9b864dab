import type { FullName } from './full-name.ts';

/** A version by its number, or *the copy*, which has no number until it is made. */
export type VersionRef = number | 'copy';

/** The object that a change touches. */
export type ChangeTarget<V extends VersionRef = number> =
  | { readonly kind: 'model'; readonly name: FullName }
  | { readonly kind: 'version'; readonly name: FullName; readonly version: V };

/** What people look at to see whether a change was made. */
export type LookSubject =
  | ChangeTarget
  | { readonly kind: 'alias'; readonly name: FullName; readonly alias: string }
  | { readonly kind: 'versions'; readonly name: FullName }
  | { readonly kind: 'endpoint'; readonly name: FullName; readonly endpoint: string };

/** What people look at of a target: all versions of the model where the copy is not there yet. */
export function lookAtTarget(target: ChangeTarget<VersionRef>): LookSubject {
  if (target.kind === 'model') return target;
  const { name, version } = target;
  return version === 'copy' ? { kind: 'versions', name } : { kind: 'version', name, version };
}
