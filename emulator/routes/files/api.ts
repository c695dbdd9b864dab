import { ApiError, denied, invalid } from '../../metastore/api-error.ts';
import { fileAt, listDirectory, notFound, place, storeFile, type Place } from '../../metastore/files.ts';
import type { Received } from '../../metastore/blobs.ts';
import { readPlace, type ReadPlace } from '../../workspace/artifacts.ts';
import type { Input } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { fileResponse } from './ranges.ts';
import { family, ok, type RouteResponse, type Context, type Route } from '../route.ts';

const files = family('/api/2.0/fs', { from: 'client code', section: 'Files API on /Models' });

/** Reads the whole request body into the store. */
export async function receive(context: Context): Promise<Received> {
  const receiver = context.blobs.receive();
  for await (const chunk of context.body) receiver.write(chunk);
  return receiver.finish();
}

/** Puts a received body at `path`; a present file is replaced only with `overwrite`. */
export function storeAt(context: Context, path: string, received: Received, overwrite: boolean): void {
  const { session } = context;
  const target = place(session, path, 'write');
  checkTarget(target, path, overwrite);
  storeFile(session, target, received, 'application/octet-stream');
}

function checkTarget(target: Place, path: string, overwrite: boolean): void {
  if (target.path === '') throw invalid(`Not the path of a file: ${path}`);
  if (!overwrite && target.version.files.has(target.path)) {
    throw new ApiError(409, 'ALREADY_EXISTS', `The file already exists: ${path}`);
  }
}

/** From this size on the switch `largeThroughWorkspace` decides. Bytes. */
const LARGE = 50 * 1024 * 1024;

function requireOpen({ session }: Context, size: number): void {
  if (size >= LARGE && session.switches.largeThroughWorkspace === 'refused')
    throw denied('Files of this size do not pass through the workspace.');
}

function directory(input: Input, { session }: Context): [ReadPlace, ReturnType<typeof listDirectory>] {
  const path = `/${input.text('path')}`;
  const target = readPlace(session, path);
  const entries = listDirectory(target);
  if (!entries) throw notFound(path);
  return [target, entries];
}

function listing(input: Input, context: Context): RouteResponse {
  const [target, entries = []] = directory(input, context);
  const { root } = target;
  const base = target.path === '' ? root : `${root}/${target.path}`;
  const cut = page(context.session, entries, (entry) => entry.name, {
    size: input.maybeInteger('page_size'),
    token: input.maybeText('page_token'),
    normal: 1000,
    most: 1000,
  });
  const contents = cut.items.map((entry) =>
    entry.directory
      ? { path: `${base}/${entry.name}/`, name: entry.name, is_directory: true }
      : {
          path: `${base}/${entry.name}`,
          name: entry.name,
          is_directory: false,
          file_size: entry.size,
          last_modified: entry.modified,
        },
  );
  return ok({ ...list('contents', contents), ...(cut.token ? { next_page_token: cut.token } : {}) });
}

/** Files and directories below `/Models`. */
export const fileRoutes: readonly Route[] = [
  files({
    method: 'GET',
    template: '/files/{path*}',
    write: false,
    succeeds: [200, 206],
    handle: (input, context) => {
      const { session, headers } = context;
      const file = fileAt(readPlace(session, `/${input.text('path')}`));
      requireOpen(context, file.content.size);
      return fileResponse(file, headers, session.switches.rangesHonoured);
    },
  }),
  files({
    method: 'HEAD',
    template: '/files/{path*}',
    write: false,
    handle: (input, { session, headers }) =>
      fileResponse(fileAt(readPlace(session, `/${input.text('path')}`)), headers, false),
  }),
  files({
    method: 'PUT',
    template: '/files/{path*}',
    write: true,
    succeeds: [204],
    streams: true,
    query: { overwrite: 'bool' },
    handle: async (input, context) => {
      const path = `/${input.text('path')}`;
      const overwrite = input.query['overwrite'] === 'true';
      checkTarget(place(context.session, path, 'write'), path, overwrite);
      requireOpen(context, Number(context.headers['content-length'] ?? 0));
      storeAt(context, path, await receive(context), overwrite);
      return { status: 204 };
    },
  }),
  files({
    method: 'DELETE',
    template: '/files/{path*}',
    write: true,
    succeeds: [204],
    handle: (input, { session }) => {
      const target = place(session, `/${input.text('path')}`, 'write');
      fileAt(target);
      target.version.files.delete(target.path);
      return { status: 204 };
    },
  }),
  files({
    method: 'HEAD',
    template: '/directories/{path*}',
    write: false,
    handle: (input, context) => {
      directory(input, context);
      return { status: 200 };
    },
  }),
  files({
    method: 'GET',
    template: '/directories/{path*}',
    write: false,
    fields: { page_size: 'int', page_token: 'string' },
    handle: listing,
  }),
  files({
    method: 'PUT',
    template: '/directories/{path*}',
    write: true,
    succeeds: [204],
    handle: (input, { session }) => {
      const target = place(session, `/${input.text('path')}`, 'write');
      if (target.path !== '') target.version.directories.add(target.path);
      return { status: 204 };
    },
  }),
  files({
    method: 'DELETE',
    template: '/directories/{path*}',
    write: true,
    succeeds: [204],
    handle: (input, { session }) => {
      const target = place(session, `/${input.text('path')}`, 'write');
      const entries = listDirectory(target);
      if (!entries) throw notFound(`/${input.text('path')}`);
      if (entries.length > 0) throw invalid('The directory is not empty.');
      target.version.directories.delete(target.path);
      return { status: 204 };
    },
  }),
];
