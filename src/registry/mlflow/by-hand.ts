import type { ByHand, Command } from '../../domain/by-hand.ts';
import type { Change } from '../../domain/change.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';

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

function modelCall(name: FullName): string {
  return call('get_registered_model', formatFullName(name));
}

function versionCall({ name, version }: { readonly name: FullName; readonly version: number }): string {
  return call('get_model_version', formatFullName(name), String(version));
}

/** A call with texts; a text of JSON is one of Python too. */
function call(method: string, ...texts: readonly string[]): string {
  return `${method}(${texts.map((text) => JSON.stringify(text)).join(', ')})`;
}
