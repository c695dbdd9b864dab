import type { ManualCommands } from '../commands.ts';
import type { Change } from '../../domain/change.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { clientCommand, labelCall, targetArguments, type ClientCall } from '../mlflow-client.ts';

/**
 * What people run by hand at an MLflow server, or in one workspace of it: its Python client, since its CLI has nothing for
 * models.
 */
export function mlflowCommands(workspace?: string): ManualCommands {
  const place = workspace === undefined ? {} : { workspace };
  return {
    look: (change) => clientCommand([lookCall(change)], place),
    alias(name, alias, to) {
      const args = [formatFullName(name), alias];
      const call =
        to === null
          ? { method: 'delete_registered_model_alias', args }
          : { method: 'set_registered_model_alias', args: [...args, String(to)] };
      return clientCommand([call], place);
    },
    labels: (changes) => clientCommand(changes.map(labelCall), place),
  };
}

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
    case 'create-model':
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
