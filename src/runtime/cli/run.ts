import { readFile } from 'node:fs/promises';
import type { Action } from '../../actions/contract/action.ts';
import { messageOf } from '../../domain/errors.ts';
import type { InputFault } from '../../domain/input-fault.ts';
import { nearestWord } from '../../domain/nearest-word.ts';
import { OUTCOME_MEANINGS } from '../../domain/outcome.ts';
import { show } from '../../domain/printable.ts';
import { runAction } from '../run-action.ts';
import { systemNamed, systemOf } from '../system/choose.ts';
import { SYSTEM_NAMES, type System } from '../system/system.ts';
import { isPlainName, readArguments, type Arguments } from './arguments.ts';
import { STREAM } from './flags.ts';
import { actionHelp, mainHelp, versionLine } from './help.ts';
import { commandLineRunner, isAttended } from './runner.ts';
import { secretInputs } from './secret-inputs.ts';
import { processWorld, type CommandWorld } from './world.ts';

/** Every action by name, each loaded when it is asked for. */
export type ActionTable = Readonly<Record<string, () => Promise<Action>>>;

/** Runs a command line: `uc-promote ACTION --input VALUE …`. Sets the exit code, and throws for nothing that a user does. */
export async function runCommandLine(
  actions: ActionTable,
  words: readonly string[],
  world: CommandWorld = processWorld(),
): Promise<void> {
  const [first = '', ...rest] = words;
  if (first === '--version') return world.stdout(versionLine());
  if (words.length === 0 || first === '--help' || first === '-h') {
    const help = mainHelp(await Promise.all(Object.values(actions).map((load) => load())));
    if (words.length > 0) return world.stdout(help);
    world.stderr(help);
    return world.exitCode.end(OUTCOME_MEANINGS.invalid.commandExitCode);
  }
  const load = Object.hasOwn(actions, first) ? actions[first] : undefined;
  if (load === undefined) return refuseAction(first, Object.keys(actions), world);
  const action = await load();
  if (rest.includes('--help')) return world.stdout(actionHelp(action, 'full'));
  if (rest.includes('-h')) return world.stdout(actionHelp(action, 'short'));
  await runOne(action, rest, world);
}

async function runOne(action: Action, words: readonly string[], world: CommandWorld): Promise<void> {
  const given = readArguments(action, words);
  const { system, faults: ofSystem } = chooseSystem(given, world);
  const { texts, faults: ofTexts } = await readTexts(action, given, world);
  const faults = [...given.faults, ...ofSystem, ...ofTexts, ...consentFaults(action, given, world)];
  const runner = commandLineRunner({ given, inputs: texts, faults }, system, world);
  await runAction(action, runner);
  runner.writeOutputs();
}

function refuseAction(word: string, names: readonly string[], world: CommandWorld): void {
  const nearest = nearestWord(word, names);
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  // A word that is no name may be a secret, as in --token=….
  const noAction = isPlainName(word) ? `There is no action "${word}".` : 'There is no action with this name.';
  const said = word.startsWith('-') ? 'Give the action first, before its flags.' : noAction;
  world.stderr(`${said}${meant}\nActions: ${names.join(', ')}. uc-promote --help has examples.\n`);
  world.exitCode.end(OUTCOME_MEANINGS.invalid.commandExitCode);
}

function chooseSystem(
  { flags }: Arguments,
  { environment }: CommandWorld,
): { readonly system: System; readonly faults: readonly InputFault[] } {
  const asked = flags.get('ci');
  const name = SYSTEM_NAMES.find((each) => each === asked);
  if (name !== undefined) return { system: systemNamed(name), faults: [] };
  const system = systemOf(environment);
  if (asked === undefined) return { system, faults: [] };
  const problem = `"${show(asked, 40)}" is not a known system.`;
  return { system, faults: [{ input: '--ci', problem, fix: `Write one of ${SYSTEM_NAMES.join(', ')}.` }] };
}

/** The texts of the inputs, with what standard input and the files and variables of secrets hold. */
async function readTexts(
  action: Action,
  { inputs, fromStream, secretFiles }: Arguments,
  world: CommandWorld,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly faults: readonly InputFault[] }> {
  const texts = new Map(inputs);
  const faults: InputFault[] = [];
  if (fromStream !== undefined) {
    try {
      texts.set(fromStream, await world.readStdin());
    } catch (error) {
      const problem = `standard input cannot be read: ${messageOf(error)}.`;
      faults.push({ input: `--${fromStream}`, problem, fix: 'Give the value after the flag instead.' });
    }
  }
  for (const { name, variable, isOwn } of secretInputs(action)) {
    const text = isOwn ? (world.environment[variable]?.trim() ?? '') : '';
    if (text !== '') texts.set(name, text);
  }
  for (const [name, path] of secretFiles) {
    try {
      const text = path === STREAM ? await world.readStdin() : await readFile(path, 'utf8');
      texts.set(name, text.trim());
    } catch (error) {
      const fix = 'Name an existing file, or - for standard input.';
      faults.push({ input: `--${name}-file`, problem: `it cannot be read: ${messageOf(error)}.`, fix });
    }
  }
  return { texts, faults };
}

/** Nobody is asked where nobody is: then the command itself has to say that it is meant. */
function consentFaults(action: Action, given: Arguments, world: CommandWorld): InputFault[] {
  const isDry = /^true$/iu.test(given.inputs.get('dry-run') ?? '');
  if (action.requirements.asksFirst !== true || given.flags.has('yes') || isDry || isAttended(given, world))
    return [];
  const problem = `${action.name} asks for confirmation before it writes, but it cannot ask here.`;
  return [{ input: '--yes', problem, fix: 'Check the plan with --dry-run, then run again with --yes.' }];
}
