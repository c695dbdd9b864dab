/** Prefix of the variables that outputs become. */
const PREFIX = 'UCP_';

/** Bytes of a file of variables that GitLab takes, and how many of them (GitLab documentation, `artifacts:reports:dotenv`). */
const DOTENV_BYTES = 5 * 1024;
const DOTENV_VARIABLES = 20;

/** The outputs that say how it ended: they are kept first where not all have room. */
const FIRST: readonly string[] = [
  'outcome',
  'changed',
  'would-change',
  'version',
  'previous-version',
  'uri',
  'plan-digest',
  'plan-code',
  'digest',
];

/** A file of outputs, and those that it could not hold. */
export interface OutputFile {
  readonly text: string;
  readonly left: readonly string[];
}

/** The variable that an output becomes. */
export function outputVariable(name: string): string {
  return `${PREFIX}${name.replaceAll('-', '_').toUpperCase()}`;
}

/** Whether a value has only letters and marks that mean nothing where a system or a shell puts it into other text. */
export function isPlainValue(value: string): boolean {
  return /^[\w./:@+=,-]+$/u.test(value);
}

/**
 * Outputs as GitLab takes variables: a line each, without blanks, quotes and comments. It expands `$NAME` in their values when
 * they are used, so that only letters and marks that mean nothing there are taken; others are left out, and never changed.
 */
export function dotenv(outputs: ReadonlyMap<string, string>): OutputFile {
  const left: string[] = [];
  let text = '';
  let count = 0;
  for (const [name, value] of ordered(outputs)) {
    if (value === '') continue;
    const line = `${outputVariable(name)}=${value}\n`;
    const fits = isPlainValue(value) && count < DOTENV_VARIABLES && text.length + line.length <= DOTENV_BYTES;
    if (!fits) left.push(name);
    else {
      text += line;
      count += 1;
    }
  }
  return { text, left };
}

/** Outputs as one object of texts, by their own names. */
export function jsonOutputs(outputs: ReadonlyMap<string, string>): string {
  return `${JSON.stringify(Object.fromEntries(outputs), null, 2)}\n`;
}

function ordered(outputs: ReadonlyMap<string, string>): (readonly [string, string])[] {
  const known = FIRST.flatMap((name) => {
    const value = outputs.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return [...known, ...[...outputs].filter(([name]) => !FIRST.includes(name))];
}
