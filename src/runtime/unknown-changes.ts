import type { ActionRecord } from '../actions/record.ts';
import type { Change } from '../domain/change.ts';
import { formatChange } from '../domain/change-text.ts';
import { formatFullName } from '../domain/full-name.ts';
import { code, paragraph, type Block } from '../report/document.ts';

/** What to look at, when it is not known whether a change was made: a request that changes nothing. */
export function unknownBlocks(record: ActionRecord): Block[] {
  const unknown = record.changes.flatMap(({ change, state }) => (state === 'unknown' ? [change] : []));
  if (unknown.length === 0) return [];
  return [
    paragraph(
      'Whether these were made is unknown. Look, or run the step again: what already is as asked is not written again.',
    ),
    ...unknown.flatMap((change) => [paragraph(formatChange(change)), code('shell', lookCommand(change))]),
  ];
}

/** The command of the Databricks CLI that shows the value which a change is about. */
export function lookCommand(change: Change): string {
  switch (change.kind) {
    case 'alias':
      return `databricks model-versions get-by-alias ${formatFullName(change.name)} ${change.alias}`;
    case 'tag':
    case 'description': {
      const { target } = change;
      const name = formatFullName(target.name);
      const get = target.kind === 'version' ? 'model-versions/get' : 'registered-models/get';
      const version = target.kind === 'version' ? `&version=${target.version}` : '';
      return `databricks api get '/api/2.0/mlflow/unity-catalog/${get}?name=${encodeURIComponent(name)}${version}'`;
    }
    case 'create-model':
      return `databricks registered-models get ${formatFullName(change.name)}`;
    case 'copy':
      return `databricks model-versions list ${formatFullName(change.destination)}`;
  }
}
