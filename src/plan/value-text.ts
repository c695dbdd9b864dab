import type { ChangeTarget, VersionRef } from '../domain/change-target.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { cut } from '../domain/printable.ts';

const MAX_VALUE = 120;

/** From → to; `(none)` for what did not exist, `(removed)` for what shall not, `(empty)` for an empty text. */
export function fromTo({ from, to }: { readonly from: Value; readonly to: Value }): string {
  return `${shown(from, '(none)')} → ${shown(to, '(removed)')}`;
}

/** Names the object of a change. */
export function formatTarget(target: ChangeTarget<VersionRef>): string {
  return target.kind === 'version'
    ? formatVersionRef(target.name, target.version)
    : formatFullName(target.name);
}

/** Names a version, or the copy that is not there yet. */
export function formatVersionRef(name: FullName, version: VersionRef): string {
  return version === 'copy'
    ? `the copy in ${formatFullName(name)}`
    : `version ${version} of ${formatFullName(name)}`;
}

/** A value, cut after 120 characters. */
export function cutValue(value: string): string {
  return cut(value, MAX_VALUE);
}

/** A value of a tag or a description as a page shows it: nothing where there is none. */
export function formatChangedValue(value: string | null): string {
  if (value === null) return '';
  return value === '' ? '(empty)' : cutValue(value);
}

type Value = string | number | null;

function shown(value: Value, absent: string): string {
  if (value === null) return absent;
  return value === '' ? '(empty)' : cutValue(String(value));
}
