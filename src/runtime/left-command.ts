import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from './environment.ts';
import { signalGroup } from './process-group.ts';

const STATE = 'command';

/** The variable that a command and all that it starts carry, so that they are known again. */
const MARK = 'UC_PROMOTE_COMMAND';

/** Where Linux shows processes with the variables that they were started with; other systems have no such folder. */
const PROCESSES = '/proc';

/** For how long a command that was asked to end is awaited, and how often it is looked at; milliseconds. */
const GRACE = 2_000;
const LOOK = 200;

/** Keeps a value for the post step. */
type SaveState = (name: string, value: string) => void;

/** The command that runs, in the runner's state: who is killed cannot end it, so that the post step has to. */
export class LeftCommand {
  readonly #saveState: SaveState;
  readonly #mark = randomUUID();

  constructor(saveState: SaveState) {
    this.#saveState = saveState;
  }

  /** The variable by which the command is known again. */
  mark(): Readonly<Record<string, string>> {
    return { [MARK]: this.#mark };
  }

  /** The command runs, as this process group. */
  begin(group: number): void {
    this.#saveState(STATE, JSON.stringify({ group, mark: this.#mark }));
  }

  /** Nothing of the command is left. */
  end(): void {
    this.#saveState(STATE, '');
  }
}

/** What became of a command that a killed step had left: it had ended, it was ended now, or nobody can say which it is. */
export type LeftEnding =
  | { readonly state: 'gone' }
  | { readonly state: 'ended' }
  | { readonly state: 'unknown'; readonly group: number };

/**
 * Ends what a killed step left running: asks, and kills {@link GRACE} later. A process is taken for a part of it by the
 * variable that it carries, never by its number alone, which may be another's by now.
 */
export async function endLeftCommand(environment: Environment): Promise<LeftEnding> {
  const left = leftIn(environment[`STATE_${STATE}`] ?? '');
  if (left === undefined) return { state: 'gone' };
  const found = await marked(left.mark);
  if (found === undefined) return { state: 'unknown', group: left.group };
  if (found.length === 0) return { state: 'gone' };
  const hasGroup = found.some(({ group }) => group === left.group);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (hasGroup) signalGroup(left.group, signal);
    for (const { pid } of (await marked(left.mark)) ?? []) send(pid, signal);
    for (let waited = 0; waited < GRACE && (await isAlive(left, hasGroup)); waited += LOOK) await wait(LOOK);
  }
  return (await isAlive(left, hasGroup)) ? { state: 'unknown', group: left.group } : { state: 'ended' };
}

interface Left {
  readonly group: number;
  readonly mark: string;
}

function leftIn(text: string): Left | undefined {
  if (text === '') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}));
  const group: unknown = fields.get('group');
  const mark: unknown = fields.get('mark');
  // Group 1 and below are none of a command: to the system they mean every process.
  if (!Number.isSafeInteger(group) || Number(group) <= 1 || typeof mark !== 'string' || mark === '')
    return undefined;
  return { group: Number(group), mark };
}

async function isAlive({ group, mark }: Left, hasGroup: boolean): Promise<boolean> {
  return (hasGroup && signalGroup(group, 0)) || ((await marked(mark)) ?? []).length > 0;
}

interface Marked {
  readonly pid: number;
  readonly group: number;
}

/** The processes that carry a mark; undefined where the system shows none. */
async function marked(mark: string): Promise<readonly Marked[] | undefined> {
  const names = await readdir(PROCESSES).catch(() => undefined);
  if (names === undefined) return undefined;
  const variable = Buffer.from(`${MARK}=${mark}\0`);
  const found: Marked[] = [];
  for (const name of names.filter((each) => /^\d+$/u.test(each))) {
    try {
      if (!(await readFile(`${PROCESSES}/${name}/environ`)).includes(variable)) continue;
      const text = await readFile(`${PROCESSES}/${name}/stat`, 'utf8');
      found.push({ pid: Number(name), group: groupIn(text) });
    } catch {
      // It has ended meanwhile, or is another user's.
    }
  }
  return found;
}

/** The group of a process: the third field after its name, which stands in parentheses (proc_pid_stat(5)). */
function groupIn(text: string): number {
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[2]);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
