import type { Emulator } from '../../../emulator/index.ts';
import type { Server } from '../harness/script.ts';

/** What turns MLflow's client to the native family of the API (mlflow 3.17.2, `mlflow/environment_variables.py`). */
export const NATIVE_DIALECT = { MLFLOW_ENABLE_UC_NATIVE_MODEL_REGISTRY: 'true' } as const;

/** MLflow's client in both of its dialects, on one server. */
export function dialectsOf(server: Server): Readonly<Record<'older' | 'native', Server>> {
  return { older: server, native: { ...server, env: { ...server.env, ...NATIVE_DIALECT } } };
}

/** Throws where nobody created a version by the native family: then the switch of the client is another, and nothing was judged. */
export function requireNativeCreated({ requests }: Emulator): void {
  const created = requests.some(
    ({ method, path, status }) =>
      method === 'POST' && path === '/api/2.1/unity-catalog/models/versions' && status === 200,
  );
  if (!created) throw new Error('the native dialect was never spoken');
}
