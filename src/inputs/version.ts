import type { VersionSelector } from '../domain/model-uri.ts';
import { alias, fullName, optional, required, version } from './fields.ts';

/** Inputs that name a version of a model, by its number or by an alias. */
export const VERSION_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'prod.ml_team.fraud_detection',
  }),
  version: optional(version, { description: 'Number of the version.', example: '2' }),
  alias: optional(alias, { description: 'Alias that names the version.' }),
};

/** The two inputs that name a version; exactly one of them is given. */
export interface Selection {
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
}

/** The selector of the input that is given. */
export function selectorOf(selection: Selection): VersionSelector {
  const { version: number, alias: name } = selection;
  if (number !== undefined) return { kind: 'version', version: number };
  if (name !== undefined) return { kind: 'alias', alias: name };
  throw new TypeError('Neither version nor alias is given.');
}
