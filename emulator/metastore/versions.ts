import { requireUnserved } from '../workspace/serving/served-versions.ts';
import { ApiError, invalid } from './api-error.ts';
import { requireRoomForVersion } from './limits.ts';
import { checkDescription } from './models.ts';
import {
  lacks,
  usableModel,
  versionOf,
  visibleModel,
  type CallContext,
  mayCreateVersion,
} from './session.ts';
import { checkSignature } from './signature.ts';
import { nextId, type Dependency, type Model, type Version } from './state.ts';
import { checkTags } from './tags.ts';

/** What a caller says when a version is created. */
export interface NewVersion {
  name: string;
  source: string;
  runId?: string | undefined;
  description?: string | undefined;
  runTrackingServerId?: string | undefined;
  modelId?: string | undefined;
  tags?: readonly (readonly [string, string])[];
  dependencies?: readonly Dependency[];
}

/** Creates a version in `PENDING_REGISTRATION`: owner of the model, or CREATE MODEL VERSION. Numbers are never reused. */
export function createVersion(session: CallContext, wanted: NewVersion): [Model, Version] {
  const model = usableModel(session, wanted.name);
  if (!mayCreateVersion(session, model)) throw lacks('CREATE MODEL VERSION', model.name);
  requireRoomForVersion(session, model);
  if (wanted.source === '') throw invalid('Missing source of the model version.');
  checkDescription(wanted.description);
  const tags = new Map(wanted.tags);
  checkTags(session, new Map(), tags);
  const version = buildVersion(session, model, wanted, tags);
  model.versions.set(version.version, version);
  session.lag.hide(version, session.switches.listingLags);
  if (session.switches.deploymentJobFiresAt === 'create') fireDeploymentJob(session, model, version);
  return [model, version];
}

function buildVersion(
  session: CallContext,
  model: Model,
  wanted: NewVersion,
  tags: Map<string, string>,
): Version {
  const { state, caller } = session;
  const id = nextId(state);
  const now = session.now();
  const number = model.nextVersion;
  model.nextVersion += 1;
  return {
    id,
    version: number,
    status: 'PENDING_REGISTRATION',
    createdAt: now,
    updatedAt: now,
    createdBy: caller,
    updatedBy: caller,
    description: wanted.description,
    source: wanted.source,
    runId: wanted.runId === '' ? undefined : wanted.runId,
    runTrackingServerId: wanted.runTrackingServerId,
    modelId: wanted.modelId === '' ? undefined : wanted.modelId,
    tags,
    dependencies: [...(wanted.dependencies ?? [])],
    files: new Map(),
    directories: new Set(),
    storageLocation: `s3://${state.bucket}/metastore/${state.metastoreId}/models/${model.id}/versions/${id}`,
    deploymentRun: undefined,
  };
}

/** What responses give as the logged model of a version; by switch one of its own where it names none. */
export function modelIdOf({ switches }: CallContext, { id, modelId }: Version): string | undefined {
  if (modelId !== undefined || switches.versionModelId === 'given') return modelId;
  return `m-${id.replaceAll('-', '')}`;
}

/** Ends the upload: `READY`. Whoever may create versions may finalize one. */
export function finalizeVersion(
  session: CallContext,
  name: string,
  number: string | number,
): [Model, Version] {
  const model = usableModel(session, name);
  if (!mayCreateVersion(session, model)) throw lacks('CREATE MODEL VERSION', model.name);
  const version = versionOf(model, number);
  if (version.status === 'READY' || version.finalizing !== undefined) {
    if (session.switches.secondFinalize === 'error') {
      throw new ApiError(
        400,
        'INVALID_STATE',
        `Model version ${version.version} of '${model.name}' is already finalized.`,
      );
    }
    return [model, version];
  }
  if (version.status === 'FAILED_REGISTRATION') {
    throw new ApiError(
      400,
      'INVALID_STATE',
      `Model version ${version.version} of '${model.name}' failed to register.`,
    );
  }
  if (session.switches.signatureCheckedAtFinalize) checkSignature(version);
  if (session.switches.finalizeDelay === 'two-reads') version.finalizing = 2;
  else version.status = 'READY';
  version.updatedAt = session.now();
  version.updatedBy = session.caller;
  if (session.switches.deploymentJobFiresAt === 'finalize') fireDeploymentJob(session, model, version);
  return [model, version];
}

/** A new version of a model with a deployment job starts a run of it. */
function fireDeploymentJob(session: CallContext, model: Model, version: Version): void {
  if (model.deploymentJobId !== undefined) version.deploymentRun = nextId(session.state);
}

/** Reads a version; one that is being finalized comes closer to `READY` with each read. */
export function readVersion(session: CallContext, name: string, number: string | number): [Model, Version] {
  const model = visibleModel(session, name);
  const version = versionOf(model, number);
  if (version.finalizing !== undefined) {
    version.finalizing -= 1;
    if (version.finalizing <= 0) {
      delete version.finalizing;
      version.status = 'READY';
    }
  }
  return [model, version];
}

/** Versions of a visible model that the list already knows. */
export function listVersions(session: CallContext, name: string): [Model, Version[]] {
  const model = visibleModel(session, name);
  return [model, [...model.versions.values()].filter((version) => session.lag.shows(version))];
}

/** Changes the description; owner, or MANAGE by switch. */
export function updateVersion(
  session: CallContext,
  name: string,
  number: string | number,
  description: string | undefined,
): [Model, Version] {
  const model = usableModel(session, name);
  const { access, switches } = session;
  const allowed =
    access.owns('function', model.name) ||
    (switches.manageUpdatesDescriptions && access.manages('function', model.name));
  if (!allowed) throw lacks('MANAGE', model.name);
  const version = versionOf(model, number);
  checkDescription(description);
  if (description !== undefined) version.description = description;
  version.updatedAt = session.now();
  version.updatedBy = session.caller;
  return [model, version];
}

/** Deletes a version and its aliases; owner or MANAGE. */
export function deleteVersion(session: CallContext, name: string, number: string | number): void {
  const model = usableModel(session, name);
  if (!session.access.manages('function', model.name)) throw lacks('MANAGE', model.name);
  const version = versionOf(model, number);
  if (version.status === 'PENDING_REGISTRATION' && session.switches.deleteOfPending === 'refused') {
    throw new ApiError(
      400,
      'INVALID_STATE',
      `Model version ${version.version} of '${model.name}' is pending registration.`,
    );
  }
  requireUnserved(session, model.name, version.version);
  model.versions.delete(version.version);
  for (const [key, alias] of model.aliases) if (alias.version === version.version) model.aliases.delete(key);
}
