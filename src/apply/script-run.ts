import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import type { RunAs, ScriptCompute } from '../domain/job.ts';
import { show } from '../domain/printable.ts';
import { sha256Of } from '../policy/bytes-digest.ts';
import type { MarkedRun } from '../policy/run/marker.ts';
import { leftFolders, sameFolder, scriptFolderName } from '../policy/run/script-folder.ts';
import type { WorkspaceFileReader } from '../registry/workspace-port.ts';
import type { ApplyContext } from './context.ts';
import { followRun, type EndedRun, type WaitedRun } from './job-run.ts';
import { endLeftRuns } from './left-runs.ts';

/** A file as it is put into the workspace. */
export interface WorkspaceScript {
  /** Its name there. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Digest of {@link bytes}. */
  readonly sha256: string;
}

/** A script that is put into the workspace, run once and taken away again. */
export interface ScriptRequest extends WaitedRun {
  readonly script: WorkspaceScript;
  /** What lies beside it. */
  readonly beside?: readonly WorkspaceScript[];
  readonly arguments: readonly string[];
  /** Whether it gets its folder as a last argument, and leaves nothing there: what else lies there after its run is a conflict. */
  readonly isAlone?: true;
  readonly compute: ScriptCompute;
  readonly runAs?: RunAs;
  /** At most 64 characters; the same one asks for the same run. */
  readonly token: string;
  /** The run of the workflow that asks. */
  readonly workflow: MarkedRun;
}

/** Runs scripts, and waits for them. */
export type RunScript = (request: ScriptRequest) => Promise<EndedRun>;

/** Folders of this tool in the home of an identity. */
const FOLDER = '.uc-promote';

/** Names the check of what a finding about a left folder is for. */
const CHECK = 'Script in the workspace';

/**
 * Runs a script from a folder of its own, which is deleted afterwards with what killed runs have left. The bytes are read back
 * before and after the run: only a run of these very bytes counts.
 */
export async function runScript(request: ScriptRequest, context: ApplyContext): Promise<EndedRun> {
  const work = await place(request, context);
  const { folder, file } = work;
  const order = {
    name: runName(folder.slice(folder.lastIndexOf('/') + 1)),
    file: `/Workspace${file}`,
    arguments: [...request.arguments, ...(request.isAlone === undefined ? [] : [`/Workspace${folder}`])],
    compute: request.compute,
    ...(request.runAs === undefined ? {} : { runAs: request.runAs }),
    timeoutSeconds: Math.max(1, Math.ceil(request.timeoutMs / 1000)),
    token: request.token,
  };
  const of = `${request.of} in the folder ${folder} of the workspace`;
  const followed = await followRun({ kind: 'script', order }, { ...request, of }, context);
  if ('error' in followed) {
    // The next try of this attempt finds run and folder.
    if (!followed.mayBeActive) await remove(folder, context);
    throw followed.error;
  }
  try {
    await requireFiles(request, work, 'after its run');
    if (request.isAlone !== undefined) await requireAlone(request, work, 'after its run');
    return followed;
  } finally {
    await remove(folder, context);
  }
}

/** The name under which the run of a folder is listed. */
function runName(folder: string): string {
  return `uc-promote ${folder}`;
}

interface Placed {
  readonly folder: string;
  readonly file: string;
  readonly files: WorkspaceFileReader;
}

/** Puts the script into a folder of its own, and takes away what killed runs have left beside it. */
async function place(request: ScriptRequest, context: ApplyContext): Promise<Placed> {
  const { snapshot, writer, clock, log, journal } = context;
  const { workspaceFiles: files } = snapshot.registry;
  const { workspaceFolders: folders } = writer;
  if (files === undefined || folders === undefined) throw new TypeError('This registry has no jobs.');
  const { script, workflow, token, timeoutMs } = request;
  const { principal } = await snapshot.caller();
  const home = `/Users/${principal}/${FOLDER}`;
  const present = (await files.folders(home)) ?? [];
  const until = clock.now() + timeoutMs;
  const earlier = sameFolder(present, token);
  const name = earlier ?? scriptFolderName({ run: workflow, token, until });
  const folder = `${home}/${name}`;
  const file = `${folder}/${script.name}`;
  const leftOver = leftFolders(present, workflow, clock.now()).filter((each) => each !== name);
  await endLeftRuns(leftOver.map(runName), context);
  for (const left of leftOver) {
    await remove(`${home}/${left}`, context);
    log.info(`Deleted the folder ${show(left, 120)}, which a run that was killed had left in ${home}.`);
  }
  journal.wait(scriptIn(folder));
  try {
    await folders.make(folder);
    for (const each of scriptsOf(request)) await folders.put(`${folder}/${each.name}`, each.bytes);
    if (request.runAs !== undefined) await folders.letRead(folder, request.runAs);
    await requireFiles(request, { folder, files }, 'after it was put there');
    await requireAlone(request, { folder, files }, 'before its run');
  } catch (error) {
    // The run of an earlier try may be using its own.
    if (earlier === undefined) await remove(folder, context);
    throw error;
  }
  return { folder, file, files };
}

function scriptsOf({ script, beside = [] }: ScriptRequest): readonly WorkspaceScript[] {
  return [script, ...beside];
}

type Place = Pick<Placed, 'folder' | 'files'>;

async function requireFiles(request: ScriptRequest, { folder, files }: Place, when: string): Promise<void> {
  for (const each of scriptsOf(request)) await requireBytes(`${folder}/${each.name}`, each, when, files);
}

/** Throws where anything else lies beside the script, which Python could take for a module. */
async function requireAlone(request: ScriptRequest, { folder, files }: Place, when: string): Promise<void> {
  const own = scriptsOf(request).map(({ name }) => name);
  const present = await files.names(folder);
  if (present === undefined)
    throw changedByOthers(`The folder ${folder} of the workspace was not there ${when}.`);
  const first = present.find((name) => !own.includes(name));
  if (first === undefined) return;
  throw changedByOthers(
    `The folder ${folder} of the workspace had ${show(first, 120)}, which was not put there, ${when}: somebody else did.`,
  );
}

/** Throws where a file of the workspace is not what was put there. */
async function requireBytes(
  file: string,
  { sha256 }: WorkspaceScript,
  when: string,
  files: WorkspaceFileReader,
): Promise<void> {
  const bytes = await files.read(file);
  const found = bytes === undefined ? undefined : sha256Of(bytes);
  if (found === sha256) return;
  const what = found === undefined ? 'was no longer there' : `had the sha256 ${found}, not ${sha256},`;
  throw changedByOthers(`The file ${file} of the workspace ${what} ${when}: somebody else changed it.`);
}

function changedByOthers(message: string): PromoteError {
  return new PromoteError(`${message} It says nothing of the version.`, {
    code: 'conflict',
    outcome: 'conflict',
    fix: 'Find out who else may write to the folder (its page in the workspace, Permissions), then run the workflow again.',
  });
}

/** Deletes a folder of ours. What fails here is a warning: the next run of the same identity deletes it. */
async function remove(
  folder: string,
  { writer, journal, warn }: Pick<ApplyContext, 'writer' | 'journal' | 'warn'>,
): Promise<void> {
  const { workspaceFolders: folders } = writer;
  if (folders === undefined) throw new TypeError('This registry has no jobs.');
  journal.wait(scriptIn(folder));
  try {
    await folders.remove(folder);
    journal.wait(undefined);
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    warn(CHECK, {
      code: 'script-folder-left',
      severity: 'warning',
      message: `The folder ${folder} of the workspace stays: it could not be deleted (${messageOf(error)})`,
      fix: hasCode(error, 'permission-denied')
        ? 'Delete it, and give the caller CAN_MANAGE on its own folder.'
        : 'Delete it, or let the next script of the same identity do so once its time is over.',
    });
  }
}

function scriptIn(folder: string): string {
  return `a script in the folder ${folder} of the workspace`;
}
