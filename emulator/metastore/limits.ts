import { ApiError } from './api-error.ts';
import type { CallContext } from './session.ts';
import type { Model } from './state.ts';

/** The refusal of one more than there may be; its status and code are a switch. */
export function limitReached({ switches }: CallContext, message: string): ApiError {
  const [status = '', code = ''] = switches.limitRefusal.split(' ');
  return new ApiError(Number(status), code, message);
}

/** Refuses a model that a schema has no room for. */
export function requireRoomForModel(session: CallContext, schema: string): void {
  const { models, quotas } = session.state;
  const prefix = `${schema.toLowerCase()}.`;
  const count = [...models.keys()].filter((name) => name.startsWith(prefix)).length;
  requireRoom(session, `Registered Model(s) in Schema ${schema}`, count, quotas.modelsOfSchema);
}

/** Refuses a version that a model has no room for. */
export function requireRoomForVersion(session: CallContext, model: Model): void {
  const { versionsOfModel } = session.state.quotas;
  requireRoom(
    session,
    `Model Version(s) in Registered Model ${model.name}`,
    model.versions.size,
    versionsOfModel,
  );
}

function requireRoom(session: CallContext, what: string, count: number, limit: number | undefined): void {
  if (limit === undefined || count < limit) return;
  throw limitReached(session, `Cannot create 1 ${what} (estimated count: ${count}, limit: ${limit}).`);
}
