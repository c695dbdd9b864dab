/** What the MLflow release that wrote a file reads otherwise than the newest. */
export interface ReleaseRules {
  /** Whether `optional` of a column counts, of which `required` took the place: MLflow 2.4 writes it first, 2.9 last, and 2.17 reads it last. */
  readonly readsOptional: boolean;
  /** Whether a column of a nested type that does not say so is required: in MLflow 2.10 to 2.17. */
  readonly requiresNested: boolean;
}

const RELEASE = /^(\d+)\.(\d+)/;

/**
 * The rules of the release that a file names in `mlflow_version`. Where it names none, whatever some release reads is
 * read: nobody can say that its writer could not.
 */
export function rulesOf(mlflowVersion: string | undefined): ReleaseRules {
  const [, major, minor] = RELEASE.exec(mlflowVersion ?? '') ?? [];
  if (major === undefined) return { readsOptional: true, requiresNested: false };
  const release = Number(major) * 1000 + Number(minor);
  return {
    readsOptional: release >= 2004 && release <= 2017,
    requiresNested: release >= 2010 && release <= 2017,
  };
}
