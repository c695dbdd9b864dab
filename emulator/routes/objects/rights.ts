import { ApiError, invalid, missing } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { kindOfObject, mayOn, objectById, rightsAbove } from '../../workspace/objects.ts';
import { requireOnJob, noSuch } from '../../workspace/jobs/saved.ts';
import {
  isWorkspaceAdmin,
  lacksLevel,
  LEVELS,
  rightsIn,
  rightsKey,
  rightsWith,
  type ObjectKind,
} from '../../workspace/rights.ts';
import type { ObjectRight } from '../../workspace/state.ts';
import { requireEndpointById } from '../../workspace/serving/endpoints.ts';
import { requireWarehouse } from '../../workspace/sql/warehouses.ts';
import type { Input } from '../input.ts';
import { family, ok, type Route, type RouteResponse } from '../route.ts';

const rights = family('/api/2.0/permissions', {
  from: 'client code',
  section: 'rights on objects of the workspace',
});

/** How answers call the kinds. */
const TYPES = {
  jobs: 'job',
  'serving-endpoints': 'serving-endpoint',
  warehouses: 'warehouses',
  files: 'file',
  notebooks: 'notebook',
  directories: 'directory',
} as const satisfies Record<ObjectKind, string>;

interface Subject {
  readonly kind: ObjectKind;
  readonly id: string;
  /** Of a file, notebook or folder. */
  readonly path: string | undefined;
}

/** The object of a request, if the caller holds the level on it. */
function subjectOf(session: CallContext, input: Input, level: 'read' | 'change'): Subject {
  const given = input.text('object_type');
  const id = input.text('object_id');
  const kind = (Object.keys(LEVELS) as ObjectKind[]).find((each) => each === given);
  if (kind === undefined) throw invalid(`Unknown object type ${given}.`);
  if (kind === 'jobs') {
    const { jobs, runs } = session.state.workspace;
    if (!jobs.has(id) && ![...runs.values()].some((run) => run.jobId === id)) {
      throw noSuch(session, `Job ${id} does not exist.`);
    }
    requireOnJob(session, id, level === 'read' ? 'CAN_VIEW' : 'IS_OWNER');
    return { kind, id, path: undefined };
  }
  if (kind === 'serving-endpoints') {
    requireEndpointById(session, id, level === 'read' ? 'CAN_VIEW' : 'CAN_MANAGE');
    return { kind, id, path: undefined };
  }
  if (kind === 'warehouses') {
    requireWarehouse(session, id, level === 'read' ? 'CAN_VIEW' : 'CAN_MANAGE');
    return { kind, id, path: undefined };
  }
  const object = objectById(session, kind, id);
  if (object === undefined) throw missing(`The ${TYPES[kind]} ${id} does not exist.`);
  const needed = level === 'read' ? 'CAN_READ' : 'CAN_MANAGE';
  if (!isWorkspaceAdmin(session) && !mayOn(session, object.path, needed, session.access.identities)) {
    throw lacksLevel(session, kind, needed, `the object at ${object.path}`);
  }
  return { kind, id, path: object.path };
}

function shown(session: CallContext, { kind, id, path }: Subject): RouteResponse {
  const own = (session.state.workspace.rights.get(rightsKey(kind, id)) ?? []).map((right) => ({
    right,
    from: undefined as string | undefined,
  }));
  const inherited =
    path === undefined
      ? []
      : rightsAbove(session, path)
          .filter(({ on }) => on.id !== id)
          .map(({ on, right }) => ({ right, from: `/${kindOfObject(on)}/${on.id}` }));
  return ok({
    object_id: `/${kind}/${id}`,
    object_type: TYPES[kind],
    access_control_list: [...own, ...inherited].map(({ right, from }) => row(session, right, from)),
  });
}

function row({ state }: CallContext, { principal, level }: ObjectRight, from: string | undefined): unknown {
  const known = state.principals.get(principal);
  const field =
    known === undefined ? 'group_name' : known.kind === 'user' ? 'user_name' : 'service_principal_name';
  return {
    [field]: principal,
    ...(known === undefined ? {} : { display_name: known.displayName }),
    all_permissions: [
      {
        permission_level: level,
        inherited: from !== undefined,
        ...(from === undefined ? {} : { inherited_from_object: [from] }),
      },
    ],
  };
}

/** An owner is always left: a job has exactly one. */
function requireOwner({ kind, id }: Subject, given: readonly ObjectRight[]): void {
  if (kind !== 'jobs') return;
  const owners = given.filter(({ level }) => level === 'IS_OWNER');
  if (owners.length === 1) return;
  throw new ApiError(400, 'INVALID_PARAMETER_VALUE', `Job ${id} must have exactly one owner.`);
}

/** Rights on jobs, endpoints, files, notebooks and folders. */
export const rightsRoutes: readonly Route[] = [
  rights({
    method: 'GET',
    template: '/{object_type}/{object_id}',
    write: false,
    handle: (input, { session }) => shown(session, subjectOf(session, input, 'read')),
  }),
  rights({
    method: 'GET',
    template: '/{object_type}/{object_id}/permissionLevels',
    write: false,
    handle: (input, { session }) => {
      const { kind } = subjectOf(session, input, 'read');
      return ok({
        permission_levels: LEVELS[kind].map((level) => ({ permission_level: level, description: level })),
      });
    },
  }),
  rights({
    method: 'PUT',
    template: '/{object_type}/{object_id}',
    write: true,
    fields: { access_control_list: 'array' },
    handle: (input, { session }) => {
      const subject = subjectOf(session, input, 'change');
      const given = rightsIn(subject.kind, input.objects('access_control_list'));
      requireOwner(subject, given);
      session.state.workspace.rights.set(rightsKey(subject.kind, subject.id), given);
      return shown(session, subject);
    },
  }),
  rights({
    method: 'PATCH',
    template: '/{object_type}/{object_id}',
    write: true,
    fields: { access_control_list: 'array' },
    handle: (input, { session }) => {
      const subject = subjectOf(session, input, 'change');
      const given = rightsIn(subject.kind, input.objects('access_control_list'));
      const key = rightsKey(subject.kind, subject.id);
      const next = rightsWith(session.state.workspace.rights.get(key) ?? [], given);
      // Ownership moves: who is named owner takes it from who had it.
      const owner = given.find(({ level }) => level === 'IS_OWNER')?.principal;
      const kept = next.filter(
        ({ principal, level }) => level !== 'IS_OWNER' || owner === undefined || principal === owner,
      );
      requireOwner(subject, kept);
      session.state.workspace.rights.set(key, kept);
      return shown(session, subject);
    },
  }),
];
