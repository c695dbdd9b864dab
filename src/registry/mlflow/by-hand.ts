import type { ByHand, Command } from '../../domain/by-hand.ts';
import type { Change } from '../../domain/change.ts';
import { formatFullName } from '../../domain/full-name.ts';

/** What people run by hand at an MLflow server: its Python client, since its CLI has nothing for models. */
export const MLFLOW_BY_HAND: ByHand = {
  look: (change) => client(lookCall(change)),
  alias(name, alias, to) {
    const words = [formatFullName(name), alias];
    return client(
      to === null
        ? call('delete_registered_model_alias', ...words)
        : call('set_registered_model_alias', ...words, String(to)),
    );
  },
};

function client(text: string): Command {
  return { language: 'python', text: `import mlflow\n\nmlflow.MlflowClient().${text}` };
}

function lookCall(change: Change): string {
  switch (change.kind) {
    case 'alias':
      return call('get_model_version_by_alias', formatFullName(change.name), change.alias);
    case 'tag':
    case 'description': {
      const { target } = change;
      const name = formatFullName(target.name);
      return target.kind === 'version'
        ? call('get_model_version', name, String(target.version))
        : call('get_registered_model', name);
    }
    case 'create-model':
      return call('get_registered_model', formatFullName(change.name));
    case 'copy':
      return call('get_registered_model', formatFullName(change.destination));
  }
}

/** A call with texts; a text of JSON is one of Python too. */
function call(method: string, ...texts: readonly string[]): string {
  return `${method}(${texts.map((text) => JSON.stringify(text)).join(', ')})`;
}
