import { parseDuration } from '../domain/duration.ts';
import type { Parsed } from '../domain/parsed.ts';
import { REGISTRY_KINDS } from '../registry/table.ts';
import { defaulted, oneOf, parsed } from './fields.ts';
import { credentialInputs, hostInput } from './sign-in.ts';

/** Shorter ones would be over before most requests are. Milliseconds. */
const SHORTEST = 1_000;

function parseResponseTimeout(text: string): Parsed<number> {
  const read = parseDuration(text);
  if (!read.ok || read.value >= SHORTEST) return read;
  return { ok: false, problem: 'it is shorter than one second.', fix: 'Write 120s, 5m or seconds.' };
}

/** Inputs of every action that connect it to a registry: where it is, what it is, and how to sign in. */
export const CONNECTION_INPUTS = {
  ...hostInput('destination'),
  registry: defaulted(oneOf(['auto', ...REGISTRY_KINDS]), {
    description:
      'Kind of registry at `host`: `databricks`, `mlflow`, `unity-catalog` (the open-source server) or `auto`. With `auto`, the action asks a host outside the Databricks domains what it is, without sending credentials (docs/registries.md).',
    default: 'auto',
  }),
  'response-timeout': defaulted(parsed(parseResponseTimeout), {
    description:
      'How long to wait for the host to begin or to continue a response. An MLflow server fetches a large file before it sends the first byte.',
    environment: 'MLFLOW_HTTP_REQUEST_TIMEOUT',
    default: '120s',
  }),
  ...credentialInputs('destination'),
};

/** Inputs of every action that copies, for a source in another workspace. */
export const SOURCE_CONNECTION_INPUTS = { ...hostInput('source'), ...credentialInputs('source') };

/** Whether an input only connects: most workflows give two of these, and pages fold them into one group. */
export function isConnectionInput(name: string): boolean {
  return name in CONNECTION_INPUTS || name in SOURCE_CONNECTION_INPUTS;
}
