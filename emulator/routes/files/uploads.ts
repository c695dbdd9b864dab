import { randomBytes } from 'node:crypto';
import { invalid, type ApiError } from '../../metastore/api-error.ts';
import { digestOf, joinContent, type Content } from '../../metastore/content.ts';
import { place } from '../../metastore/files.ts';
import { storeAt } from './api.ts';
import { Input } from '../input.ts';
import { absolute, uploadOf } from './presign.ts';
import { family, ok, type RouteResponse, type Context, type Route } from '../route.ts';

const files = family('/api/2.0/fs', { from: 'client code', section: 'large uploads' });

function initiate(input: Input, context: Context): RouteResponse {
  const { session, uploads } = context;
  const path = absolute(input.text('path'));
  place(session, path, 'write');
  const kind = session.switches.uploadProtocol;
  const token = randomBytes(24).toString('base64url');
  uploads.set(token, { kind, path, caller: session.caller, parts: new Map() });
  return ok({ [`${kind}_upload`]: { session_token: token } });
}

async function complete(input: Input, context: Context): Promise<RouteResponse> {
  if (input.query['upload_type'] !== 'multipart') throw invalid('upload_type must be multipart.');
  const [token, upload] = uploadOf(input, context);
  const listed = input.objects('parts').map((item) => {
    const part = new Input(item, {});
    return { number: part.integer('part_number'), etag: part.text('etag') };
  });
  if (listed.length === 0) throw invalid('The list of parts is empty.');
  const contents: Content[] = listed.map(({ number, etag }, index) => {
    const part = upload.parts.get(number);
    // Azure gives a block no ETag, and clients list what they were given.
    if (!part || (etag !== '' && part.etag !== etag))
      throw invalid(`Part ${number} was not uploaded or has another etag.`);
    if (index > 0 && number <= (listed[index - 1]?.number ?? 0))
      throw invalid('Parts must be listed in ascending order.');
    return part.content;
  });
  const content = joinContent(contents);
  storeAt(context, upload.path, { content, sha256: await digestOf(content) }, true);
  context.uploads.delete(token);
  return ok({});
}

/** Gives an upload up (databricks-sdk-py 0.162 `mixins/files.py`); before 0.162 by a signed URL, see `presign.ts`. */
function abort(input: Input, context: Context): RouteResponse {
  if (context.session.switches.uploadAbort === 'presigned-delete') throw unknownAction('abort-upload');
  if (input.query['upload_type'] !== 'multipart') throw invalid('upload_type must be multipart.');
  const [token] = uploadOf(input, context);
  context.uploads.delete(token);
  return ok({});
}

function unknownAction(action: string): ApiError {
  return invalid(`Unknown action '${action}'.`);
}

/** Start and end of uploads in parts. */
export const uploadRoutes: readonly Route[] = [
  files({
    method: 'POST',
    template: '/files/{path*}',
    write: true,
    fields: { parts: 'array' },
    query: { action: 'string!', overwrite: 'bool', upload_type: 'string', session_token: 'string' },
    handle: (input, context) => {
      const action = input.query['action'] ?? '';
      if (action === 'initiate-upload') return initiate(input, context);
      if (action === 'complete-upload') return complete(input, context);
      if (action === 'abort-upload') return abort(input, context);
      throw unknownAction(action);
    },
  }),
];
