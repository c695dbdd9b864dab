import type { ChangeTarget } from '../domain/change-target.ts';
import { formatFullName } from '../domain/full-name.ts';
import { quotedLiteral } from '../domain/literal.ts';
import type { DescriptionChange } from '../plan/changes/description.ts';
import type { TagChange } from '../plan/changes/tag.ts';
import type { Command } from './commands.ts';

/** A method of MLflow's Python client and its arguments, all texts. */
export interface ClientCall {
  readonly method: string;
  readonly args: readonly string[];
}

/** Where MLflow's client finds a registry that is not the one of its own settings. */
export interface ClientPlace {
  readonly uris?: {
    /** Also where no run is asked for: without it the client makes itself a database. */
    readonly tracking: string;
    readonly registry: string;
  };
  /** Of an MLflow server. */
  readonly workspace?: string;
}

/** Calls of MLflow's Python client. */
export function clientCommand(calls: readonly ClientCall[], { uris, workspace }: ClientPlace = {}): Command {
  const settings =
    uris === undefined
      ? ''
      : `tracking_uri=${quotedLiteral(uris.tracking)}, registry_uri=${quotedLiteral(uris.registry)}`;
  const choice = workspace === undefined ? [] : [`mlflow.set_workspace(${quotedLiteral(workspace)})`];
  const client = `mlflow.MlflowClient(${settings})`;
  const [only, ...others] = calls.map(callText);
  const lines =
    others.length === 0
      ? [`${client}.${only ?? ''}`]
      : [`client = ${client}`, ...calls.map((call) => `client.${callText(call)}`)];
  return { language: 'python', text: ['import mlflow', '', ...choice, ...lines].join('\n') };
}

/** The call that writes the old value of a tag or description. */
export function labelCall(change: TagChange | DescriptionChange): ClientCall {
  const { target } = change;
  const kind = target.kind === 'version' ? 'model_version' : 'registered_model';
  const key = targetArguments(target);
  if (change.kind === 'description') return { method: `update_${kind}`, args: [...key, change.from] };
  return change.from === null
    ? { method: `delete_${kind}_tag`, args: [...key, change.key] }
    : { method: `set_${kind}_tag`, args: [...key, change.key, change.from] };
}

/** How the client's methods name a model or version. */
export function targetArguments(target: ChangeTarget): string[] {
  const name = formatFullName(target.name);
  return target.kind === 'version' ? [name, String(target.version)] : [name];
}

function callText({ method, args }: ClientCall): string {
  return `${method}(${args.map(quotedLiteral).join(', ')})`;
}
