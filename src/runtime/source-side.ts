import type { Action } from '../actions/contract/action.ts';
import { ATTRIBUTES, type AttributeName, type Settings } from '../auth/settings.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { REGISTRIES, type RegistryKind } from '../registry/table.ts';
import type { Runner } from './runner.ts';
import { signInFaults, signInSettings } from './sign-in-settings.ts';

/** How to sign in where the source is in another workspace; undefined where it is in the same. */
export function sourceSettings(
  action: Action,
  { environment, input, howToGive }: Pick<Runner, 'environment' | 'input' | 'howToGive'>,
): Settings | undefined {
  if (!('source-host' in action.inputs.shape)) return undefined;
  const settings = signInSettings(environment, 'source', input, howToGive);
  return settings.isGiven ? settings : undefined;
}

/** What is wrong with the host and the credentials of a source in another workspace. */
export function sourceFaults(settings: Settings | undefined, registry: RegistryKind): readonly InputFault[] {
  if (settings === undefined) return [];
  if (!REGISTRIES[registry].sourceElsewhere) {
    const problem = `it works only between Databricks workspaces, but the registry at host is ${registry}.`;
    return [{ input: 'source-host', problem, fix: 'Remove source-host and its credentials.' }];
  }
  if (settings.get('host') !== undefined || settings.get('profile') !== undefined) {
    return signInFaults(settings, registry);
  }
  const given = (Object.keys(ATTRIBUTES) as AttributeName[])
    .filter((name) => settings.get(name) !== undefined)
    .map((name) => settings.input(name))
    .filter((input) => input.startsWith('source-'));
  return [
    {
      input: 'source-host',
      problem: `it is missing, but ${given.join(' and ')} is given, which applies only to it.`,
      fix: `${settings.howToGive.add('source-host', { example: 'https://adb-456.7.azuredatabricks.net' })}, or remove ${given.join(' and ')}. An empty secret counts as missing.`,
    },
  ];
}
