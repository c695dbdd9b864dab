import type { ManualCommands } from '../commands.ts';
import type { LookSubject } from '../../domain/change-target.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { clientCommand, labelCall, targetArguments, type ClientCall } from '../mlflow-client.ts';

/**
 * What people run by hand at an MLflow server, or in one workspace of it: its Python client, since its CLI has nothing for
 * models.
 */
export function mlflowCommands(workspace?: string): ManualCommands {
  const place = workspace === undefined ? {} : { workspace };
  return {
    look: (subject) => clientCommand([lookCall(subject)], place),
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

function lookCall(subject: LookSubject): ClientCall {
  switch (subject.kind) {
    case 'alias':
      return {
        method: 'get_model_version_by_alias',
        args: [formatFullName(subject.name), subject.alias],
      };
    case 'version':
      return { method: 'get_model_version', args: targetArguments(subject) };
    case 'model':
    case 'versions':
    // No endpoint is ever changed here.
    case 'endpoint':
      return {
        method: 'get_registered_model',
        args: targetArguments({ kind: 'model', name: subject.name }),
      };
  }
}
