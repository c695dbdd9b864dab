import type { RegistryDefinition } from '../definition.ts';
import { MLFLOW_CAPABILITIES } from './capabilities.ts';

/** What MLflow's basic-auth app asks for, at every path. */
const CHALLENGE = 'Basic realm="mlflow"';

/** An open-source MLflow server. Detected by `/version` of 3.17.2, with and without its basic-auth app, observed. */
export const mlflow = {
  kind: 'mlflow',
  capabilities: MLFLOW_CAPABILITIES,
  detection: {
    page: (path) => `${path}/version`,
    says: (text) => /^\d+\.\d+\.\d+\S{0,40}\s*$/u.test(text) || text === CHALLENGE,
  },
  signIn: 'token',
  sourceElsewhere: false,
  load: async () => (await import(/* webpackChunkName: "work" */ './open.ts')).mlflowDriver,
} as const satisfies RegistryDefinition;
