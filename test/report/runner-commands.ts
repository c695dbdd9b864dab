/** A workflow command as a runner would take it from a log. */
export interface RunnerCommand {
  readonly name: string;
  readonly data: string;
}

// What .NET's TrimStart removes: white space by Unicode, without U+200B and U+FEFF.
const WHITE = /^[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/**
 * The commands in a log by the runner's documented rules (GitHub documentation, workflow commands; actions/runner
 * `ActionCommand.cs`): a line ends at LF, CR LF or CR; `::name props::data` at its start after white space;
 * `##[name props]data` anywhere. Stricter than the runner: any name counts, and `##word[` too.
 */
export function commandsIn(log: string): RunnerCommand[] {
  return log.split(/\r\n|\r|\n/u).flatMap((line) => {
    const trimmed = line.replace(WHITE, '');
    const modern = /^::(.*?)(?:::(.*))?$/u.exec(trimmed);
    if (modern !== null) return [{ name: modern[1] ?? '', data: modern[2] ?? '' }];
    const old = /##(\w*\[[^\]]*)\]?(.*)/u.exec(line);
    return old === null ? [] : [{ name: old[1] ?? '', data: old[2] ?? '' }];
  });
}

/** The commands that a runner carries out: none between `stop-commands` and a line that has its token as the name. */
export function obeyedIn(log: string): RunnerCommand[] {
  let token: string | undefined;
  return commandsIn(log).flatMap((command) => {
    if (token === undefined && command.name !== 'stop-commands') return [command];
    if (token === undefined) token = command.data;
    else if (command.name === token) token = undefined;
    return [];
  });
}
