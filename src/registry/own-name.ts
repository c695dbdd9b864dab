import {
  formatFullName,
  parseModelName,
  sameFullName,
  type FullName,
  type Naming,
} from '../domain/full-name.ts';
import { show } from '../domain/printable.ts';
import type { Securable } from '../domain/privilege.ts';
import { protocolError } from '../http/failed-response.ts';

/** What a response calls the object that it is about; absent where it names none. */
type Named = string | null | undefined;

/**
 * A name in the registry's own spelling, which its response has beside what was asked for. Throws `protocol` when the
 * response is about another model, or names none: then nothing says that it is about this one.
 */
export function ownName(asked: FullName, named: Named, naming: Naming, call: string): FullName {
  const own = parseModelName(named ?? '');
  if (own.ok && sameFullName(asked, own.value, naming)) return own.value;
  throw aboutAnother(`the model ${formatFullName(asked)}`, named, call);
}

/** What responses about catalogs and schemas name them by. */
interface ParentRow {
  readonly name?: Named;
  readonly catalog_name?: Named;
  readonly full_name?: Named;
}

/** Requires that a response is about the catalog or schema that was asked for; names compare without case. */
export function requireOwnParent(asked: Securable, row: ParentRow, call: string): void {
  const levels = asked.type === 'catalog' ? [row.name] : [row.catalog_name, row.name];
  const named = row.full_name ?? levels.filter((level) => level != null).join('.');
  if (named.toLowerCase() === asked.name.toLowerCase()) return;
  throw aboutAnother(`the ${asked.type} ${asked.name}`, named, call);
}

/** Requires that a response is about the run, logged model or endpoint that was asked for. */
export function requireOwnId(
  kind: 'run' | 'logged model' | 'endpoint',
  asked: string,
  named: Named,
  call: string,
): void {
  if (named !== asked) throw aboutAnother(`the ${kind} ${asked}`, named, call);
}

/** A name out of its three levels; absent where one of them is. */
export function joinedLevels(catalog: Named, schema: Named, model: Named): string | undefined {
  const levels = [catalog, schema, model];
  return levels.every((level) => level != null && level !== '') ? levels.join('.') : undefined;
}

function aboutAnother(asked: string, named: Named, call: string): Error {
  const about = named == null || named === '' ? 'does not name its object' : `is about "${show(named, 100)}"`;
  return protocolError(`${about}, but ${show(asked, 200)} was requested`, call);
}
