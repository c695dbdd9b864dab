import type { DataType } from '../domain/model-signature.ts';

/** How releases of MLflow read what others read otherwise or not at all. */
export interface ReleaseRules {
  /** Keys of a column beside its type and name. */
  readonly keys: ReadonlySet<'optional' | 'required'>;
  /** Kinds of types that these releases know. */
  readonly kinds: ReadonlySet<DataType['kind']>;
  /** Whether a column of a nested type that does not say so is required. */
  readonly requiresNested: boolean;
}

const BEFORE_ANY: readonly DataType['kind'][] = ['scalar', 'array', 'object', 'map', 'sparkml-vector'];

/**
 * MLflow 2.4 to 2.17: `optional` is written up to 2.9, `required` from 2.10 on, which has the first nested types. What 2.9
 * reads, 2.16 reads as the same.
 */
const OLD: ReleaseRules = {
  keys: new Set(['optional', 'required']),
  kinds: new Set(BEFORE_ANY),
  requiresNested: true,
};

/** MLflow 2.18 and newer (judged by 3.17). */
const NEWEST: ReleaseRules = {
  keys: new Set(['required']),
  kinds: new Set([...BEFORE_ANY, 'any']),
  requiresNested: false,
};

const RELEASE = /^(\d+)\.(\d+)/;

/**
 * The rules by which a file may be read, those first that decide: of the release that it names in `mlflow_version`, then of
 * the newest. Where it names none nobody can say that its writer was not an old one.
 */
export function rulesFor(mlflowVersion: string | undefined): readonly [ReleaseRules, ...ReleaseRules[]] {
  const [, major, minor] = RELEASE.exec(mlflowVersion ?? '') ?? [];
  if (major === undefined) return [NEWEST, OLD];
  const release = Number(major) * 1000 + Number(minor);
  if (release < 2004 || release > 2017) return [NEWEST];
  return [OLD, NEWEST];
}
