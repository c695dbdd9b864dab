import type { VersionSelector } from '../domain/model-uri.ts';

/** The two inputs that name a version; exactly one of them is given. */
export interface Selection {
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
}

/** The selector of the input that is given. */
export function selectorOf({ version, alias }: Selection): VersionSelector {
  if (version !== undefined) return { kind: 'version', version };
  if (alias !== undefined) return { kind: 'alias', alias };
  throw new TypeError('Neither version nor alias is given.');
}
