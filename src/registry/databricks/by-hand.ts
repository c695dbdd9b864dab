import type { ByHand, Command } from '../../domain/by-hand.ts';
import type { Change, ChangeTarget } from '../../domain/change.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { quoteWord } from '../shell-word.ts';
import { GRANTS_BY_HAND } from './grants-by-hand.ts';

/** What people run by hand at a Databricks workspace: its CLI, and SQL for grants. */
export const DATABRICKS_BY_HAND: ByHand = {
  look: (change) => shell(lookCommand(change)),
  alias(name, alias, to) {
    const words = [quoteWord(formatFullName(name)), quoteWord(alias)].join(' ');
    return shell(
      to === null
        ? `databricks registered-models delete-alias ${words}`
        : `databricks registered-models set-alias ${words} ${to}`,
    );
  },
  grants: GRANTS_BY_HAND,
};

function shell(text: string): Command {
  return { language: 'shell', text };
}

function lookCommand(change: Change): string {
  switch (change.kind) {
    case 'alias':
      return `databricks model-versions get-by-alias ${quoteWord(formatFullName(change.name))} ${quoteWord(change.alias)}`;
    case 'tag':
    case 'description':
      return lookAt(change.target);
    case 'delete-version':
      return lookAt({ ...change, kind: 'version' });
    case 'create-model':
      return `databricks registered-models get ${quoteWord(formatFullName(change.name))}`;
    case 'copy':
      return `databricks model-versions list ${quoteWord(formatFullName(change.destination))}`;
  }
}

function lookAt(target: ChangeTarget): string {
  const name = encodeURIComponent(formatFullName(target.name));
  const get = target.kind === 'version' ? 'model-versions/get' : 'registered-models/get';
  const version = target.kind === 'version' ? `&version=${target.version}` : '';
  return `databricks api get '/api/2.0/mlflow/unity-catalog/${get}?name=${name}${version}'`;
}
