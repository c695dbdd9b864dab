import type { Capabilities } from '../src/registry/port.ts';
import type { RowContext } from './row-context.ts';

/** What a row takes beside one principal and a schema. */
export const NEEDS = {
  'second-principal':
    'a second principal: SECOND_DATABRICKS_TOKEN or another credential, each variable prefixed with SECOND_',
  'second-schema': '--second-schema catalog.schema',
  'expired-token': 'an expired token in EXPIRED_DATABRICKS_TOKEN',
  'nested-group': '--nested-group NAME, a group that holds the caller only through another group',
  'service-principal': 'a service principal as caller or as second principal',
  'deployment-job': '--deployment-job ID, a job that may be started',
  'shared-version': '--shared-version A.B.C/1, a version in a catalog that another metastore shares',
  job: '--job ID, a saved job with runs that the caller may view; it is read and never started',
  'hidden-job': '--hidden-job ID, a job that the caller may not view',
  endpoint: '--endpoint NAME, a serving endpoint that the caller may view; it is read and never changed',
  'hidden-endpoint': '--hidden-endpoint NAME, a serving endpoint that the caller may not view',
  warehouse: '--warehouse ID, a SQL warehouse, and SELECT on system.access',
  large: '--large, which uploads 60 MiB',
} as const;

/** One entry of {@link NEEDS}. */
export type Need = keyof typeof NEEDS;

/** What a row saw: the value, in the words of the assumption, and a remark. */
export type Observation = string | { readonly value: string; readonly note: string };

/**
 * One thing that is tried on a registry: a switch of the emulator, a fact that both sides of the code build on, or an
 * operation of our own client, whose assumed value is `works`.
 */
export interface Row {
  /** Name of the switch, or words in kebab case. */
  readonly id: string;
  readonly kind: 'switch' | 'fact' | 'operation';
  readonly group: Group;
  readonly about: string;
  readonly assumed: string;
  readonly needs?: Need;
  /** Why it does not apply to a registry of these capabilities; undefined: it does. */
  readonly inapplicable: (capabilities: Capabilities, kind: string) => string | undefined;
  readonly see: (context: RowContext) => Promise<Observation>;
}

/** Parts of the table, in its order. */
export const GROUPS = [
  'Operations',
  'Models and errors',
  'Versions',
  'Aliases',
  'Tags',
  'Files',
  'Grants and identity',
  'Rights of a second principal',
  'Lists and shapes',
  'Audit log',
  'Jobs',
  'Serving endpoints',
] as const;

/** One entry of {@link GROUPS}. */
export type Group = (typeof GROUPS)[number];

/** How a row ended. `unknown`: it was tried and could not be read; `not tried`: an option is missing. */
export const VERDICTS = ['as assumed', 'differs', 'unknown', 'not tried', 'not applicable'] as const;

/** One entry of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];
