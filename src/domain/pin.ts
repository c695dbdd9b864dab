import type { AliasRules } from './alias.ts';
import { formatFullName, nameKey, type FullName, type Naming } from './full-name.ts';
import type { TextPlace } from './text-place.ts';

/** What an alias is pinned to. */
export type PinTarget =
  /** A version of the model itself. */
  | { readonly kind: 'version'; readonly version: number }
  /** The copy of a version of another model. */
  | { readonly kind: 'copy'; readonly name: FullName; readonly version: number }
  /** Nothing: the alias is not to exist. */
  | { readonly kind: 'none' };

/** What a file of the repository says of one alias. */
export interface Pin {
  readonly name: FullName;
  readonly alias: string;
  readonly target: PinTarget;
  readonly place: TextPlace;
}

/** How names are compared: as the registry does. */
export interface PinRules extends Pick<AliasRules, 'aliases'> {
  readonly names: Naming;
}

/** The same text for every spelling of an alias of a model. */
export function pinKey({ name, alias }: Pick<Pin, 'name' | 'alias'>, rules: PinRules): string {
  const spelledAlias = rules.aliases === 'case-insensitive' ? alias.toLowerCase() : alias;
  return `${nameKey(name, rules.names)}@${spelledAlias}`;
}

/** The word of a pin that says that an alias is not to exist. */
export const NO_VERSION = 'none';

/** A target as a pin has it: `37`, `staging.ml_team.fraud_detection/37` or `none`. */
export function formatTarget(target: PinTarget): string {
  switch (target.kind) {
    case 'version':
      return String(target.version);
    case 'copy':
      return `${formatFullName(target.name)}/${target.version}`;
    case 'none':
      return NO_VERSION;
  }
}

/** A target in a sentence. */
export function targetText(target: PinTarget): string {
  switch (target.kind) {
    case 'version':
      return `version ${target.version}`;
    case 'copy':
      return `the copy of ${formatTarget(target)}`;
    case 'none':
      return 'no version';
  }
}
