import { ApiError, invalid } from '../../metastore/api-error.ts';
import { readContent } from '../../metastore/content.ts';
import {
  childrenOf,
  deleteObject,
  makeDirectories,
  objectAt,
  putFile,
  requireObject,
  workspacePath,
} from '../../workspace/objects.ts';
import type { WorkspaceObject } from '../../workspace/state.ts';
import type { Input } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { family, ok, type Context, type Route, type RouteResponse } from '../route.ts';
import { languageOf, type Language } from './language.ts';

const workspace = family('/api/2.0', { from: 'client code', section: 'files of the workspace' });

/** The documented size of what is imported: 10 MB. */
const MOST = 10 * 1024 * 1024;

/** Room for base64 of that, and for the other fields. */
const BODY = 14 * 1024 * 1024;

function shape(object: WorkspaceObject): Record<string, unknown> {
  return {
    object_id: BigInt(object.id),
    resource_id: object.id,
    object_type: object.type,
    path: object.path,
    ...(object.type === 'NOTEBOOK' ? { language: object.language } : {}),
    ...(object.type === 'FILE'
      ? { created_at: object.createdAt, modified_at: object.modifiedAt, size: object.file.content.size }
      : {}),
  };
}

/** Puts bytes at a path, as a file or, where format and content say so, as a notebook without extension. */
function store(
  { session, blobs }: Context,
  {
    given,
    bytes,
    format,
    language,
    overwrite,
  }: {
    given: string;
    bytes: Buffer;
    format: string;
    language: Language | undefined;
    overwrite: boolean;
  },
): WorkspaceObject {
  if (bytes.length > MOST) {
    throw new ApiError(
      400,
      'MAX_NOTEBOOK_SIZE_EXCEEDED',
      `File size imported is (${bytes.length} bytes), exceeded max size (${MOST} bytes)`,
    );
  }
  const path = workspacePath(given);
  const notebook = languageOf({ path, bytes, format, language });
  const receiver = blobs.receive();
  receiver.write(bytes);
  return putFile(session, {
    path: notebook?.path ?? path,
    received: receiver.finish(),
    language: notebook?.language,
    overwrite,
  });
}

function importObject(input: Input, context: Context): RouteResponse {
  const content = input.maybeText('content') ?? '';
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content)) throw invalid('content is not base64.');
  const language = input.maybeText('language');
  const known = (['PYTHON', 'SQL', 'SCALA', 'R'] as const).find((each) => each === language);
  if (language !== undefined && known === undefined) throw invalid(`Unknown language ${language}.`);
  store(context, {
    given: input.text('path'),
    bytes: Buffer.from(content, 'base64'),
    format: input.maybeText('format') ?? 'SOURCE',
    language: known,
    overwrite: input.flag('overwrite'),
  });
  return ok({});
}

async function exportObject(input: Input, { session }: Context): Promise<RouteResponse> {
  const path = workspacePath(input.text('path'));
  const object = requireObject(session, path, 'CAN_READ');
  if (object.type === 'DIRECTORY') throw invalid(`Cannot export the folder ${path}: only DBC does that.`);
  const { content, contentType } = object.file;
  if (input.flag('direct_download')) {
    return { status: 200, file: content, start: 0, end: content.size, contentType };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of readContent(content, 0, content.size)) chunks.push(chunk);
  const extension = /\.([^./]+)$/.exec(path)?.[1] ?? (object.type === 'NOTEBOOK' ? 'py' : '');
  return ok({ content: Buffer.concat(chunks).toString('base64'), file_type: extension });
}

/** Files, notebooks and folders of the workspace. */
export const objectRoutes: readonly Route[] = [
  workspace({
    method: 'POST',
    template: '/workspace/mkdirs',
    write: true,
    fields: { path: 'string!' },
    handle: (input, { session }) => {
      makeDirectories(session, workspacePath(input.text('path')));
      return ok({});
    },
  }),
  workspace({
    method: 'POST',
    template: '/workspace/import',
    write: true,
    multipart: true,
    bodyLimit: BODY,
    fields: { path: 'string!', content: 'string', format: 'string', language: 'string', overwrite: 'bool' },
    handle: importObject,
  }),
  workspace({
    method: 'POST',
    template: '/workspace-files/import-file/{path*}',
    write: true,
    streams: true,
    query: { overwrite: 'bool' },
    handle: async (input, context) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of context.body) chunks.push(chunk);
      store(context, {
        given: `/${input.text('path')}`,
        bytes: Buffer.concat(chunks),
        format: 'AUTO',
        language: undefined,
        overwrite: input.query['overwrite'] === 'true',
      });
      return ok({});
    },
  }),
  workspace({
    method: 'GET',
    template: '/workspace/export',
    write: false,
    fields: { path: 'string!', format: 'string', direct_download: 'bool' },
    handle: exportObject,
  }),
  workspace({
    method: 'GET',
    template: '/workspace/get-status',
    write: false,
    fields: { path: 'string!' },
    handle: (input, { session }) =>
      ok(shape(requireObject(session, workspacePath(input.text('path')), 'CAN_READ'))),
  }),
  workspace({
    method: 'GET',
    template: '/workspace/list',
    write: false,
    fields: { path: 'string!', notebooks_modified_after: 'int' },
    handle: (input, { session }) => {
      const since = input.maybeInteger('notebooks_modified_after') ?? 0;
      const found = childrenOf(session, workspacePath(input.text('path')));
      return ok(
        list(
          'objects',
          found.filter((each) => each.type !== 'NOTEBOOK' || each.modifiedAt >= since).map(shape),
        ),
      );
    },
  }),
  workspace({
    method: 'POST',
    template: '/workspace/delete',
    write: true,
    fields: { path: 'string!', recursive: 'bool' },
    handle: (input, { session }) => {
      const path = workspacePath(input.text('path'));
      if (path === '/' || ['/Users', '/Shared'].includes(path))
        throw invalid(`The folder ${path} cannot be deleted.`);
      objectAt(session, path);
      deleteObject(session, path, input.flag('recursive'));
      return ok({});
    },
  }),
];
