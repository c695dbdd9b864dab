import { ApiError } from '../metastore/api-error.ts';
import { missing } from '../metastore/api-error.ts';
import type { Input } from './input.ts';
import { tagList } from './legacy-shapes.ts';
import { ok, type Answer, type Context, type Route, type RouteSource } from './route.ts';

const observed: RouteSource = { from: 'observed by peer', section: 'host metadata and signing in' };
const tracking: RouteSource = { from: 'observed by peer', section: 'runs and logged models' };

function pairs(tags: Readonly<Record<string, string>> | undefined): unknown[] {
  return tagList(new Map(Object.entries(tags ?? {})));
}

/** Signs a service principal in; other grant types have their place here. */
function token(input: Input, context: Context): Answer {
  const { session, headers } = context;
  const grant = input.maybeText('grant_type');
  if (grant !== 'client_credentials') {
    throw new ApiError(400, 'unsupported_grant_type', `Grant type ${grant ?? ''} is not supported.`, 'oauth');
  }
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const [id = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const secret = decodeURIComponent(rest.join(':'));
  if (!session.world.secrets.get(decodeURIComponent(id))?.has(secret)) {
    throw new ApiError(401, 'invalid_client', 'Client authentication failed', 'oauth');
  }
  const issued = `emulator-oauth-${session.world.nextId}`;
  session.world.nextId += 1;
  session.world.tokens.set(issued, {
    principal: decodeURIComponent(id),
    expiresAt: session.now() + 3_600_000,
  });
  return ok({ access_token: issued, token_type: 'Bearer', expires_in: 3600, scope: 'all-apis' });
}

/** The workspace around the metastore: host metadata, OAuth, runs, logged models. */
export const workspaceRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/.well-known/databricks-config',
    source: observed,
    write: false,
    auth: 'none',
    handle: (_input, { baseUrl, session }) =>
      ok({
        oidc_endpoint: `${baseUrl}/oidc`,
        account_id: '00000000-0000-4000-8000-acc000000000',
        workspace_id: session.world.workspaceId,
        cloud: 'AWS',
        host_type: 'workspace',
      }),
  },
  {
    method: 'GET',
    template: '/oidc/.well-known/oauth-authorization-server',
    source: observed,
    write: false,
    auth: 'none',
    handle: (_input, { baseUrl }) =>
      ok({
        issuer: `${baseUrl}/oidc`,
        authorization_endpoint: `${baseUrl}/oidc/v1/authorize`,
        token_endpoint: `${baseUrl}/oidc/v1/token`,
      }),
  },
  {
    method: 'POST',
    template: '/oidc/v1/token',
    source: { from: 'docs', section: 'OAuth of service principals' },
    write: false,
    auth: 'own',
    form: true,
    fields: {
      grant_type: 'string!',
      scope: 'string',
      authorization_details: 'string',
      client_id: 'string',
      subject_token: 'string',
      subject_token_type: 'string',
    },
    handle: token,
  },
  {
    method: 'GET',
    template: '/api/2.0/mlflow/runs/get',
    source: tracking,
    write: false,
    fields: { run_id: 'string', run_uuid: 'string' },
    handle: (input, { session }) => {
      const id = input.maybeText('run_id') ?? '';
      const run = session.world.runs.get(id);
      if (!run) throw missing(`Run '${id}' not found`);
      const answer = ok({
        run: {
          info: {
            run_id: id,
            run_uuid: id,
            experiment_id: run.experimentId ?? '0',
            status: 'FINISHED',
            lifecycle_stage: 'active',
          },
          data: { tags: pairs(run.tags) },
        },
      });
      return { ...answer, headers: { 'x-databricks-org-id': run.workspaceId ?? session.world.workspaceId } };
    },
  },
  {
    method: 'GET',
    template: '/api/2.0/mlflow/logged-models/{model_id}',
    source: tracking,
    write: false,
    handle: (input, { session }) => {
      const model = session.world.loggedModels.get(input.text('model_id'));
      if (!model) throw missing(`Logged model with ID '${input.text('model_id')}' not found.`);
      return ok({
        model: {
          info: {
            model_id: model.modelId,
            experiment_id: model.experimentId ?? '0',
            name: model.name ?? 'model',
            creation_timestamp_ms: 1,
            last_updated_timestamp_ms: 2,
            status: 'LOGGED_MODEL_READY',
            ...(model.sourceRunId === undefined ? {} : { source_run_id: model.sourceRunId }),
            tags: pairs(model.tags),
          },
          data: { params: [], metrics: [] },
        },
      });
    },
  },
  {
    method: 'PATCH',
    template: '/api/2.0/mlflow/logged-models/{model_id}/tags',
    source: tracking,
    write: true,
    fields: { model_id: 'string', tags: 'array' },
    handle: (input, { session }) => {
      const model = session.world.loggedModels.get(input.text('model_id'));
      if (!model) throw missing(`Logged model with ID '${input.text('model_id')}' not found.`);
      model.tags = { ...model.tags, ...Object.fromEntries(input.tags('tags')) };
      return ok({ model: { info: { model_id: model.modelId, tags: pairs(model.tags) } } });
    },
  },
];
