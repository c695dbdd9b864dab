import type { Action } from '../../actions/contract/action.ts';
import { fieldsOf } from '../../actions/contract/read-inputs.ts';
import type { InputFault } from '../../domain/input-fault.ts';
import { nearestWord } from '../../domain/nearest-word.ts';
import { FILE_FLAGS, FLAGS, flagsBeside, STREAM, type Flag, type FlagName } from './flags.ts';
import { secretInputs } from './secret-inputs.ts';

/** What a command line says of an action. */
export interface Arguments {
  /** Texts of inputs by name; several lines of one are parted by LF. */
  readonly inputs: ReadonlyMap<string, string>;
  /** The flags of the command line itself; an empty text for one that takes no value. */
  readonly flags: ReadonlyMap<FlagName, string>;
  /** The input that is read from standard input. */
  readonly fromStream: string | undefined;
  /** Files of secret inputs, by the input. */
  readonly secretFiles: ReadonlyMap<string, string>;
  /** All that is wrong with it. */
  readonly faults: readonly InputFault[];
}

/** Reads the arguments behind the name of an action: every fault of them, and what can be read beside. */
export function readArguments(action: Action, words: readonly string[]): Arguments {
  const reader = new Reader(action);
  reader.read(words);
  return reader.end();
}

/** An input as far as its flag needs it. */
interface Known {
  readonly isSwitch: boolean;
  readonly lines: boolean;
}

class Reader {
  readonly #action: string;
  readonly #known: ReadonlyMap<string, Known>;
  readonly #secrets: ReturnType<typeof secretInputs>;
  readonly #ownFlags: readonly FlagName[];
  readonly #inputs = new Map<string, string>();
  readonly #flags = new Map<FlagName, string>();
  readonly #secretFiles = new Map<string, string>();
  readonly #faults: InputFault[] = [];

  constructor(action: Action) {
    this.#action = action.name;
    this.#known = new Map(
      [...fieldsOf(action)].map(([name, { lines }]) => [
        name,
        { isSwitch: isSwitch(action, name), lines: lines === true },
      ]),
    );
    this.#secrets = secretInputs(action);
    this.#ownFlags = flagsBeside(action);
  }

  read(words: readonly string[]): void {
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index] ?? '';
      const found = /^--([^=]+)(?:=([\s\S]*))?$/u.exec(word);
      if (found === null) {
        this.#notFlag(index);
        continue;
      }
      const [, name = '', joined] = found;
      const next = words[index + 1];
      if (!isPlainName(name)) {
        this.#notFlag(index);
        continue;
      }
      const value = joined ?? (this.#takes(name, next) ? next : undefined);
      if (joined === undefined && value !== undefined) index += 1;
      this.#note(name, value);
    }
  }

  end(): Arguments {
    const fromStreams = [
      ...[...this.#inputs].flatMap(([name, text]) => (this.#isStream(name, text) ? [name] : [])),
      ...[...this.#secretFiles].flatMap(([name, path]) => (path === STREAM ? [`${name}-file`] : [])),
    ];
    if (fromStreams.length > 1) this.#oneStream(fromStreams, 'standard input');
    const toStreams = FILE_FLAGS.filter((name) => this.#flags.get(name) === STREAM);
    const printed = this.#flags.has('json') ? ['json', ...toStreams] : toStreams;
    if (printed.length > 1) this.#oneStream(printed, 'standard output');
    return {
      inputs: this.#inputs,
      flags: this.#flags,
      fromStream: [...this.#inputs].find(([name, text]) => this.#isStream(name, text))?.[0],
      secretFiles: this.#secretFiles,
      faults: this.#faults,
    };
  }

  /** Whether the next word is the value of a flag: one that begins as a flag does has to be joined by `=`. */
  #takes(name: string, next: string | undefined): next is string {
    if (next === undefined || /^--[^-]/u.test(next)) return false;
    const flag = this.#flagNamed(name);
    if (flag !== undefined) return valueOf(flag) !== undefined;
    return this.#known.get(name)?.isSwitch === true ? /^(?:true|false)$/iu.test(next) : true;
  }

  #flagNamed(name: string): FlagName | undefined {
    return this.#ownFlags.find((flag) => flag === name);
  }

  /** Names the position of a word and not the word: it may be a secret whose flag was misspelt. */
  #notFlag(index: number): void {
    this.#fault(
      `Word ${index + 1} after ${this.#action}`,
      'it is not a flag.',
      'Write --name VALUE or --name=VALUE.',
    );
  }

  #note(name: string, value: string | undefined): void {
    const secret = this.#secrets.find((each) => each.name === name || each.fileFlag === name);
    const known = this.#known.get(name);
    const flag = this.#flagNamed(name);
    // An unknown flag's value is not shown: it may be a secret.
    if (secret?.name === name) {
      const problem =
        'other users on this machine can read a secret in a command, and it stays in the history of the shell.';
      const { variable, fileFlag } = secret;
      this.#fault(
        `--${name}`,
        problem,
        `Set ${variable}, or give --${fileFlag} PATH (- reads standard input).`,
      );
    } else if (secret !== undefined) this.#set(this.#secretFiles, secret.name, name, value);
    else if (flag !== undefined) this.#noteFlag(flag, value);
    else if (known === undefined) this.#unknown(name);
    else if (known.isSwitch) this.#set(this.#inputs, name, name, value ?? 'true');
    else if (known.lines && value !== undefined && this.#inputs.has(name))
      this.#inputs.set(name, `${this.#inputs.get(name) ?? ''}\n${value}`);
    else this.#set(this.#inputs, name, name, value);
  }

  #noteFlag(name: FlagName, value: string | undefined): void {
    if (valueOf(name) === undefined && value !== undefined)
      this.#fault(`--${name}`, 'it takes no value.', `Write --${name} without one.`);
    else if (valueOf(name) === undefined) this.#flags.set(name, '');
    else this.#set(this.#flags, name, name, value === '' ? undefined : value);
  }

  #set<Name extends string>(
    into: Map<Name, string>,
    key: Name,
    flag: string,
    value: string | undefined,
  ): void {
    if (value === undefined)
      this.#fault(
        `--${flag}`,
        'its value is missing.',
        `Write --${flag} VALUE; one that begins with -- as --${flag}=VALUE.`,
      );
    else if (into.has(key)) this.#fault(`--${flag}`, 'it is given twice.', 'Give it once.');
    else into.set(key, value);
  }

  #unknown(name: string): void {
    const words = [
      ...this.#known.keys(),
      ...this.#ownFlags,
      ...this.#secrets.map((each) => each.fileFlag),
    ];
    const nearest = nearestWord(name, words);
    const meant = nearest === undefined ? '' : ` Did you mean --${nearest}?`;
    this.#fault(`--${name}`, `there is no such flag.${meant}`, '--help lists all of them.');
  }

  #oneStream(names: readonly string[], stream: string): void {
    const flags = names.map((name) => `--${name}`);
    this.#fault(flags.join(' and '), `both are for ${stream}.`, 'Give a path to all but one of them.');
  }

  #isStream(name: string, text: string): boolean {
    return text === STREAM && this.#known.get(name)?.lines === true;
  }

  #fault(input: string, problem: string, fix: string): void {
    this.#faults.push({ input, problem, fix });
  }
}

function valueOf(name: FlagName): string | undefined {
  const flag: Flag = FLAGS[name];
  return flag.value;
}

/** Whether a word can be the name of a flag or an action, and is shown where there is none of that name. */
export function isPlainName(word: string): boolean {
  return /^[a-z]+(?:-[a-z]+)*$/iu.test(word) && word.length <= 40;
}

/** Whether an input is true or false, so that its flag alone says true. */
function isSwitch(action: Action, name: string): boolean {
  const schema = action.inputs.shape[name];
  const takes = (text: string) => schema?.safeParse(text).success === true;
  return takes('true') && takes('false') && !takes('neither');
}
