import type { RouteSource } from '../routes/route.ts';

/** A refusal that the emulator gives, and what is known of it. */
export interface Refusal {
  readonly status: readonly number[];
  /** `error_code`; the `error` of OAuth, the `Code` of a cloud store. */
  readonly code: string;
  /** `{…}` stands for whatever the request named. */
  readonly message: string;
  /** Sections of the endpoints that give it; see `RouteSource.section`. */
  readonly by: readonly string[];
  readonly from: RouteSource['from'];
  readonly source: string;
}

/** Stands for every endpoint in {@link Refusal.by}, and for paths that are none. */
export const EVERYWHERE = 'every endpoint';

const older = ['models, aliases and tags, older family', 'versions, older family', 'temporary credentials'];
const native = ['registered models API', 'model versions API'];
const enriched = ['enriched native family', 'temporary credentials, enriched native family'];
const files = ['Files API on /Models', 'large uploads', 'presigned URLs'];
const grants = ['grants API', 'attribute-based policies'];
const parents = ['catalogs, schemas, workspace bindings'];
const models = [...older, ...native, ...enriched, ...files, ...grants];
const s3 = ['Amazon S3 behind temporary credentials'];
const azure = ['Azure Blob Storage behind temporary credentials'];
const google = ['Google Cloud Storage behind temporary credentials'];
const storage = ['storage behind presigned URLs', ...s3, ...azure, ...google];
const oauth = ['OAuth of service principals'];
const lists = [...older, ...native, ...files, ...grants, 'group members (beta)'];

/** Status and code, message, who gives it, and where it is known from. */
type Line = readonly [answer: string, message: string, by: readonly string[], known: string];

const INVALID = '400 INVALID_PARAMETER_VALUE';
const DENIED = '403 PERMISSION_DENIED';
const STATE = '400 INVALID_STATE';

const lines: readonly Line[] = [
  // Models
  [
    INVALID,
    'Bad model name: please specify all three levels of the model in the form `catalog_name.schema_name.model_name`',
    models,
    'observed by peer: mlflow/mlflow#13833 quotes it',
  ],
  [INVALID, "Invalid model name: '{…}'", models, 'assumed'],
  [
    INVALID,
    'A registered model cannot be moved to another catalog or schema.',
    [...older, ...native],
    'assumed',
  ],
  [
    INVALID,
    'Comment must be at most 65536 characters.',
    models,
    'docs: registered models API gives the limit, message assumed',
  ],
  [INVALID, 'catalog_name and schema_name must be given together.', native, 'docs: registered models API'],
  [
    '400|409 RESOURCE_ALREADY_EXISTS',
    "Routine or Model '{…}' already exists",
    [...older, ...native],
    'observed by peer: public repositories quote it; status: switch existsStatus',
  ],
  [
    '404|400 RESOURCE_DOES_NOT_EXIST',
    "Routine or Model '{…}' does not exist.",
    models,
    'observed by peer: public repositories quote it; status: switch statusOfCodes',
  ],
  [
    '404|400 CATALOG_DOES_NOT_EXIST',
    "Catalog '{…}' does not exist.",
    [...models, ...parents],
    "client code: MLflow's error codes; message and status assumed",
  ],
  [
    '404|400 SCHEMA_DOES_NOT_EXIST',
    "Schema '{…}' does not exist.",
    [...models, ...parents],
    "client code: MLflow's error codes; message and status assumed",
  ],
  [
    '404 PRINCIPAL_DOES_NOT_EXIST',
    'Could not find principal with name {…}.',
    [...native, ...grants],
    "client code: databricks-sdk's error codes; message assumed",
  ],
  [
    DENIED,
    "User does not have {…} on {…} '{…}'.",
    [...models, ...parents],
    'observed by peer: public repositories quote the form',
  ],
  [
    DENIED,
    "Catalog '{…}' is not accessible in current workspace",
    [...models, ...parents],
    'docs: workspace bindings; message assumed',
  ],
  // Versions
  [INVALID, "Invalid model version: '{…}'", models, 'assumed'],
  [INVALID, 'Missing source of the model version.', [...older, ...enriched], 'assumed'],
  [
    '404|400 RESOURCE_DOES_NOT_EXIST',
    "Model Version '{…}' of Routine or Model '{…}' does not exist.",
    models,
    'client code: the code; message assumed',
  ],
  [
    STATE,
    "Model version {…} of '{…}' is already finalized.",
    [...older, ...enriched],
    'assumed: switch secondFinalize',
  ],
  [STATE, "Model version {…} of '{…}' failed to register.", [...older, ...enriched], 'assumed'],
  [
    STATE,
    "Model version {…} of '{…}' is pending registration.",
    [...older, ...native],
    'assumed: switch deleteOfPending',
  ],
  [
    INVALID,
    'Model version does not contain a signature with both input and output type specifications.',
    [...older, ...enriched],
    'docs: signatures are required; that the server checks is switch signatureCheckedAtFinalize',
  ],
  [INVALID, "Unknown dependency '{…}'.", enriched, 'assumed'],
  [
    INVALID,
    "Invalid filter '{…}': only name = '<full model name>' is supported.",
    older,
    'docs: search by name only; message assumed',
  ],
  // Aliases
  [INVALID, 'Registered model alias name cannot be empty.', models, "client code: MLflow's validation"],
  [
    INVALID,
    'Registered model alias name must have at most 255 characters.',
    models,
    "client code: MLflow's validation gives the limit",
  ],
  [
    INVALID,
    "Invalid alias name: '{…}'. Names may only contain alphanumerics, underscores and dashes.",
    models,
    "client code: MLflow's validation; switch aliasCharacters",
  ],
  [
    INVALID,
    "'latest' alias name (case insensitive) is reserved.",
    models,
    "client code: MLflow's validation",
  ],
  [INVALID, "Version alias name '{…}' is reserved.", models, "client code: MLflow's validation"],
  [
    '400 RESOURCE_EXHAUSTED',
    'Cannot have more than 10 aliases per {…}.',
    models,
    'docs: up to 10; code, message and scope: switch aliasLimit',
  ],
  [
    '404|400 RESOURCE_DOES_NOT_EXIST',
    "Registered Model Alias '{…}' does not exist.",
    models,
    'client code: the code; message assumed',
  ],
  [DENIED, "User is not an owner of Routine or Model '{…}'.", models, 'assumed: switch manageMovesAliases'],
  // Tags
  [
    INVALID,
    "Tag key must have 1 to 255 characters: '{…}'",
    models,
    'docs: tags page gives the limit, message assumed',
  ],
  [
    INVALID,
    "Tag key '{…}' is invalid. Tag keys must not contain any of the characters . , - = / : or blanks at either end.",
    models,
    'docs: tags page; switch tagKeyRule',
  ],
  [
    INVALID,
    "Tag value of '{…}' is longer than 1000 characters.",
    models,
    'docs: tags page gives the limit, message assumed',
  ],
  [INVALID, 'Cannot assign more than {…} tags to an object.', models, 'docs: tags page; switch tagLimit'],
  [INVALID, 'Only FUNCTION is taken here.', enriched, "client code: MLflow's native store sends it"],
  [
    INVALID,
    'Entity type functions is not supported for tag assignments.',
    ['entity tag assignments (models are not documented)'],
    'docs: the list of entity types has no models',
  ],
  // Grants and identity
  [
    INVALID,
    'SecurableType {…} is not a valid securable type.',
    [...grants, ...enriched],
    'assumed: switch permissionPathCase',
  ],
  [INVALID, 'Privilege {…} is not a valid privilege.', grants, 'assumed'],
  [
    INVALID,
    'Privilege {…} is not applicable to this entity [FUNCTION].',
    grants,
    'observed by peer: public repositories quote the form',
  ],
  [INVALID, 'max_results must be 0 or at least 150.', grants, 'docs: grants API'],
  [
    '404 SCIM_404',
    '{…} not found.',
    ['who am I', 'groups of the workspace', 'group members (beta)'],
    'docs: SCIM (RFC 7644 §3.12); message assumed',
  ],
  [
    '403 403',
    'Only admins may read the members of groups.',
    ['groups of the workspace', 'people of the workspace'],
    'assumed: switch groupMembers',
  ],
  [
    '401 UNAUTHENTICATED',
    'Credential was not sent or was of an unsupported type for this API.',
    [EVERYWHERE],
    'observed by peer: public repositories quote it',
  ],
  [
    '401 UNAUTHENTICATED',
    'Invalid access token.',
    [EVERYWHERE],
    'observed by peer: public repositories quote it',
  ],
  ['401 UNAUTHENTICATED', 'Access token expired.', [EVERYWHERE], 'assumed: switch badTokenStatus'],
  [DENIED, 'Access token expired.', [EVERYWHERE], 'assumed: switch badTokenStatus'],
  ['401 UNAUTHENTICATED', 'The job may not ask for ID tokens.', ['ID tokens of GitHub Actions'], 'assumed'],
  ['401 invalid_client', 'Client authentication failed', oauth, 'docs: RFC 6749 §5.2; message assumed'],
  [
    '401 invalid_client',
    'A token exchange carries no client authentication',
    oauth,
    'client code: databricks-sdk sends none; refusal assumed',
  ],
  [
    '400 invalid_request',
    'subject_token_type must be urn:ietf:params:oauth:token-type:jwt',
    oauth,
    'docs: RFC 8693 §2.2.2; message assumed',
  ],
  [
    '400 invalid_grant',
    'The {…} of the token is not {…}.',
    oauth,
    'docs: federation policies; messages assumed',
  ],
  ['400 invalid_grant', 'The token has expired.', oauth, 'docs: federation policies; messages assumed'],
  [
    '400 invalid_grant',
    'No federation policy is configured.',
    oauth,
    'docs: federation policies; messages assumed',
  ],
  [
    '400 invalid_grant',
    'The principal that the token names does not exist.',
    oauth,
    'docs: federation policies; messages assumed',
  ],
  [
    '400 unsupported_grant_type',
    'Grant type {…} is not supported.',
    oauth,
    'docs: RFC 6749 §5.2; message assumed',
  ],
  // Runs
  [
    '404|400 RESOURCE_DOES_NOT_EXIST',
    "Run '{…}' not found",
    ['runs and logged models'],
    'observed by peer: MLflow server 3.17.2',
  ],
  [
    '404|400 RESOURCE_DOES_NOT_EXIST',
    "Logged model with ID '{…}' not found.",
    ['runs and logged models'],
    'observed by peer: MLflow server 3.17.2',
  ],
  // Files
  [
    '404 NOT_FOUND',
    'The file or directory being accessed is not found: {…}',
    files,
    'client code: databricks-sdk tells files from directories by the code',
  ],
  [
    '404 NOT_FOUND',
    'The upload session does not exist.',
    files,
    'client code: databricks-sdk; message assumed',
  ],
  ['409 ALREADY_EXISTS', 'The file already exists: {…}', files, 'docs: Files API'],
  [
    '412 PRECONDITION_FAILED',
    'The file was modified since the time given.',
    [...files, ...storage],
    'client code: databricks-sdk sends If-Unmodified-Since; code and message assumed',
  ],
  [
    '416 INVALID_PARAMETER_VALUE',
    'Range {…} is outside of the file.',
    [...files, ...storage],
    'docs: RFC 9110 §15.5.17; code and message assumed',
  ],
  [
    STATE,
    "Model version {…} of '{…}' is not READY.",
    [...older, ...enriched, ...files],
    'assumed: switches pendingReadable, pendingReadableByWriters',
  ],
  [
    DENIED,
    "Model version {…} of '{…}' is finalized; its files cannot be changed.",
    [...older, ...enriched, ...files],
    'assumed: switch writesAfterFinalize',
  ],
  [
    DENIED,
    "The files of the shared model '{…}' cannot be accessed through the Files API.",
    files,
    'assumed: switch sharedFiles',
  ],
  [DENIED, 'The Files API does not serve /Models.', files, 'assumed: switch filesApi'],
  ['404 FEATURE_DISABLED', 'The Files API is disabled.', files, 'assumed: switch filesApi'],
  [
    DENIED,
    'Presigned URLs are not available.',
    files,
    'client code: databricks-sdk knows the reason; switch presign',
  ],
  [
    '500 INTERNAL_ERROR',
    'Presigned URLs are not available.',
    files,
    'client code: databricks-sdk knows the reason; switch presign',
  ],
  [
    INVALID,
    "expire_time is no RFC 3339 time: '{…}'",
    files,
    'client code: databricks-sdk sends RFC 3339; message assumed',
  ],
  [INVALID, 'start_part_number and count must be positive.', files, 'assumed'],
  [INVALID, 'Not the path of a file: {…}', files, 'assumed'],
  [INVALID, 'The directory is not empty.', files, 'docs: Files API; message assumed'],
  [INVALID, 'upload_type must be multipart.', files, 'client code: databricks-sdk sends it; refusal assumed'],
  [INVALID, 'The list of parts is empty.', files, 'assumed'],
  [INVALID, 'Part {…} was not uploaded or has another etag.', files, 'assumed'],
  [INVALID, 'Parts must be listed in ascending order.', files, 'assumed'],
  [INVALID, "Unknown action '{…}'.", files, 'assumed'],
  [INVALID, "Unknown operation '{…}'.", [...older, ...enriched], 'assumed'],
  ['400 InvalidArgument', 'Only one auth mechanism allowed', storage, 'docs: Amazon S3 error codes'],
  ['400 InvalidRange', 'Content-Range is missing or malformed.', storage, 'assumed'],
  ['403 AccessDenied', 'Access Denied', storage, 'docs: Amazon S3 error codes'],
  ['403 AccessDenied', 'Request has expired', storage, 'docs: Amazon S3 error codes'],
  [
    '403 SignatureDoesNotMatch',
    'The request signature does not match.',
    storage,
    'docs: Amazon S3 error codes; message shortened',
  ],
  ['404 NoSuchKey', 'The specified key does not exist.', storage, 'docs: Amazon S3 error codes'],
  ['404 NoSuchUpload', 'The specified upload does not exist.', storage, 'docs: Amazon S3 error codes'],
  [
    '400 BadDigest',
    'The Content-MD5 is not that of what arrived.',
    storage,
    'docs: Amazon S3 error codes; message shortened',
  ],
  ['400 ExpiredToken', 'The provided token has expired.', s3, 'docs: Amazon S3 error codes'],
  [
    '400 AuthorizationHeaderMalformed',
    "The region is wrong; expecting '{…}'",
    s3,
    'docs: Amazon S3 error codes; message shortened',
  ],
  [
    '400 InvalidPart',
    'One or more of the specified parts could not be found.',
    s3,
    'docs: Amazon S3 error codes',
  ],
  [
    '400 EntityTooSmall',
    'A part is smaller than the minimum allowed size.',
    s3,
    'docs: Amazon S3 error codes',
  ],
  ['400 MalformedXML', 'The list of parts is empty.', s3, 'docs: Amazon S3 error codes; message shortened'],
  [
    '403 SignatureDoesNotMatch',
    'The request signature we calculated does not match.',
    s3,
    'docs: Amazon S3 error codes; message shortened',
  ],
  [
    '403 AuthenticationFailed',
    'Signature did not match.',
    azure,
    'docs: Azure storage error codes; message shortened',
  ],
  [
    '403 AuthenticationFailed',
    'Signature not valid in the specified time frame',
    azure,
    'docs: Azure storage error codes; message shortened',
  ],
  ['404 BlobNotFound', 'The specified blob does not exist.', azure, 'docs: Azure storage error codes'],
  [
    '400 MissingRequiredHeader',
    'x-ms-blob-type is missing.',
    azure,
    'docs: Azure storage error codes; message shortened',
  ],
  ['400 InvalidBlockList', 'The specified block list is invalid.', azure, 'docs: Azure storage error codes'],
  ['401 UNAUTHENTICATED', 'Invalid Credentials', google, 'docs: Google Cloud Storage; code assumed'],
  ['404 NOT_FOUND', 'Upload not found.', google, 'docs: Google Cloud Storage; code and message assumed'],
  [
    DENIED,
    'Temporary credentials are blocked for this metastore.',
    [...older, ...enriched],
    'client code: mlflow/mlflow#25986 tells of it; message assumed; switch vendedCredentials',
  ],
  [
    DENIED,
    'Files of this size do not pass through the workspace.',
    files,
    'assumed: switch largeThroughWorkspace',
  ],
  // Requests
  [INVALID, "Invalid page token '{…}'.", lists, 'assumed'],
  [INVALID, 'max_results must not be negative.', lists, 'docs: registered models API; message assumed'],
  [
    INVALID,
    "Missing value for required parameter '{…}'.",
    [EVERYWHERE],
    'observed by peer: MLflow server 3.17.2 words it so',
  ],
  [INVALID, "Parameter '{…}' must be {…}.", [EVERYWHERE], 'assumed'],
  [INVALID, "Parameter '{…}' must be an integer, got '{…}'.", [EVERYWHERE], 'assumed'],
  [INVALID, "Query parameter '{…}' must be {…}, got '{…}'.", [EVERYWHERE], 'assumed'],
  [INVALID, "Field '{…}' must be of type {…}.", [EVERYWHERE], 'assumed'],
  [INVALID, 'The request body is too large.', [EVERYWHERE], 'assumed'],
  [INVALID, 'The request body is not valid JSON.', [EVERYWHERE], 'assumed'],
  [INVALID, 'The request body must be a JSON object.', [EVERYWHERE], 'assumed'],
  [
    '400 MALFORMED_REQUEST',
    '{…}: unknown query parameter {…}.',
    [EVERYWHERE],
    'assumed: the emulator is stricter than a workspace, so that tests see slips',
  ],
  [
    '400 MALFORMED_REQUEST',
    '{…}: unexpected body field {…}.',
    [EVERYWHERE],
    'assumed: the emulator is stricter than a workspace, so that tests see slips',
  ],
  [
    '400 MALFORMED_REQUEST',
    '{…}: unknown body field {…}.',
    [EVERYWHERE],
    'assumed: the emulator is stricter than a workspace, so that tests see slips',
  ],
  [
    '404 ENDPOINT_NOT_FOUND',
    "No API found for '{…}'",
    [EVERYWHERE],
    'observed by peer: public repositories quote the code',
  ],
  ['405 ENDPOINT_NOT_FOUND', "Method {…} is not allowed for '{…}'", [EVERYWHERE], 'assumed'],
];

/** Every refusal of the emulator; one that is not here is a violation where the emulator is strict. */
export const refusals: readonly Refusal[] = lines.map(([answer, message, by, known]) => {
  const [statuses = '', code = ''] = answer.split(' ');
  const [from = '', ...rest] = known.split(': ');
  const word = (['docs', 'client code', 'observed by peer', 'assumed'] as const).find(
    (each) => each === from,
  );
  if (word === undefined) throw new Error(`No source: ${known}`);
  return { status: statuses.split('|').map(Number), code, message, by, from: word, source: rest.join(': ') };
});
