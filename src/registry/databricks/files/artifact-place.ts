import { PromoteError } from '../../../domain/errors.ts';
import { show } from '../../../domain/printable.ts';

/** Where the artifacts of a run or a logged model lie. */
export interface ArtifactPlace {
  /** Where the Files API keeps them. */
  readonly files: string;
  /** Whether the artifact calls sign URLs of them too. */
  readonly signs: boolean;
}

/** What the workspace keeps itself: below an experiment a run or a logged model, whose artifacts are in `artifacts`. */
const KEPT =
  /^dbfs:\/databricks\/mlflow-tracking\/([^/]+)\/(?:logged_models\/([^/]+)|(?!tr-|logged_models\/)([^/]+))((?:\/[^/]+)*)\/?$/u;

/**
 * The place of an artifact root, or of a folder below it, by its URI (mlflow 3.17.2 `databricks_run_artifact_repo.py`,
 * `databricks_logged_model_artifact_repo.py`; workspace-apis §8.2). Throws `unsupported` for a store that the workspace does
 * not read for its callers: MLflow's client opens such a store with credentials of its own.
 */
export function artifactPlace(uri: string): ArtifactPlace {
  const [, experiment, model, run, rest = ''] = KEPT.exec(uri) ?? [];
  if (experiment !== undefined) {
    const owner = model === undefined ? `Runs/${run ?? ''}` : `LoggedModels/${model}`;
    return { files: `/WorkspaceInternal/Mlflow/Artifacts/${experiment}/${owner}${rest}`, signs: true };
  }
  const volume = /^dbfs:(\/Volumes\/.+?)\/?$/u.exec(uri)?.[1];
  if (volume !== undefined) return { files: volume, signs: false };
  throw new PromoteError(
    `The artifacts are at ${show(uri, 200)}, which the workspace does not read for its callers.`,
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Log the model in an experiment whose artifacts the workspace or a volume keeps, or download it and register the folder.',
    },
  );
}
