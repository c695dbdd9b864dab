import { serve } from '../../http/client-bench.ts';

/** A request for a workspace: the header, or undefined where none was sent. */
export interface WorkspaceRequest {
  readonly call: string;
  readonly workspace: string | undefined;
}

/** A server of workspaces, with a model `fraud` of two versions in each. */
export interface WorkspaceServer {
  readonly url: string;
  readonly requests: readonly WorkspaceRequest[];
  /** The aliases of the model, by workspace. */
  readonly aliases: ReadonlyMap<string, Map<string, string>>;
}

/**
 * A server as MLflow 3.17.2 is with `--enable-workspaces` (`server/workspace_helpers.py`), or one that has none: one that says
 * so and refuses the header, or an older one, which has no such call and ignores it.
 */
export async function startWorkspaceServer(
  has: 'workspaces' | 'none' | 'never heard of them',
): Promise<WorkspaceServer> {
  const requests: WorkspaceRequest[] = [];
  const tags: { key: string; value: string; of: string }[] = [];
  const modelTags: typeof tags = [];
  const aliases = new Map(['default', 'team-a', 'team-b'].map((name) => [name, new Map<string, string>()]));
  const url = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const given = request.headers['x-mlflow-workspace'];
    const workspace = typeof given === 'string' ? given : undefined;
    const call = `${request.method ?? ''} ${pathname.replace('/api/2.0/mlflow', '')}`;
    requests.push({ call, workspace });
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const refuse = (status: number, code: string) => reply(status, { error_code: code, message: 'no' });
    if (pathname.endsWith('/server-info') && has !== 'never heard of them')
      return reply(200, { store_type: 'SqlStore', workspaces_enabled: has === 'workspaces' });
    if (pathname.endsWith('/server-info'))
      return void response.writeHead(404).end('<title>404 Not Found</title>');
    if (workspace !== undefined && has === 'none') return refuse(400, 'FEATURE_DISABLED');
    const own = aliases.get(has === 'workspaces' ? (workspace ?? 'default') : 'default');
    if (own === undefined) return refuse(404, 'RESOURCE_DOES_NOT_EXIST');
    const answer = (sent: ReadonlyMap<string, unknown>): void => {
      const number = searchParams.get('version') ?? '1';
      switch (call) {
        case 'GET /registered-models/search':
          return reply(200, { registered_models: [{ name: 'fraud' }] });
        case 'GET /registered-models/get':
          return reply(200, {
            registered_model: {
              name: 'fraud',
              aliases: [...own].map(([alias, version]) => ({ alias, version })),
              tags: modelTags.filter(({ of }) => of === (workspace ?? '')),
            },
          });
        case 'GET /model-versions/get':
          return reply(200, {
            model_version: {
              name: 'fraud',
              version: number,
              status: 'READY',
              tags: tags.filter(({ of }) => of === `${workspace ?? ''}/${number}`),
            },
          });
        case 'GET /model-versions/search':
          return reply(200, {
            model_versions: ['1', '2'].map((version) => ({ name: 'fraud', version, status: 'READY' })),
          });
        case 'POST /registered-models/alias':
          own.set(String(sent.get('alias')), String(sent.get('version')));
          return reply(200, {});
        case 'POST /registered-models/set-tag':
          modelTags.push({
            key: String(sent.get('key')),
            value: String(sent.get('value')),
            of: workspace ?? '',
          });
          return reply(200, {});
        case 'POST /model-versions/set-tag':
          tags.push({
            key: String(sent.get('key')),
            value: String(sent.get('value')),
            of: `${workspace ?? ''}/${String(sent.get('version'))}`,
          });
          return reply(200, {});
        default:
          return refuse(404, 'RESOURCE_DOES_NOT_EXIST');
      }
    };
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      answer(new Map(Object.entries(body ?? {})));
    });
  });
  return { url, requests, aliases };
}
