/** A run of an experiment, as far as registering of it goes. */
export interface LoggedRun {
  readonly id: string;
  readonly experiment: string;
  readonly isDeleted: boolean;
  /** Where its artifacts are, as a URI. */
  readonly artifactUri: string;
  /** The logged models that it made, each at a step of its training. */
  readonly outputs: readonly ModelOutput[];
}

/** A logged model that a run made. */
export interface ModelOutput {
  readonly modelId: string;
  readonly step: number;
}

/** A logged model of MLflow 3. */
export interface LoggedModel {
  readonly id: string;
  readonly name: string;
  /** In the server's words: `LOGGED_MODEL_READY`, `LOGGED_MODEL_PENDING` and others. */
  readonly status: string;
  readonly runId?: string;
  readonly artifactUri: string;
}
