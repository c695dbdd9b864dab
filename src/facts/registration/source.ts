import { decide, type Decision } from '../../domain/decision.ts';
import { absentInput, hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/file-entry.ts';
import { show } from '../../domain/printable.ts';
import { formatRegisterSource, type RegisterSource } from '../../domain/register-source.ts';
import type { LoggedModel, LoggedRun } from '../../domain/tracking.ts';
import { chooseModel, decideLoggedModel } from '../../policy/registration.ts';
import { decideState } from '../../policy/version.ts';
import type { TrackingReader } from '../../registry/workspace-port.ts';
import type { FileSource } from '../../transfer/port.ts';
import type { CopySource } from '../copy/source.ts';
import type { Snapshot } from '../snapshot.ts';

/** What a version is registered from, as it was found: its files are listed only when they are asked for. */
export interface FoundSource extends Omit<CopySource, 'files' | 'bytes'> {
  readonly folder: FileSource;
  /** Its files, where they were listed to find it. */
  readonly listed?: readonly FileEntry[];
  /** Whether it may be registered. */
  readonly decision: Decision;
}

/** Opens the folder of the machine at a path; undefined where nothing is there. Throws a clause that says why it cannot be read. */
export type OpenFolder = (this: void, path: string) => Promise<FileSource | undefined>;

/** Where sources are looked for. */
export interface SourceWorld {
  readonly snapshot: Pick<Snapshot, 'registry'>;
  readonly openFolder: OpenFolder;
}

/** Finds what a version is to be registered from. Throws where it does not exist, naming the input and what was looked for. */
export async function findSource(
  source: RegisterSource,
  { snapshot, openFolder }: SourceWorld,
): Promise<FoundSource> {
  const { tracking } = snapshot.registry;
  const uri = formatRegisterSource(source);
  if (source.kind === 'folder') return ofFolder(source.path, openFolder);
  if (tracking === undefined) throw noTracking(uri);
  switch (source.kind) {
    case 'run':
      return ofRun(source, tracking);
    case 'logged-model':
      return ofModel(uri, source.id, tracking);
    case 'workspace-version':
      return ofWorkspaceVersion(source, tracking);
  }
}

/** In place of a source that is gone. */
const INSTEAD = 'register another source';

/** The file by which a folder is a model. */
const MLMODEL = 'MLmodel';

/**
 * A folder of a run where that has an `MLmodel`, else the logged model of that name, as MLflow's client looks for it
 * (workspace-apis §8.1).
 */
async function ofRun(
  { run: id, path }: Extract<RegisterSource, { kind: 'run' }>,
  tracking: TrackingReader,
): Promise<FoundSource> {
  const run = await tracking.getRun(id);
  const uri = formatRegisterSource({ kind: 'run', run: id, path });
  if (run === undefined)
    throw absent(`the run ${show(id, 80)} does not exist, or the caller may not see it.`, RUN_FIX);
  if (run.isDeleted)
    throw absent(`the run ${show(id, 80)} is deleted.`, 'Restore the run first, or name another one.');
  const folder = tracking.openRun(run, path);
  const listed = await listMlmodel(folder);
  if (listed !== undefined)
    return {
      uri,
      recorded: `${run.artifactUri}/${path}`,
      known: { tags: [], runId: id },
      folder,
      listed,
      decision: decide([]),
      presence: { isGone: async () => (await tracking.getRun(id))?.isDeleted ?? true, instead: INSTEAD },
    };
  return { ...(await modelOfRun(run, path, tracking)), uri };
}

const RUN_FIX = 'Check the id of the run, and CAN READ of the caller on its experiment.';

async function modelOfRun(run: LoggedRun, path: string, tracking: TrackingReader): Promise<FoundSource> {
  const chosen = chooseModel(await tracking.findModels(run, path), run);
  switch (chosen.kind) {
    case 'one':
      return found(chosen.model, tracking);
    case 'none':
      throw absent(
        `the run ${show(run.id, 80)} has neither a folder ${show(path, 100)} with a file ${MLMODEL} nor a logged model of that name.`,
        'Name the path under which the run logged the model.',
      );
    case 'several': {
      const ids = chosen.models.map(({ id }) => `models:/${id}`).join(', ');
      throw absent(
        `the run ${show(run.id, 80)} logged ${chosen.models.length} models as ${show(path, 100)} at its last step.`,
        `Name one of them: ${show(ids, 300)}.`,
      );
    }
  }
}

/** The files of a folder that is a model; undefined for any other, and where there is none. */
async function listMlmodel(folder: FileSource): Promise<readonly FileEntry[] | undefined> {
  try {
    const files = await folder.list();
    return files.some(({ path }) => path === MLMODEL) ? files : undefined;
  } catch (error) {
    if (hasCode(error, 'not-found')) return undefined;
    throw error;
  }
}

async function ofModel(uri: string, id: string, tracking: TrackingReader): Promise<FoundSource> {
  const model = await tracking.getModel(id);
  if (model !== undefined) return found(model, tracking);
  throw absent(
    `the logged model ${show(uri, 100)} does not exist, or the caller may not see it.`,
    'Check its id, and CAN READ of the caller on its experiment.',
  );
}

function found(model: LoggedModel, tracking: TrackingReader): FoundSource {
  const uri = formatRegisterSource({ kind: 'logged-model', id: model.id });
  return {
    uri,
    recorded: uri,
    known: { tags: [], modelId: model.id, ...(model.runId === undefined ? {} : { runId: model.runId }) },
    folder: tracking.openModel(model),
    decision: decideLoggedModel(model),
    presence: {
      isGone: async () => (await tracking.getModel(model.id)) === undefined,
      instead: INSTEAD,
    },
  };
}

async function ofWorkspaceVersion(
  { name, version }: Extract<RegisterSource, { kind: 'workspace-version' }>,
  { getWorkspaceVersion: get, openWorkspaceVersion: open }: TrackingReader,
): Promise<FoundSource> {
  const uri = formatRegisterSource({ kind: 'workspace-version', name, version });
  if (get === undefined || open === undefined)
    throw absent(
      `${show(uri, 100)} is a version of this registry already.`,
      'Use copy-version or promote to copy it to another model.',
      'unsupported',
    );
  const read = await get(name, version);
  if (read === undefined)
    throw absent(
      `version ${version} of ${show(name, 100)} does not exist in the workspace registry, or the caller may not see it.`,
      'Check name and number. For a model of Unity Catalog, use copy-version.',
    );
  return {
    uri,
    recorded: uri,
    known: read,
    folder: open(name, version),
    decision: decideState(read),
    presence: { isGone: async () => (await get(name, version)) === undefined, instead: INSTEAD },
  };
}

async function ofFolder(path: string, openFolder: OpenFolder): Promise<FoundSource> {
  const open = async () => {
    try {
      return await openFolder(path);
    } catch (error) {
      if (error instanceof PromoteError) throw error;
      throw absent(`the folder ${show(path, 200)} cannot be read: ${messageOf(error)}.`, FOLDER_FIX);
    }
  };
  const folder = await open();
  if (folder === undefined) throw absent(`there is no folder ${show(path, 200)} on this runner.`, FOLDER_FIX);
  return {
    uri: path,
    recorded: path,
    known: { tags: [] },
    folder,
    decision: decide([]),
    presence: { isGone: async () => (await open()) === undefined, instead: INSTEAD },
  };
}

const FOLDER_FIX =
  'Give the path of a folder that a step of this job has written, such as one of mlflow.pyfunc.save_model, from the working directory on.';

function absent(problem: string, fix: string, code?: 'unsupported'): PromoteError {
  const fault = { input: 'source', problem, fix };
  if (code === undefined) return absentInput(fault);
  return new PromoteError(`source: ${problem}`, { code, outcome: 'unsupported', fix });
}

function noTracking(uri: string): PromoteError {
  return new PromoteError(
    `${show(uri, 200)} cannot be registered: this registry has no runs and no logged models.`,
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Download the model in the job, and register the folder.',
    },
  );
}
