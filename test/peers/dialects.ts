import type { Server } from './script.ts';

/** What turns MLflow's client to the native family of the API (mlflow 3.17.2, `mlflow/environment_variables.py`). */
export const NATIVE_DIALECT = { MLFLOW_ENABLE_UC_NATIVE_DIALECT_MODEL_REGISTRY: 'true' } as const;

/** MLflow's client in both of its dialects, on one server. */
export function dialectsOf(server: Server): Readonly<Record<'older' | 'native', Server>> {
  return { older: server, native: { ...server, env: { ...server.env, ...NATIVE_DIALECT } } };
}
