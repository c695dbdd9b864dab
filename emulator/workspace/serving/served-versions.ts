import { ApiError } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';

/** By switch a version that an endpoint serves cannot be deleted. */
export function requireUnserved({ state, switches }: CallContext, model: string, version: number): void {
  if (switches.servingDeletedVersion === 'allowed') return;
  for (const { name, config, pending } of state.workspace.endpoints.values()) {
    const served = [...(config?.served ?? []), ...(pending?.isOver === false ? pending.config.served : [])];
    const isServed = served.some(
      ({ fields }) =>
        String(fields['entity_name']).toLowerCase() === model.toLowerCase() &&
        fields['entity_version'] === String(version),
    );
    if (!isServed) continue;
    const message = `Version ${version} of '${model}' is served by the endpoint ${name} and cannot be deleted.`;
    throw new ApiError(400, 'INVALID_STATE', message);
  }
}
