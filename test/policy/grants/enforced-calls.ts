import type { Emulator } from '../../../emulator/index.ts';
import type { JUDGED } from './random-scene.ts';

/** A request as a person with a token sends it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const NATIVE = '/api/2.1/unity-catalog';
const OLDER = '/api/2.0/mlflow/unity-catalog';
const post = (path: string, body: unknown): Call => ({ method: 'POST', path, body });
const patch = (body: unknown): Call => ({ method: 'PATCH', path: `${NATIVE}/models/prod.ml.fraud`, body });

/** The requests of each operation: all of them succeed, or one is refused. */
const CALLS: Readonly<Record<(typeof JUDGED)[number], readonly Call[]>> = {
  copy: [
    { method: 'GET', path: `${NATIVE}/models/prod.ml.candidate/versions/1` },
    { method: 'GET', path: '/api/2.0/fs/files/Models/prod/ml/candidate/1/MLmodel' },
    post(`${OLDER}/model-versions/create`, { name: 'prod.ml.fraud', source: 'models:/prod.ml.candidate/1' }),
    { method: 'GET', path: `${NATIVE}/models/prod.ml.fraud/versions/1` },
    post(`${OLDER}/model-versions/set-tag`, { name: 'prod.ml.fraud', version: '1', key: 'k', value: 'v' }),
  ],
  read: [
    { method: 'GET', path: `${NATIVE}/models/prod.ml.fraud/versions/1` },
    { method: 'GET', path: '/api/2.0/fs/files/Models/prod/ml/fraud/1/MLmodel' },
  ],
  'create-model': [post(`${OLDER}/registered-models/create`, { name: 'prod.ml.other' })],
  'create-version': [post(`${OLDER}/model-versions/create`, { name: 'prod.ml.fraud', source: 'x' })],
  'set-alias': [
    { method: 'PUT', path: `${NATIVE}/models/prod.ml.fraud/aliases/next`, body: { version_num: 1 } },
    { method: 'DELETE', path: `${NATIVE}/models/prod.ml.fraud/aliases/next` },
  ],
  tag: [
    post(`${OLDER}/registered-models/set-tag`, { name: 'prod.ml.fraud', key: 'k', value: 'v' }),
    post(`${OLDER}/model-versions/set-tag`, { name: 'prod.ml.fraud', version: '1', key: 'k', value: 'v' }),
  ],
  describe: [patch({ comment: 'x' })],
  rename: [patch({ new_name: 'renamed' })],
  delete: [{ method: 'DELETE', path: `${NATIVE}/models/prod.ml.fraud` }],
  'manage-grants': [
    {
      method: 'PATCH',
      path: `${NATIVE}/permissions/function/prod.ml.fraud`,
      body: { changes: [{ principal: 'eve@example.com', add: ['EXECUTE'] }] },
    },
  ],
};

/** Sends a request; answers the status. */
export async function send(emulator: Emulator, token: string, { method, path, body }: Call): Promise<number> {
  const response = await fetch(new URL(path, emulator.url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Runs an operation; the status that ended it. */
export async function perform(
  emulator: Emulator,
  token: string,
  operation: (typeof JUDGED)[number],
): Promise<number> {
  let status = 0;
  for (const call of CALLS[operation]) {
    status = await send(emulator, token, call);
    if (status !== 200) return status;
  }
  return status;
}
