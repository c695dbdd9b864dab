import type { Emulator } from '../../emulator/index.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { TOKENS } from './harness.ts';

/** A move of an alias past uc-promote. */
export interface OutsideMove {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly version: number | null;
  readonly model?: string;
  readonly alias?: string;
  /** Default: the admin's. */
  readonly token?: string | undefined;
}

/** Moves an alias as MLflow's client does, or is refused, at a time; the clock of the emulator stays there. */
export async function moveOutside(
  { metastore, url }: Emulator,
  { at, version, model = PROD, alias = 'Champion', token = TOKENS.admin }: OutsideMove,
): Promise<void> {
  metastore.now = () => at;
  const response = await fetch(`${url}/api/2.0/mlflow/unity-catalog/registered-models/alias`, {
    method: version === null ? 'DELETE' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'mlflow-python-client/3.17.2',
    },
    body: JSON.stringify({ name: model, alias, ...(version === null ? {} : { version: String(version) }) }),
  });
  await response.body?.cancel();
}
