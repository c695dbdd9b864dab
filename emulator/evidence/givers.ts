// Who gives a refusal: sections of the endpoints, by short names; see `RouteSource.section`.

/** Stands for every endpoint in `Refusal.by`, and for paths that are none. */
export const EVERYWHERE = 'every endpoint';

export const older = [
  'models, aliases and tags, older family',
  'versions, older family',
  'temporary credentials',
];
export const native = ['registered models API', 'model versions API'];
export const enriched = ['enriched native family', 'temporary credentials, enriched native family'];
export const files = ['Files API on /Models', 'large uploads', 'presigned URLs'];
export const grants = ['grants API', 'attribute-based policies'];
export const parents = ['catalogs, schemas, workspace bindings'];
export const models = [...older, ...native, ...enriched, ...files, ...grants];
export const s3 = ['Amazon S3 behind temporary credentials'];
export const azure = ['Azure Blob Storage behind temporary credentials'];
export const google = ['Google Cloud Storage behind temporary credentials'];
export const storage = ['storage behind presigned URLs', ...s3, ...azure, ...google];
export const oauth = ['OAuth of service principals'];

export const jobs = ['saved jobs', 'runs of jobs'];
export const artifacts = ['artifacts and their registry'];
export const tracking = ['runs and logged models', ...artifacts];
export const lists = [
  ...older,
  ...native,
  ...files,
  ...grants,
  ...jobs,
  ...artifacts,
  'group members (beta)',
];
export const objects = ['files of the workspace'];
export const serving = ['model serving'];
export const sql = ['SQL statements', 'SQL warehouses'];
export const workspace = [...jobs, ...objects, ...serving, ...sql, 'rights on objects of the workspace'];

/** Status and code, message, who gives it, and where it is known from. */
export type Line = readonly [response: string, message: string, by: readonly string[], known: string];

export const INVALID = '400 INVALID_PARAMETER_VALUE';
export const DENIED = '403 PERMISSION_DENIED';
export const STATE = '400 INVALID_STATE';
