/** A logging command as Azure's agent takes it from a line. */
export interface AzureCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * The commands in a log by the rules of Azure's agent: `##vso[area.event name=value;…]data` anywhere in a line, which ends at LF
 * or CR (microsoft/azure-pipelines-agent `Command.cs`); and the marks of its log, `##[name]`, at the start of one.
 */
export function azureCommandsIn(log: string): AzureCommand[] {
  return log.split(/\r\n|\r|\n/u).flatMap((line) => {
    const mark = /^\s*##\[(\w+)/u.exec(line);
    if (mark !== null) return [{ name: mark[1] ?? '', properties: {}, data: '' }];
    const at = line.toLowerCase().indexOf('##vso[');
    if (at < 0) return [];
    const end = line.indexOf(']', at);
    if (end < 0) return [];
    const [name = '', ...rest] = line.slice(at + '##vso['.length, end).split(/\s(.*)/su);
    const pairs = (rest[0] ?? '').split(';').flatMap((each): [string, string][] => {
      const equals = each.indexOf('=');
      return equals < 1 ? [] : [[each.slice(0, equals), unescaped(each.slice(equals + 1))]];
    });
    return [{ name, properties: Object.fromEntries(pairs), data: unescaped(line.slice(end + 1)) }];
  });
}

function unescaped(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%5D', ']')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%AZP25', '%');
}

/** Where GitLab folds a log: a mark, CR, and the code that clears a line (GitLab documentation, custom collapsible sections). */
export function gitlabSectionsIn(log: string): string[] {
  return log.match(/section_(?:start|end):\d+:[\w.-]+(?:\[[^\]]*\])?\r\u001b\[0K/gu) ?? [];
}

/** What Jenkins takes for a note of its own in a log (jenkinsci/jenkins `ConsoleNote.java`: preamble `ESC[8mha:`). */
export function jenkinsNotesIn(log: string): string[] {
  return log.match(/\u001b\[8mha:/gu) ?? [];
}

/** Codes that a terminal obeys: everything behind an escape character, and all other controls but the line feed. */
export function terminalCodesIn(log: string): string[] {
  return log.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/gu) ?? [];
}

/**
 * Variables in a file of them, as GitLab reads it (gitlab-org/gitlab `ParseDotenvArtifactService`, and the documentation of
 * `artifacts:reports:dotenv`). Throws for what it refuses.
 */
export function gitlabVariables(text: string): Record<string, string> {
  if (Buffer.byteLength(text) > 5 * 1024) throw new Error('larger than 5 KB');
  const found: Record<string, string> = {};
  for (const line of text.split('\n').slice(0, -1)) {
    const [, name, value] = /^(.*?)=(.*)$/u.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no variable: ${line}`);
    if (!/^[A-Za-z_]\w*$/u.test(name)) throw new Error(`no name: ${name}`);
    if (/[\s"'`#]/u.test(value)) throw new Error(`a blank, a quote or a comment: ${value}`);
    // Expanded where it is used.
    if (/[$%]/u.test(value)) throw new Error(`a reference: ${value}`);
    found[name] = value;
  }
  if (Object.keys(found).length > 20) throw new Error('more than 20');
  return found;
}
