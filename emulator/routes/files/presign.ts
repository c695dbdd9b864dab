import { ApiError, invalid } from '../../metastore/api-error.ts';
import { fileAt, isShared, place } from '../../metastore/files.ts';
import { readPlace } from '../../workspace/artifacts.ts';
import type { Model } from '../../metastore/state.ts';
import type { Input } from '../input.ts';
import { family, ok, type Context, type Route, type Upload } from '../route.ts';

const presign = family('/api/2.0/fs', { from: 'client code', section: 'presigned URLs' });

const hour = 3_600_000;

/** When a URL made now ends: `expire_time` (RFC 3339) when given, one hour at most; in the past by a fault. */
export function expiryOf(input: Input, context: Context): number {
  const now = context.session.now();
  if (context.expired) return now - 1000;
  const wanted = input.maybeText('expire_time');
  if (wanted === undefined) return now + hour;
  const parsed = Date.parse(wanted);
  if (Number.isNaN(parsed)) throw invalid(`expire_time is no RFC 3339 time: '${wanted}'`);
  return Math.min(parsed, now + hour);
}

/**
 * Refuses to sign when the switch says so. databricks-sdk 0.156 takes the workspace route after any refusal here; the
 * reasons are names that its code knows, the messages are assumed.
 */
export function requirePresigning({ session }: Context, model?: Model): void {
  const message = 'Presigned URLs are not available.';
  const isClosed = model !== undefined && isShared(session, model);
  if (session.switches.presign === 'refused' || (isClosed && session.switches.sharedFiles !== 'open')) {
    throw new ApiError(403, 'PERMISSION_DENIED', message, 'json', 'FILES_API_API_IS_NOT_ENABLED');
  }
  if (session.switches.presign === 'unknown-zone') {
    throw new ApiError(500, 'INTERNAL_ERROR', message, 'json', 'FILES_API_REQUESTER_NETWORK_ZONE_UNKNOWN');
  }
}

/** The large upload of that session token; throws 404 `NOT_FOUND`. */
export function uploadOf(input: Input, { uploads, session }: Context): [token: string, upload: Upload] {
  const token = input.text('session_token');
  const upload = uploads.get(token);
  if (!upload || upload.caller !== session.caller || upload.path !== absolute(input.text('path'))) {
    throw new ApiError(404, 'NOT_FOUND', 'The upload session does not exist.');
  }
  return [token, upload];
}

/** Paths are written with one slash at the start. */
export function absolute(path: string): string {
  return `/${path.replace(/^\/+/, '')}`;
}

const fields = { path: 'string', expire_time: 'string' } as const;

/** The SDK sends path and time in the query, MLflow's presigned route in the body; both are taken. */
function pathOf(input: Input): string {
  return absolute(input.text('path'));
}

/** Hands out URLs that need no token. */
export const presignRoutes: readonly Route[] = [
  presign({
    method: 'POST',
    template: '/create-download-url',
    write: false,
    fields,
    query: fields,
    handle: (input, context) => {
      const path = pathOf(input);
      const target = readPlace(context.session, path);
      requirePresigning(context, target.model);
      fileAt(target);
      return ok(context.signer.sign('read', path, expiryOf(input, context)));
    },
  }),
  presign({
    method: 'POST',
    template: '/create-upload-url',
    write: false,
    fields,
    query: fields,
    handle: (input, context) => {
      requirePresigning(context);
      const path = pathOf(input);
      place(context.session, path, 'write');
      return ok(context.signer.sign('write', path, expiryOf(input, context)));
    },
  }),
  presign({
    method: 'POST',
    template: '/create-upload-part-urls',
    write: false,
    fields: { ...fields, session_token: 'string!', start_part_number: 'int!', count: 'int!' },
    handle: (input, context) => {
      requirePresigning(context);
      const [token, upload] = uploadOf(input, context);
      const first = input.integer('start_part_number');
      const count = input.integer('count');
      if (first < 1 || count < 1 || count > 1000)
        throw invalid('start_part_number and count must be positive.');
      const expires = expiryOf(input, context);
      const urls = Array.from({ length: count }, (_, index) => ({
        part_number: first + index,
        ...context.signer.sign(`part:${token}:${first + index}`, upload.path, expires),
      }));
      return ok({ upload_part_urls: urls });
    },
  }),
  presign({
    method: 'POST',
    template: '/create-resumable-upload-url',
    write: false,
    fields: { ...fields, session_token: 'string!' },
    handle: (input, context) => {
      requirePresigning(context);
      const [token, upload] = uploadOf(input, context);
      return ok({
        resumable_upload_url: context.signer.sign(
          `resumable:${token}`,
          upload.path,
          expiryOf(input, context),
        ),
      });
    },
  }),
  presign({
    method: 'POST',
    template: '/create-abort-upload-url',
    write: false,
    fields: { ...fields, session_token: 'string!' },
    handle: (input, context) => {
      const [token, upload] = uploadOf(input, context);
      if (upload.kind === 'multipart' && context.session.switches.uploadAbort === 'post-action')
        throw new ApiError(
          404,
          'ENDPOINT_NOT_FOUND',
          "No API found for 'POST /api/2.0/fs/create-abort-upload-url'",
        );
      return ok({
        abort_upload_url: context.signer.sign(`abort:${token}`, upload.path, expiryOf(input, context)),
      });
    },
  }),
];
