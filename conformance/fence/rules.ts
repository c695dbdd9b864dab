import {
  isCatalog,
  isOwnModel,
  isOwnPath,
  isReadablePath,
  isSchema,
  NO_ENDPOINT,
  NO_JOB,
  NO_LOGGED_MODEL,
  NO_RUN,
  type Scope,
} from '../scope.ts';
import { isOwnStatement } from '../statements.ts';

/** A request as it is judged: nothing of it was sent yet. */
export interface Judged {
  readonly method: string;
  /** Path and query. */
  readonly url: URL;
  /** The parsed JSON body; undefined for none and for the bytes of a file. */
  readonly json?: unknown;
}

/** The call that a request is, by its template, or why it is none that the suite may make. */
export type Judgement = { readonly call: string } | { readonly refused: string };

const LEGACY = '/api/2.0/mlflow/unity-catalog';
const NATIVE = '/api/2.1/unity-catalog';
const MLFLOW = '/api/2.0/mlflow';
const FILES = '/api/2.0/fs';
const SQL = '/api/2.0/sql/statements';
const JOBS = '/api/2.2/jobs';
const SERVING = '/api/2.0/serving-endpoints';

/**
 * Every call that the suite may make. Placeholders of paths must fit: `{model}` and `{files+}` are the suite's own, `{readable+}` may be
 * the shared version's MLmodel too,
 * `{schema}` and `{catalog}` the given ones; `{version}`, `{alias}`, `{kind}` lie below one of those. What follows
 * names the subject in query or body, and must be there and fit as well; `statement` is a body of SQL.
 */
const RULES: readonly (readonly [call: string, ...subjects: string[]])[] = [
  ['GET /api/2.0/preview/scim/v2/Me'],
  ['GET /api/1.0/unity-control/scim2/Me'],
  ['GET /api/2.0/preview/scim/v2/Groups'],
  ['GET /api/2.0/preview/scim/v2/Groups/{id}'],
  ['GET /api/2.0/preview/scim/v2/Users', 'query.filter=one'],
  ['GET /api/2.0/preview/scim/v2/ServicePrincipals', 'query.filter=one'],
  [`GET ${NATIVE}/metastore_summary`],
  // It lists those of the metastore; the names of others are dropped unread.
  [`GET ${NATIVE}/catalogs`],
  [`GET ${NATIVE}/catalogs/{catalog}`],
  [`GET ${NATIVE}/schemas`, 'query.catalog_name=catalog'],
  [`GET ${NATIVE}/schemas/{schema}`],
  // Without a schema it lists those of the metastore; the names of others are dropped unread.
  [`GET ${NATIVE}/models`, 'query.catalog_name.schema_name=schema?'],
  [`POST ${NATIVE}/models`, 'body.catalog_name.schema_name.name=model'],
  [`GET ${NATIVE}/models/{model}`],
  [`PATCH ${NATIVE}/models/{model}`, 'body.new_name=model?'],
  [`DELETE ${NATIVE}/models/{model}`],
  [`POST ${NATIVE}/models/versions`, 'body.catalog_name.schema_name.model_name=model'],
  [`GET ${NATIVE}/models/{model}/versions`],
  [`GET ${NATIVE}/models/{model}/versions/{version}`],
  [`PATCH ${NATIVE}/models/{model}/versions/{version}`],
  [`DELETE ${NATIVE}/models/{model}/versions/{version}`],
  [`PATCH ${NATIVE}/models/{model}/versions/{version}/finalize`, 'body.full_name=model?'],
  [`GET ${NATIVE}/models/{model}/aliases/{alias}`],
  [`PUT ${NATIVE}/models/{model}/aliases/{alias}`],
  [`DELETE ${NATIVE}/models/{model}/aliases/{alias}`],
  [`PATCH ${NATIVE}/securable-tags/{kind}/{model}`],
  [`GET ${NATIVE}/permissions/{kind}/{securable}`],
  [`PATCH ${NATIVE}/permissions/{kind}/{model}`],
  [`GET ${NATIVE}/effective-permissions/{kind}/{securable}`],
  [`GET ${NATIVE}/policies/{kind}/{securable}`],
  [`POST ${NATIVE}/temporary-model-version-credentials`, 'body.catalog_name.schema_name.model_name=model'],
  ...[LEGACY, MLFLOW].flatMap((prefix): (readonly [string, ...string[]])[] => [
    [`POST ${prefix}/registered-models/create`, 'body.name=model'],
    [`GET ${prefix}/registered-models/get`, 'query.name=model'],
    [`PATCH ${prefix}/registered-models/update`, 'body.name=model', 'body.new_name=model?'],
    [`DELETE ${prefix}/registered-models/delete`, 'body.name=model'],
    [`POST ${prefix}/registered-models/set-tag`, 'body.name=model'],
    [`DELETE ${prefix}/registered-models/delete-tag`, 'body.name=model'],
    [`POST ${prefix}/registered-models/alias`, 'body.name=model'],
    [`DELETE ${prefix}/registered-models/alias`, 'body.name=model'],
    [`POST ${prefix}/model-versions/create`, 'body.name=model'],
    [`GET ${prefix}/model-versions/get`, 'query.name=model'],
    [`GET ${prefix}/model-versions/search`, 'query.filter=filter'],
    [`PATCH ${prefix}/model-versions/update`, 'body.name=model'],
    [`DELETE ${prefix}/model-versions/delete`, 'body.name=model'],
    [`POST ${prefix}/model-versions/finalize`, 'body.name=model'],
    [`POST ${prefix}/model-versions/set-tag`, 'body.name=model'],
    [`DELETE ${prefix}/model-versions/delete-tag`, 'body.name=model'],
  ]),
  // An MLflow server has no schemas to list by; the names of others are dropped unread.
  [`GET ${MLFLOW}/registered-models/search`],
  [`GET ${LEGACY}/registered-models:is-databricks-sdk-models-artifact-repository-enabled`],
  [`POST ${LEGACY}/model-versions/generate-temporary-credentials`, 'body.name=model'],
  [`GET ${LEGACY}/model-versions/get-download-uri`, 'query.name=model'],
  [`GET ${MLFLOW}/runs/get`, 'query.run_id=no-run'],
  [`GET ${MLFLOW}/logged-models/{no-logged-model}`],
  // A statement is shown to who submitted it alone.
  [`POST ${SQL}`, 'statement'],
  [`GET ${SQL}/{id}`],
  [`GET ${SQL}/{id}/result/chunks/{id}`],
  [`POST ${SQL}/{id}/cancel`],
  [`GET ${JOBS}/get`, 'query.job_id=job'],
  // It lists those of the workspace; all but the given one are dropped unread.
  [`GET ${JOBS}/list`],
  [`GET ${JOBS}/runs/list`, 'query.job_id=job'],
  [`GET ${SERVING}`],
  [`GET ${SERVING}/{endpoint}`],
  [`GET ${FILES}/files/{readable+}`],
  [`HEAD ${FILES}/files/{files+}`],
  [`PUT ${FILES}/files/{files+}`],
  [`POST ${FILES}/files/{files+}`],
  [`GET ${FILES}/directories/{files+}`],
  [`POST ${FILES}/create-download-url`, 'either.path=readable'],
  [`POST ${FILES}/create-upload-part-urls`, 'either.path=files'],
  [`POST ${FILES}/create-resumable-upload-url`, 'either.path=files'],
  [`POST ${FILES}/create-abort-upload-url`, 'either.path=files'],
];

/** Placeholders that stand for several segments. */
const WHOLE: ReadonlySet<string> = new Set(['files', 'readable']);

const COMPILED = RULES.map(([call, ...subjects]) => {
  const [method = '', template = ''] = call.split(' ');
  const names = [...template.matchAll(/\{([a-z-]+)\+?\}/gu)].map((match) => match[1] ?? '');
  const source = template
    .split(/\{[a-z-]+\+?\}/u)
    .map((text) => text.replace(/[.]/gu, String.raw`\$&`))
    .reduce((all, text, index) => all + (WHOLE.has(names[index - 1] ?? '') ? '(.+)' : '([^/]+)') + text);
  return { call, method, names, pattern: new RegExp(`^${source}$`, 'u'), subjects };
});

/** Whether a request is one that the suite may make, and which; pure, and asked before each is sent. */
export function judge(scope: Scope, request: Judged): Judgement {
  const { method, url } = request;
  const path = url.pathname;
  for (const rule of COMPILED) {
    const match = rule.method === method ? rule.pattern.exec(path) : null;
    if (match === null) continue;
    const values = match.slice(1).map(decodeURIComponent);
    const stray = rule.names.find((kind, index) => !fits(scope, kind, values[index] ?? ''));
    if (stray !== undefined) return { refused: `${rule.call}: {${stray}} is not the suite's` };
    const wrong = rule.subjects.find((subject) => !hasSubject(scope, subject, request));
    if (wrong !== undefined) return { refused: `${rule.call}: ${wrong} is not the suite's` };
    return { call: rule.call.replace('+}', '}') };
  }
  return { refused: `${method} for a path that is not on the list` };
}

/** `query.name=model`: where the value stands and what it must be; `?`: it may be absent. */
function hasSubject(scope: Scope, subject: string, { url, json }: Judged): boolean {
  if (subject === 'statement') return isOwnStatement(scope, json);
  const [where = '', wanted = ''] = subject.split('=');
  const [place = '', ...keys] = where.split('.');
  const inQuery = (key: string) => url.searchParams.get(key) ?? undefined;
  const inBody = (key: string) => fieldOf(json, key);
  const read = (key: string) =>
    place === 'query' ? inQuery(key) : place === 'body' ? inBody(key) : (inQuery(key) ?? inBody(key));
  const values = keys.map(read);
  if (wanted.endsWith('?') && values.every((value) => value === undefined)) return true;
  if (values.some((value) => typeof value !== 'string' || value === '')) return false;
  return fits(scope, wanted.replace('?', ''), values.join('.'));
}

function fieldOf(json: unknown, key: string): unknown {
  if (typeof json !== 'object' || json === null) return undefined;
  return new Map<string, unknown>(Object.entries(json)).get(key);
}

function fits(scope: Scope, kind: string, value: string): boolean {
  switch (kind) {
    case 'model':
      return isOwnModel(scope, value);
    case 'files':
      return isOwnPath(scope, value);
    case 'readable':
      return isReadablePath(scope, value.startsWith('/') ? value : `/${value}`);
    case 'filter':
      return isOwnModel(scope, /^name\s*=\s*'([^']+)'$/u.exec(value)?.[1] ?? '');
    case 'schema':
      return isSchema(scope, value);
    case 'catalog':
      return isCatalog(scope, value);
    case 'securable':
      return isOwnModel(scope, value) || isSchema(scope, value) || isCatalog(scope, value);
    case 'no-run':
      return value === NO_RUN;
    case 'no-logged-model':
      return value === NO_LOGGED_MODEL;
    case 'job':
      return [NO_JOB, scope.job, scope.hiddenJob].includes(value);
    case 'endpoint':
      return [NO_ENDPOINT, scope.endpoint, scope.hiddenEndpoint].includes(value);
    case 'one':
      return /^[a-zA-Z]+ eq "(?:[^"\\]|\\.)+"$/u.test(value);
    case 'id':
    case 'version':
    case 'alias':
    case 'kind':
      return !value.includes('/');
    default:
      return false;
  }
}
