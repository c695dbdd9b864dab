import { ApiError } from './api-error.ts';
import type { Session } from './session.ts';
import type { Model } from './state.ts';

/** The refusal of one more than there may be; its status and code are a switch. */
export function limitReached({ switches }: Session, message: string): ApiError {
  const [status = '', code = ''] = switches.limitRefusal.split(' ');
  return new ApiError(Number(status), code, message);
}

/** Refuses a model that a schema has no room for. */
export function requireRoomForModel(session: Session, schema: string): void {
  const { models, quotas } = session.world;
  const prefix = `${schema.toLowerCase()}.`;
  const count = [...models.keys()].filter((name) => name.startsWith(prefix)).length;
  requireRoom(session, `Registered Model(s) in Schema ${schema}`, count, quotas.modelsOfSchema);
}

/** Refuses a version that a model has no room for. */
export function requireRoomForVersion(session: Session, model: Model): void {
  const { versionsOfModel } = session.world.quotas;
  requireRoom(
    session,
    `Model Version(s) in Registered Model ${model.name}`,
    model.versions.size,
    versionsOfModel,
  );
}

function requireRoom(session: Session, what: string, count: number, limit: number | undefined): void {
  if (limit === undefined || count < limit) return;
  throw limitReached(session, `Cannot create 1 ${what} (estimated count: ${count}, limit: ${limit}).`);
}
