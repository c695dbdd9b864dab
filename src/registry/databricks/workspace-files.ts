import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { HttpClient } from '../../http/client.ts';
import { isAbsent } from '../../http/errors.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson, findJson } from '../call.ts';
import type { WorkspaceFileReader, WorkspaceFolderWriter } from '../workspace-port.ts';
import { principalOf } from './wire/jobs.ts';
import * as wire from './wire/workspace-files.ts';

const WORKSPACE = '/api/2.0/workspace';

/** Reads of a workspace's files. */
export function workspaceFileCalls(http: HttpClient): WorkspaceFileReader {
  return {
    async folders(path) {
      const found = await findJson(http, get('/list', { path }), wire.folder);
      return found === undefined ? undefined : wire.folderNames(found);
    },
    async names(path) {
      const found = await findJson(http, get('/list', { path }), wire.folder);
      return found === undefined ? undefined : wire.names(found);
    },
    async read(path) {
      // AUTO gives a file as it is; SOURCE is for notebooks (workspace-apis §1.3).
      const found = await findJson(http, get('/export', { path, format: 'AUTO' }), wire.exported);
      return found === undefined ? undefined : Buffer.from(found.content ?? '', 'base64');
    },
  };
}

/** Writes of a folder of the caller's own. */
export function workspaceFolderCommands(http: HttpClient): WorkspaceFolderWriter {
  const send = (path: string, json: unknown, more: Partial<HttpRequest> = {}) =>
    withFolder(() =>
      http.send({ method: 'POST', template: `${WORKSPACE}${path}`, json, retry: 'safe', ...more }),
    );
  return {
    make: (path) => send('/mkdirs', { path }),
    put: (path, bytes) =>
      // RAW keeps a script with the first line of a notebook a file.
      send('/import', {
        path,
        content: Buffer.from(bytes).toString('base64'),
        format: 'RAW',
        overwrite: true,
      }),
    async letRead(path, reader) {
      const { object_id: id } = await callJson(http, get('/get-status', { path }), wire.status);
      const access_control_list = [{ ...principalOf(reader), permission_level: 'CAN_READ' }];
      await withFolder(() =>
        http.send({
          method: 'PATCH',
          template: '/api/2.0/permissions/directories/{object_id}',
          params: { object_id: id },
          json: { access_control_list },
          retry: 'safe',
        }),
      );
    },
    async remove(path) {
      try {
        await send('/delete', { path, recursive: true }, { endsWork: true });
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },
  };
}

function get(path: string, query: NonNullable<HttpRequest['query']>): HttpRequest {
  return { method: 'GET', template: `${WORKSPACE}${path}`, query, retry: 'safe' };
}

/** Rights on folders are rights of the workspace, which no grant of Unity Catalog gives. */
async function withFolder(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    throw new PromoteError(error.message, {
      ...error.details,
      fix: 'Give the caller the entitlement "Workspace access", and CAN_MANAGE on its own folder below /Workspace/Users. Grants of Unity Catalog do not include it.',
      cause: error,
    });
  }
}
