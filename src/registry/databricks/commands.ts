import type { ChangeTarget, LookSubject } from '../../domain/change-target.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { encodeValue } from '../../storage/place.ts';
import type { ManualCommands, Command } from '../commands.ts';
import { clientCommand, labelCall } from '../mlflow-client.ts';
import { cliCommand } from './cli.ts';
import { GRANT_COMMANDS } from './grant-commands.ts';

/** Where MLflow's client finds the models of Unity Catalog. */
const PLACE = { uris: { tracking: 'databricks', registry: 'databricks-uc' } } as const;

/**
 * What people run by hand at a Databricks workspace: its CLI, MLflow's client for labels, which the CLI cannot empty or
 * take away, and SQL for grants.
 */
export const DATABRICKS_COMMANDS: ManualCommands = {
  look: (subject) => shell(lookCommand(subject)),
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

function lookCommand(subject: LookSubject): string {
  switch (subject.kind) {
    case 'alias':
      return cliCommand('model-versions get-by-alias', [formatFullName(subject.name), subject.alias]);
    case 'endpoint':
      return cliCommand('serving-endpoints get', [subject.endpoint]);
    case 'versions':
      return cliCommand('model-versions list', [formatFullName(subject.name)]);
    case 'model':
    case 'version':
      return lookAt(subject);
  }
}

function lookAt(target: ChangeTarget): string {
  const name = encodeValue(formatFullName(target.name));
  const get = target.kind === 'version' ? 'model-versions/get' : 'registered-models/get';
  const version = target.kind === 'version' ? `&version=${target.version}` : '';
  return `databricks api get '/api/2.0/mlflow/unity-catalog/${get}?name=${name}${version}'`;
}
