import type { ChangeTarget } from '../domain/change-target.ts';
import type { Change } from '../plan/change.ts';
import type { DescriptionChange } from '../plan/changes/description.ts';
import type { HoldChange } from '../plan/changes/hold.ts';
import type { DeleteModelChange } from '../plan/changes/model-deletion.ts';
import type { OwnerChange } from '../plan/changes/owner.ts';
import type { RenameChange } from '../plan/changes/rename.ts';
import type { RecordChange } from '../plan/changes/record.ts';
import type { TagChange } from '../plan/changes/tag.ts';
import type { DeleteVersionChange } from '../plan/changes/version-deletion.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { formatFullName, schemaNameOf } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import type { RegisteredModel } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import type { Snapshot } from '../facts/snapshot.ts';

/** The error of a change that a limit of the registry refused, with what to remove; any other error as it is. */
export async function explainLimit(error: unknown, change: Change, snapshot: Snapshot): Promise<unknown> {
  if (!hasCode(error, 'limit-reached')) return error;
  const model = change.kind === 'alias' ? await modelOf(change.name, snapshot) : undefined;
  return new PromoteError(`A limit of the registry is reached: ${messageOf(error)}`, {
    ...error.details,
    fix: `${removal(change)} Then run the step again.`,
    ...(model === undefined ? {} : { advice: [{ kind: 'points', items: aliasLines(model) }] }),
    cause: error,
  });
}

/** The names of aliases are a help and no more: where they cannot be read, the error has the refusal alone. */
async function modelOf(
  name: RegisteredModel['name'],
  { registry }: Snapshot,
): Promise<RegisteredModel | undefined> {
  try {
    return await registry.getRegisteredModel(name);
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

function aliasLines({ aliases }: RegisteredModel): string[] {
  return aliases.map(({ alias, version }) => `${show(alias, 60)} names version ${version}`);
}

function removal(change: Change): string {
  switch (change.kind) {
    case 'alias':
      return `Delete an unused alias of ${formatFullName(change.name)}.`;
    case 'copy':
    case 'register':
      return `Delete unused versions of ${formatFullName(change.destination)}, or have the limit raised.`;
    case 'create-model':
      return `Delete unused registered models in the schema ${schemaNameOf(change.name)} or where the message says, or have the limit raised.`;
    case 'serving':
      return `Remove a version that the endpoint ${show(change.endpoint, 80)} no longer needs to serve.`;
    case 'owner':
    case 'rename-model':
    case 'delete-model':
    case 'record':
    case 'hold':
    case 'tag':
    case 'description':
    case 'delete-version': {
      const target = targetOf(change);
      const name =
        target.kind === 'version' ? formatModelUri(target.name, target.version) : formatFullName(target.name);
      return `Remove unused objects from ${name}; the message says which kind.`;
    }
  }
}

function targetOf(
  change:
    | OwnerChange
    | RenameChange
    | DeleteModelChange
    | RecordChange
    | HoldChange
    | TagChange
    | DescriptionChange
    | DeleteVersionChange,
): ChangeTarget {
  if ('target' in change) return change.target;
  const { name } = change;
  return change.kind === 'delete-version'
    ? { kind: 'version', name, version: change.version }
    : { kind: 'model', name };
}
