import { formatFullName, type FullName } from './full-name.ts';

/** What an alias is pinned to. */
export type PinTarget =
  /** A version of the model itself. */
  | { readonly kind: 'version'; readonly version: number }
  /** The copy of a version of another model. */
  | { readonly kind: 'copy'; readonly name: FullName; readonly version: number }
  /** Nothing: the alias is not to exist. */
  | { readonly kind: 'none' };

/** Where something stands in a file: lines and columns count from 1. */
export interface PinPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a file of the repository says of one alias. */
export interface Pin {
  readonly name: FullName;
  readonly alias: string;
  readonly target: PinTarget;
  readonly place: PinPlace;
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

/** A place as people and editors write it: `aliases/fraud.yml:3:5`. Not escaped. */
export function formatPlace({ file, line, column }: PinPlace): string {
  return `${file}:${line}:${column}`;
}
