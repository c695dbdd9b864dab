import { formatFullName, type FullName } from '../../../src/domain/full-name.ts';
import { must } from './scene.ts';
import type { UnityCatalogServer } from './server.ts';

/** Operations that the server has. */
export const ON_THE_SERVER = [
  'read',
  'create-model',
  'create-version',
  'describe',
  'rename',
  'delete',
  'manage-grants',
] as const;

/** One entry of {@link ON_THE_SERVER}. */
export type OnTheServer = (typeof ON_THE_SERVER)[number];

/** What {@link perform} makes beside the model, for `create-model`. */
export function besides(model: FullName): FullName {
  return { ...model, model: 'another' };
}

/**
 * Does an operation on a model, with version 1, and takes it back; answers whether the server let it be done. Throws
 * for an answer that is neither.
 */
export async function perform(
  operation: OnTheServer,
  model: FullName,
  server: UnityCatalogServer,
  token: string,
): Promise<boolean> {
  const name = formatFullName(model);
  const call = async (method: string, path: string, body?: unknown, done = 200) => {
    const { status, body: response } = await server.call(token, method, path, body);
    if (status !== done && status !== 403)
      throw new Error(`${method} ${path}: ${status} ${JSON.stringify(response)}`);
    return status === done;
  };
  const parents = { catalog_name: model.catalog, schema_name: model.schema };
  switch (operation) {
    case 'read': {
      const responses = [];
      for (const path of ['', '/versions', '/versions/1'])
        responses.push(await call('GET', `/models/${name}${path}`));
      return oneOf(responses);
    }
    case 'create-model': {
      const made = besides(model);
      const isDone = await call('POST', '/models', { name: made.model, ...parents });
      if (isDone) await must(server, server.admin, 'DELETE', `/models/${formatFullName(made)}`);
      return isDone;
    }
    case 'create-version': {
      const version = { model_name: model.model, ...parents, source: 'file:/y' };
      return call('POST', '/models/versions', version);
    }
    case 'describe':
      return oneOf([
        await call('PATCH', `/models/${name}`, { comment: 'x' }),
        await call('PATCH', `/models/${name}/versions/1`, { comment: 'x' }),
      ]);
    case 'rename': {
      const away = { ...model, model: 'renamed' };
      const isDone = await call('PATCH', `/models/${name}`, { new_name: away.model });
      if (isDone)
        await must(server, token, 'PATCH', `/models/${formatFullName(away)}`, { new_name: model.model });
      return isDone;
    }
    case 'delete':
      // Whether somebody may is asked before whether the version is there.
      return call('DELETE', `/models/${name}/versions/999`, undefined, 404);
    case 'manage-grants':
      return call('PATCH', `/permissions/registered_model/${name}`, { changes: [] });
  }
}

function oneOf(responses: readonly boolean[]): boolean {
  if (new Set(responses).size > 1) throw new Error(`done in part: ${responses.join(', ')}`);
  return responses[0] === true;
}
