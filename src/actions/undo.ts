import type { AliasChange } from '../domain/change.ts';
import { formatFullName } from '../domain/full-name.ts';
import { code, paragraph, type Block } from '../report/document.ts';

/** How to take back an alias move: the action's inputs, and the plain command of the Databricks CLI. */
export function aliasUndo(change: AliasChange): Block[] {
  const name = formatFullName(change.name);
  if (change.from === null) {
    return [
      paragraph(`The alias did not exist before. To delete it again, run set-alias with delete: true, or:`),
      code('shell', `databricks registered-models delete-alias ${name} ${change.alias}`),
    ];
  }
  const expected = change.to === null ? 'none' : String(change.to);
  return [
    paragraph(
      `To point it at version ${change.from} again, run set-alias with version: ${change.from} and expected-version: ${expected}, or:`,
    ),
    code('shell', `databricks registered-models set-alias ${name} ${change.alias} ${change.from}`),
  ];
}
