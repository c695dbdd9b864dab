import { PromoteError, messageOf } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';

/** A section of the file that is no profile (auth-and-http §2). */
const RESERVED = '__settings__';

/**
 * The values of a named profile of a `.databrickscfg`. `DEFAULT` is a profile like others and is not merged into them.
 * Throws `invalid-input`, for the input that names it, for a profile that does not exist.
 */
export async function readProfile(
  text: string,
  name: string,
  input = 'profile',
): Promise<ReadonlyMap<string, string>> {
  if (text.includes('\0')) {
    const problem = 'its file is in UTF-16, as ">" of Windows PowerShell writes it, or is no text at all.';
    throw refused(input, problem, 'Write the file in UTF-8: in PowerShell by Set-Content -Encoding utf8.');
  }
  const fault = faultOfLines(text.replace(/^\uFEFF/u, ''), name);
  if (fault !== undefined) throw refused(input, fault.problem, fault.fix);
  const { parse } = await import(/* webpackMode: "eager" */ 'ini');
  let sections: Record<string, unknown>;
  try {
    sections = parse(text.replace(/^\uFEFF/u, '').replace(VALUE, plainValue));
  } catch (cause) {
    throw refused(input, `it cannot be read: ${messageOf(cause)}`, 'Mend the file.');
  }
  const profiles = new Map(flatten(sections).filter(([key]) => key !== RESERVED));
  const section = profiles.get(name);
  if (section === undefined) {
    const reserved = name === RESERVED ? ': the section of that name holds settings' : '';
    throw refused(
      input,
      `there is no profile "${show(name, 60)}"${reserved}.`,
      `Name one that the file has${listed([...profiles.keys()])}.`,
    );
  }
  return section;
}

const FORM =
  'Each line of a profile is "key = value", a comment after # or ;, or the name of the next profile in brackets.';

/** The first line of a profile, or name of any, that cannot be read; its number alone is said, since it may hold a secret. */
function faultOfLines(
  text: string,
  name: string,
): { readonly problem: string; readonly fix: string } | undefined {
  let isOwn = false;
  for (const [index, line] of text.split(/\r\n|\r|\n/u).entries()) {
    const at = `line ${index + 1} of its file`;
    const trimmed = line.trim();
    if (trimmed === '' || /^[#;]/u.test(trimmed)) continue;
    if (trimmed.startsWith('[')) {
      const header = /^\[([^\]]+)\]\s*$/u.exec(line)?.[1];
      if (header === undefined)
        return { problem: `${at} begins with [ and is no name of a profile in brackets.`, fix: FORM };
      isOwn = header.trim() === name;
      continue;
    }
    if (!isOwn || /^[^=:]+=/u.test(trimmed)) continue;
    const key = /^([A-Za-z_]\w*)\s*:/u.exec(trimmed)?.[1];
    return key === undefined
      ? { problem: `${at} is no "key = value".`, fix: FORM }
      : {
          problem: `${at} has a colon after ${key}.`,
          fix: `Write ${key} = and the value, with an equals sign.`,
        };
  }
  return undefined;
}

/** A line `key = value`, the part up to the sign and the part after it. */
const VALUE = /^([^\S\n]*[^\s#;[=][^=\n]*=)(.*)$/gmu;

/**
 * The line for a reader that takes every `#` and `;` for a comment: in this file one begins after white space only
 * (auth-and-http §2), and secrets hold both. What is in quotes is left as it is.
 */
function plainValue(line: string, key: string, rest: string): string {
  if (/^\s*["']/u.test(rest)) return line;
  return `${key}${rest.replace(/\s[#;].*$/u, '').replace(/[\\#;]/gu, '\\$&')}`;
}

/** Sections by name; the reader takes a dot in a name for a section within another. */
function flatten(sections: object, prefix = ''): [string, ReadonlyMap<string, string>][] {
  return Object.entries(sections).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return [];
    const own = Object.entries(value).flatMap(([name, text]: [string, unknown]) =>
      typeof text === 'string' || typeof text === 'boolean' ? [[name, String(text)] as const] : [],
    );
    const name = `${prefix}${key}`;
    const inner = flatten(value, `${name}.`);
    return own.length === 0 && inner.length > 0 ? inner : [[name, new Map(own)], ...inner];
  });
}

function listed(names: readonly string[]): string {
  return names.length === 0
    ? '; it has none'
    : `: ${names
        .slice(0, 20)
        .map((name) => show(name, 60))
        .join(', ')}`;
}

function refused(input: string, problem: string, fix: string): PromoteError {
  return new PromoteError(`${input}: ${problem}`, {
    code: 'invalid-input',
    outcome: 'invalid',
    faults: [{ input, problem, fix }],
  });
}
