import { join } from 'node:path';
import type { CallContext } from '../../metastore/session.ts';
import type { Ending } from '../../workspace/jobs/endings.ts';
import { objectIn, objectsIn, textIn, textsIn } from '../../workspace/jobs/settings.ts';
import type { JobRun, TaskRun } from '../../workspace/jobs/state.ts';
import { runProcess, type ProcessOrder } from './process-group.ts';
import { placeScript } from './script-folder.ts';

/** What the process of a task gets besides its own environment, or why a package could not be installed. */
export type Installed = { readonly environment: Record<string, string> } | { readonly ending: Ending };

const PIP = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];

/** Installs the packages of a task's environment into a folder of the run, with the Python of `command`. */
export async function installPackages(
  session: CallContext,
  { run, task, folder }: { run: JobRun; task: TaskRun; folder: string },
  command: Omit<ProcessOrder, 'args'>,
): Promise<Installed> {
  const key = textIn(task.task, 'environment_key');
  const environment = objectsIn(run.settings, 'environments').find(
    (each) => textIn(each, 'environment_key') === key,
  );
  const wanted = key === undefined ? [] : textsIn(objectIn(environment ?? {}, 'spec') ?? {}, 'dependencies');
  if (wanted.length === 0) return { environment: {} };
  const packages: string[] = [];
  for (const dependency of wanted) {
    if (!dependency.startsWith('/Workspace/')) {
      packages.push(dependency);
      continue;
    }
    const placed = await placeScript(session, dependency, join(folder, 'Dependencies'));
    if ('ending' in placed) return failed(placed.ending.message);
    packages.push(placed.file);
  }
  const target = join(folder, 'packages');
  const { ended, errors } = await runProcess({
    ...command,
    args: [...PIP, '--target', target, '--', ...packages],
  });
  command.signal.throwIfAborted();
  if (!('exitCode' in ended) || ended.exitCode !== 0) {
    return failed(`Library installation failed: ${errors.trim().split('\n').at(-1) ?? ''}`);
  }
  const path = [target, command.environment['PYTHONPATH'] ?? ''].filter((part) => part !== '');
  return { environment: { PYTHONPATH: path.join(process.platform === 'win32' ? ';' : ':') } };
}

function failed(message: string): { ending: Ending } {
  return { ending: { code: 'LIBRARY_INSTALLATION_ERROR', message } };
}
