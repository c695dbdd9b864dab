import { L, N, at, model, verdict, type Bench, type Role, type Seen, type Sent } from '../request-bench.ts';

/** What one call shows under each value of a switch; `see` may make further calls before. */
export interface Case {
  see: (world: Bench) => Promise<unknown>;
  /** Keyed by the value as text. */
  shows: Record<string, unknown>;
}

export const does =
  (role: Role, method: string, path: string, sent?: Sent) =>
  async ({ call }: Bench): Promise<string> =>
    verdict(await call(role, method, path, sent));

export const show =
  (role: Role, method: string, path: string, pick: (seen: Seen) => unknown, sent?: Sent) =>
  async ({ call }: Bench): Promise<unknown> =>
    pick(await call(role, method, path, sent));

export const ok = '200';
export const denied = '403 PERMISSION_DENIED';
export const invalid = '400 INVALID_PARAMETER_VALUE';
export const setAlias = (alias: string, version = 1): [string, string, Sent] => [
  'PUT',
  `${N}/models/${model}/aliases/${encodeURIComponent(alias)}`,
  { json: { version_num: version } },
];

export async function pending({ call }: Bench): Promise<string> {
  const made = await call('owner', 'POST', `${L}/model-versions/create`, {
    json: { name: model, source: 'models:/x/1' },
  });
  const version = String(at(made.json, 'model_version', 'version'));
  const path = `/api/2.0/fs/files/Models/prod/ml/fraud/${version}/MLmodel`;
  await call('owner', 'PUT', path, { raw: 'no signature here' });
  return version;
}

export const finalize = (version: string): [string, string, Sent] => [
  'POST',
  `${L}/model-versions/finalize`,
  { json: { name: model, version } },
];

export async function fill(
  { call }: Bench,
  count: number,
  version: (index: number) => number,
): Promise<string> {
  let last = '';
  for (let index = 0; index < count; index += 1) {
    last = verdict(await call('owner', ...setAlias(`a${index}`, version(index))));
  }
  return last;
}

export const list = (seen: Seen): unknown[] => (seen.json['model_versions'] as unknown[] | undefined) ?? [];
export const versions = ['GET', `${N}/models/${model}/versions`] as const;
