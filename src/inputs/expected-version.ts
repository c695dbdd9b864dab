import { parseVersion } from '../domain/model-uri.ts';
import type { Parsed } from '../domain/parsed.ts';
import { optional, parsed } from './fields.ts';

const expectedVersion = parsed((text): Parsed<number | null> =>
  text.trim().toLowerCase() === 'none' ? { ok: true, value: null } : parseVersion(text),
);

/** The input of every action that moves an alias which holds it to what its user saw. */
export const EXPECTED_VERSION = {
  'expected-version': optional(expectedVersion, {
    description:
      'The version that the alias must name now; `none`: the alias must not exist; `any`: whatever it names when the step begins. Anything else is a conflict.',
    leftOut: 'any',
  }),
};
