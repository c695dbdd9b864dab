import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Access } from '../../metastore/access.ts';
import { readContent } from '../../metastore/content.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { Ending } from '../../workspace/jobs/endings.ts';
import { isWorkspaceAdmin } from '../../workspace/rights.ts';
import { mayOn, objectAt, parentOf, workspacePath } from '../../workspace/objects.ts';

/** Where a script was put on this machine, or why the run has no script. */
export type Placed = { readonly file: string } | { readonly ending: Ending };

/**
 * Puts a script of the workspace below `root` on this machine, with every file of its folder that the identity of the run
 * may read, so that it finds what lies beside it.
 */
export async function placeScript(session: CallContext, given: string, root: string): Promise<Placed> {
  if (!given.startsWith('/') || given.startsWith('/Volumes/')) {
    return { ending: { code: 'RESOURCE_NOT_FOUND', message: `Cannot read the file ${given}.` } };
  }
  const path = workspacePath(given);
  const object = objectAt(session, path);
  if (object === undefined || object.type === 'DIRECTORY') {
    return {
      ending: {
        code: 'RESOURCE_NOT_FOUND',
        message: `Cannot read the file ${path}: it does not exist.`,
      },
    };
  }
  if (object.type === 'NOTEBOOK') {
    const message = `${path} is a notebook, and a file is needed.`;
    return { ending: { code: 'INVALID_RUN_CONFIGURATION', message } };
  }
  const isReadable = (each: string): boolean =>
    isWorkspaceAdmin(session) || mayOn(session, each, 'CAN_READ', session.access.identities);
  if (!isReadable(path)) {
    const message = `${session.caller} does not have CAN READ on the file ${path}.`;
    return { ending: { code: 'UNAUTHORIZED_ERROR', message } };
  }
  const folder = parentOf(path);
  const beside = [...session.state.workspace.objects.values()].filter((each) =>
    each.path.startsWith(folder === '/' ? '/' : `${folder}/`),
  );
  for (const each of beside) {
    if (each.type !== 'FILE' || !isReadable(each.path)) continue;
    const target = join(root, each.path);
    await mkdir(dirname(target), { recursive: true });
    const { content } = each.file;
    await pipeline(Readable.from(readContent(content, 0, content.size)), createWriteStream(target));
  }
  return { file: join(root, path) };
}

/** The session of the identity that a run has. */
export function sessionOfRun(session: Omit<CallContext, 'caller' | 'access'>, runAs: string): CallContext {
  return { ...session, caller: runAs, access: new Access(session.state, runAs) };
}
