import { messageOf } from '../../src/domain/errors.ts';
import { Part } from '../../src/transfer/part.ts';
import { RouteRefused } from '../../src/transfer/route.ts';
import { at, textAt } from '../call.ts';
import {
  filePath,
  getFile,
  isDone,
  L,
  main,
  MLMODEL,
  must,
  newModel,
  newVersion,
  putFile,
  verdictOf,
} from '../fixtures.ts';
import { partsOf as parts, type RowContext } from '../row-context.ts';
import type { Row } from '../row.ts';
import { sharedFile } from '../scope.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Files';
const FS = '/api/2.0/fs';

/** Kinds of temporary credentials, by the member of the response that holds them; R2 is spoken to as S3 is. */
const CREDENTIALS = [
  ['aws_temp_credentials', 'aws'],
  ['r2_temp_credentials', 'aws'],
  ['azure_user_delegation_sas', 'azure'],
  ['gcp_oauth_token', 'gcp'],
] as const;

/** Codes by which a workspace says that the Files API is not for `/Models`, beside a plain 403. */
const CLOSED_BY: Readonly<Record<string, string>> = {
  ENDPOINT_NOT_FOUND: 'absent',
  FEATURE_DISABLED: 'disabled',
};

/** Over the size from which files go in parts. Bytes. */
const WHOLE_BYTES = 60 * 1024 * 1024;

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(1024 * 1024);
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, Math.min(left, piece.length));
}

/** A pending version of a model of its own, which takes files. */
function open(context: RowContext): Promise<{ readonly name: string; readonly version: number }> {
  return context.once('open', async () => {
    const name = await newModel(context, 'files');
    return { name, version: await newVersion(context, name) };
  });
}

/** Switches of the routes of bytes. */
export const fileSights = {
  pendingReadableByWriters: {
    group,
    async see(context) {
      const { name, version } = await open(context);
      const { call } = context.first;
      must(await putFile(call, name, version, { path: 'mine.bin', bytes: new Uint8Array([7]) }), 'an upload');
      const response = await getFile(call, name, version, 'mine.bin');
      return isDone(response, 400, 403, 404) ? 'true' : { value: 'false', note: verdictOf(response) };
    },
  },
  filesMode: {
    group,
    async see(context) {
      const { call } = context.first;
      const flag = 'is_databricks_sdk_models_artifact_repository_enabled';
      const template = `${L}/registered-models:is-databricks-sdk-models-artifact-repository-enabled`;
      const response = must(await call({ method: 'GET', template }), 'the flag');
      if (at(response.body, flag) === true) return 'files-api';
      const { name, version } = await main(context);
      const json = { name, version: String(version), operation: 'MODEL_VERSION_OPERATION_READ' };
      const lent = must(
        await call({ method: 'POST', template: `${L}/model-versions/generate-temporary-credentials`, json }),
        'temporary credentials',
      );
      return at(lent.body, 'credentials', 'storage_mode') === 'DEFAULT_STORAGE' ? 'presigned' : 's3';
    },
  },
  filesApi: {
    group,
    async see(context) {
      const { name, version } = await open(context);
      const params = { path: filePath(name, version, '').replace(/\/$/u, '') };
      const response = await context.first.call({
        method: 'GET',
        template: `${FS}/directories{+path}`,
        params,
      });
      // A word about the state of the version comes from an open API.
      if (response.code === 'INVALID_STATE') return { value: 'open', note: verdictOf(response) };
      if (isDone(response, 403, 404)) return 'open';
      const value = CLOSED_BY[response.code] ?? (response.status === 403 ? 'denied' : undefined);
      if (value === undefined) throw new Unseen(`answered ${verdictOf(response)}`);
      return { value, note: verdictOf(response) };
    },
  },
  presign: {
    group,
    async see(context) {
      const { name, version } = await main(context);
      const query = { path: filePath(name, version, 'MLmodel') };
      const response = await context.first.call({
        method: 'POST',
        template: `${FS}/create-download-url`,
        query,
      });
      const { reason } = response;
      if (reason === 'FILES_API_API_IS_NOT_ENABLED') return { value: 'refused', note: verdictOf(response) };
      if (reason === 'FILES_API_REQUESTER_NETWORK_ZONE_UNKNOWN')
        return { value: 'unknown-zone', note: verdictOf(response) };
      must(response, 'a signed URL');
      const source = context.first.registry.openSource(parts(name), version);
      const reader = source.openRanges?.({ path: 'MLmodel', size: MLMODEL.length });
      if (reader === undefined) throw new Unseen('our client reads no ranges');
      await reader.fill(new Part({ index: 0, start: 0, isLast: true }, new Uint8Array(MLMODEL.length)));
      return reader.choice.route === 'signed URL'
        ? 'accepted'
        : { value: 'storage-blocked', note: reader.choice.reason };
    },
  },
  sharedFiles: {
    group,
    needs: 'shared-version',
    async see(context) {
      const { call } = context.first;
      const path = sharedFile(context.scope.sharedVersion ?? '');
      const read = await call({ method: 'GET', template: `${FS}/files{+path}`, params: { path } });
      if (!isDone(read, 403)) return { value: 'closed', note: verdictOf(read) };
      const { name, version } = await main(context);
      const sign = (wanted: string) =>
        call({ method: 'POST', template: `${FS}/create-download-url`, query: { path: wanted } });
      must(await sign(filePath(name, version, 'MLmodel')), 'a signed URL for a file that is not shared');
      const response = await sign(path);
      return isDone(response, 403, 500) ? 'open' : { value: 'no-signed-urls', note: verdictOf(response) };
    },
  },
  vendedCredentials: {
    group,
    async see(context) {
      const { name, version } = await main(context);
      const json = { name, version: String(version), operation: 'MODEL_VERSION_OPERATION_READ' };
      const template = `${L}/model-versions/generate-temporary-credentials`;
      const response = await context.first.call({ method: 'POST', template, json });
      if (!isDone(response, 403)) return { value: 'refused', note: verdictOf(response) };
      if (at(response.body, 'credentials', 'storage_mode') === 'DEFAULT_STORAGE') return 'none';
      const kind = CREDENTIALS.find(([member]) => at(response.body, 'credentials', member) !== undefined);
      if (kind === undefined) throw new Unseen('the response contains no known kind of credentials');
      return kind[1];
    },
  },
  largeThroughWorkspace: {
    group,
    needs: 'large',
    async see(context) {
      const { name, version } = await open(context);
      const sink = context.first.registry.openSink(parts(name), version);
      try {
        await sink.write({ path: 'whole.bin', size: WHOLE_BYTES }, async () => zeros(WHOLE_BYTES));
        return 'accepted';
      } catch (error) {
        if (!(error instanceof RouteRefused)) throw error;
        return { value: 'refused', note: messageOf(error) };
      }
    },
  },
  uploadProtocol: {
    group,
    async see(context) {
      return (await begun(context)).kind;
    },
  },
  uploadAbort: {
    group,
    async see(context) {
      const { kind, path, token } = await begun(context);
      if (kind === 'resumable') throw new Unseen('uploads are resumable here, not in parts');
      const asked = await context.first.call({
        method: 'POST',
        template: `${FS}/create-abort-upload-url`,
        json: { path, session_token: token, expire_time: new Date(Date.now() + 600_000).toISOString() },
      });
      const hasUrl = isDone(asked, 400, 403, 404) && textAt(asked.body, 'abort_upload_url', 'url') !== '';
      const response = await context.first.call({
        method: 'POST',
        template: `${FS}/files{+path}`,
        params: { path },
        query: { action: 'abort-upload', upload_type: 'multipart', session_token: token },
        json: {},
      });
      const hasAction = isDone(response, 400, 403, 404);
      if (hasAction) return hasUrl ? 'both' : 'post-action';
      return hasUrl ? 'presigned-delete' : { value: 'neither', note: verdictOf(response) };
    },
  },
  rangesHonoured: {
    group,
    async see(context) {
      const { name, version } = await main(context);
      const response = must(
        await getFile(context.first.call, name, version, 'data/weights.bin', { range: 'bytes=4-7' }),
        'a range',
      );
      if (response.status === 206 && response.text === '4567') return 'true';
      return response.status === 200 ? 'false' : { value: 'other bytes', note: `HTTP ${response.status}` };
    },
  },
} satisfies Sights;

/** A large upload that was begun; what it leaves behind goes with the model. */
function begun(
  context: RowContext,
): Promise<{ readonly kind: 'multipart' | 'resumable'; readonly path: string; readonly token: string }> {
  return context.once('begun upload', async () => {
    const { name, version } = await open(context);
    const path = filePath(name, version, 'large.bin');
    const query = { action: 'initiate-upload', overwrite: true };
    const template = `${FS}/files{+path}`;
    const response = must(
      await context.first.call({ method: 'POST', template, params: { path }, query, json: {} }),
      'initiate-upload',
    );
    for (const kind of ['multipart', 'resumable'] as const) {
      const token = at(response.body, `${kind}_upload`, 'session_token');
      if (typeof token === 'string') return { kind, path, token };
    }
    throw new Unseen('the response names no upload method');
  });
}

/** What else is built on about files. */
export const fileFacts: readonly Row[] = [
  fact(
    'file-location',
    { group, about: 'the address of a version, by get-download-uri', assumed: 's3, abfss, gs or r2' },
    async (context) => {
      const { name, version } = await main(context);
      const template = `${L}/model-versions/get-download-uri`;
      const response = must(
        await context.first.call({ method: 'GET', template, query: { name, version } }),
        'the address',
      );
      const [scheme = ''] = textAt(response.body, 'artifact_uri').split('://');
      return /^(?:s3|abfss|gs|r2)$/u.test(scheme) ? 's3, abfss, gs or r2' : `another scheme: ${scheme}`;
    },
  ),
  fact(
    'file-absent',
    { group, about: 'reading a file that does not exist', assumed: '404 NOT_FOUND' },
    async (context) => {
      const { name, version } = await main(context);
      return verdictOf(await getFile(context.first.call, name, version, 'gone.bin'));
    },
  ),
  fact(
    'file-overwrite',
    {
      group,
      about: 'a file of a pending version can be written again only with overwrite',
      assumed: '204, 204, 409 ALREADY_EXISTS',
    },
    async (context) => {
      const { name, version } = await open(context);
      const file = { path: 'again.bin', bytes: new Uint8Array([1]) };
      const { call } = context.first;
      const response = [
        await putFile(call, name, version, file),
        await putFile(call, name, version, file),
        await putFile(call, name, version, { ...file, overwrite: false }),
      ];
      return response.map(verdictOf).join(', ');
    },
  ),
  fact(
    'file-unmodified-since',
    {
      group,
      about: 'If-Unmodified-Since is honoured: a file that is newer is refused',
      assumed: '412',
    },
    async (context) => {
      const { name, version } = await main(context);
      const headers = { 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' };
      return String((await getFile(context.first.call, name, version, 'MLmodel', headers)).status);
    },
  ),
  fact(
    'file-directory-404',
    { group, about: 'listing a directory that does not exist', assumed: '404 NOT_FOUND' },
    async (context) => {
      const { name, version } = await main(context);
      const params = { path: filePath(name, version, 'nowhere') };
      const template = `${FS}/directories{+path}`;
      return verdictOf(await context.first.call({ method: 'GET', template, params }));
    },
  ),
];
