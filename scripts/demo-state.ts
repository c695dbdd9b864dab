import type { MetastoreSnapshot } from '../emulator/index.ts';

/** Every model, one line each with its holds, with a line for each of its versions: status, aliases, tags, origin. */
export function stateLines(state: MetastoreSnapshot): string[] {
  return Object.entries(state.models).flatMap(([name, model]) => [
    [`${name}  (owner ${model.owner})`, ...holdLines(model.tags)].join('  '),
    ...Object.values(model.versions).map((version) => {
      const aliases = Object.entries(model.aliases)
        .filter(([, named]) => named === version.version)
        .map(([alias]) => `@${alias}`);
      const tags = Object.entries(version.tags)
        .toSorted(([one], [other]) => Number(isOurs(one)) - Number(isOurs(other)))
        .map(([key, value]) => `${key}=${shortened(value)}`);
      return [`  version ${version.version}`, version.status, ...aliases, ...tags].join('  ');
    }),
  ]);
}

/** The lines of both states: what is gone begins with `-`, what is new with `+`, the others with a space. */
export function changedLines(before: MetastoreSnapshot, after: MetastoreSnapshot): string[] {
  const older = stateLines(before);
  const newer = stateLines(after);
  const gone = older.filter((line) => !newer.includes(line));
  const marked = newer.flatMap((line) => {
    if (older.includes(line)) return [`  ${line}`];
    const replaced = gone.findIndex((old) => subjectOf(old) === subjectOf(line));
    const old = replaced < 0 ? [] : gone.splice(replaced, 1);
    return [...old.map((each) => `- ${each}`), `+ ${line}`];
  });
  return [...marked, ...gone.map((line) => `- ${line}`)];
}

function holdLines(tags: Readonly<Record<string, string>>): string[] {
  return Object.entries(tags)
    .filter(([key]) => key.startsWith('uc_promote_hold_'))
    .map(([, value]) => `on hold: ${value.slice(0, 38)}…`);
}

/** Tags that the actions write for themselves; they stand behind those that say what a version is. */
function isOurs(key: string): boolean {
  return key.startsWith('uc_promote_');
}

/** What a line is about: the name of a model, or the number of a version. */
function subjectOf(line: string): string {
  return /^\s*\S+(?: \S+)?/u.exec(line)?.[0] ?? line;
}

function shortened(value: string): string {
  return value.length > 28 ? `${value.slice(0, 27)}…` : value;
}
