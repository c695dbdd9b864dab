import { chooseMethod, isUnsigned } from '../auth/choice.ts';
import { readSettings, type ReadText, type Settings, type Side } from '../auth/settings.ts';
import { unsendableToServer } from '../auth/unsendable.ts';
import { inStep, type HowToGive } from '../domain/how-to-give.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { LEFT_OUT } from '../domain/left-out.ts';
import { REGISTRIES, type RegistryKind } from '../registry/table.ts';
import { readInput, type Environment } from './environment.ts';

/** Everything that inputs and variables say about signing in on a side. */
export function signInSettings(
  environment: Environment,
  side: Side = 'destination',
  input: ReadText = (name) => readInput(environment, name),
  howToGive: HowToGive = inStep,
): Settings {
  return readSettings(
    side,
    (name) => {
      const text = input(name);
      return text === LEFT_OUT ? undefined : text;
    },
    (name) => environment[name],
    howToGive,
  );
}

/** What is wrong with host and credentials, as far as it shows before a profile is read. */
export function signInFaults(settings: Settings, registry: RegistryKind): readonly InputFault[] {
  if (settings.get('profile') !== undefined) return [];
  if (needsNoSignIn(registry, settings)) return [...hostFaults(settings), ...unsendableToServer(settings)];
  const choice = chooseMethod(settings);
  return [...hostFaults(settings), ...(choice.ok ? [] : choice.faults)];
}

/** What Databricks' sign-in needs and how it chooses is no matter of a registry that does without it. */
export function needsNoSignIn(registry: RegistryKind, settings: Settings): boolean {
  const { signIn } = REGISTRIES[registry];
  return signIn === 'token' || (signIn === 'unified-if-given' && isUnsigned(settings));
}

/** That the host is missing, as a fault of its input. */
export function hostFaults(settings: Settings): InputFault[] {
  if (settings.get('host') !== undefined) return [];
  const input = settings.input('host');
  const variable = settings.side === 'source' ? '' : ' or set the variable DATABRICKS_HOST';
  const add = settings.howToGive.add(input, { example: 'https://adb-123.4.azuredatabricks.net' });
  return [{ input, problem: 'it is missing.', fix: `${add}${variable}.` }];
}
