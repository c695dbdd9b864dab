import type { ManualCommands, Command } from '../commands.ts';
import type { Change, ChangeTarget } from '../../domain/change.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { encodeValue } from '../../storage/place.ts';
import { clientCommand, labelCall } from '../mlflow-client.ts';
import { cliCommand } from './cli.ts';
import { GRANT_COMMANDS } from './grant-commands.ts';

/** Where MLflow's client finds the models of Unity Catalog. */
const PLACE = { tracking: 'databricks', registry: 'databricks-uc' } as const;

/**
 * What people run by hand at a Databricks workspace: its CLI, MLflow's client for labels, which the CLI cannot empty or
 * take away, and SQL for grants.
 */
export const DATABRICKS_COMMANDS: ManualCommands = {
  look: (change) => shell(lookCommand(change)),
  alias(name, alias, to) {
    const names = [formatFullName(name), alias];
    return shell(
      to === null
        ? cliCommand('registered-models delete-alias', names)
        : cliCommand('registered-models set-alias', [...names, String(to)]),
    );
  },
  labels: (changes) => clientCommand(changes.map(labelCall), PLACE),
  grants: GRANT_COMMANDS,
};

function shell(text: string): Command {
  return { language: 'shell', text };
}

function lookCommand(change: Change): string {
  switch (change.kind) {
    case 'alias':
      return cliCommand('model-versions get-by-alias', [formatFullName(change.name), change.alias]);
    case 'record':
      return lookAt({ ...change, kind: 'model' });
    case 'tag':
    case 'description':
      return lookAt(change.target);
    case 'delete-version':
      return lookAt({ ...change, kind: 'version' });
    case 'create-model':
    case 'owner':
      return cliCommand('registered-models get', [formatFullName(change.name)]);
    case 'copy':
      return cliCommand('model-versions list', [formatFullName(change.destination)]);
  }
}

function lookAt(target: ChangeTarget): string {
  const name = encodeValue(formatFullName(target.name));
  const get = target.kind === 'version' ? 'model-versions/get' : 'registered-models/get';
  const version = target.kind === 'version' ? `&version=${target.version}` : '';
  return `databricks api get '/api/2.0/mlflow/unity-catalog/${get}?name=${name}${version}'`;
}
