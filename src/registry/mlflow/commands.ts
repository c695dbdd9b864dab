import type { ManualCommands } from '../commands.ts';
import type { LookSubject } from '../../domain/change-target.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { clientCommand, labelCall, targetArguments, type ClientCall } from '../mlflow-client.ts';

/** What people run by hand at an MLflow server: its Python client, since its CLI has nothing for models. */
export const MLFLOW_COMMANDS: ManualCommands = {
  look: (subject) => clientCommand([lookCall(subject)]),
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
      return {
        method: 'get_registered_model',
        args: targetArguments({ kind: 'model', name: subject.name }),
      };
  }
}
