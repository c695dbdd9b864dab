import type { ManualCommands } from '../commands.ts';
import type { Change } from '../../domain/change.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { clientCommand, labelCall, targetArguments, type ClientCall } from '../mlflow-client.ts';

/** What people run by hand at an MLflow server: its Python client, since its CLI has nothing for models. */
export const MLFLOW_COMMANDS: ManualCommands = {
  look: (change) => clientCommand([lookCall(change)]),
  alias(name, alias, to) {
    const args = [formatFullName(name), alias];
    return clientCommand([
      to === null
        ? { method: 'delete_registered_model_alias', args }
        : { method: 'set_registered_model_alias', args: [...args, String(to)] },
    ]);
  },
  labels: (changes) => clientCommand(changes.map(labelCall)),
};

function lookCall(change: Change): ClientCall {
  switch (change.kind) {
    case 'alias':
      return {
        method: 'get_model_version_by_alias',
        args: [formatFullName(change.name), change.alias],
      };
    case 'tag':
    case 'description':
      return change.target.kind === 'version' ? versionCall(change.target) : modelCall(change.target.name);
    case 'delete-version':
      return versionCall(change);
    case 'record':
    case 'create-model':
    case 'owner':
      return modelCall(change.name);
    case 'copy':
      return modelCall(change.destination);
  }
}

function modelCall(name: FullName): ClientCall {
  return { method: 'get_registered_model', args: targetArguments({ kind: 'model', name }) };
}

function versionCall({ name, version }: { readonly name: FullName; readonly version: number }): ClientCall {
  return { method: 'get_model_version', args: targetArguments({ kind: 'version', name, version }) };
}
