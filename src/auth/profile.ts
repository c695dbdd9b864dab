import { invalidInputs, type PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';

/** A section of the file that is no profile (auth-and-http §2). */
const RESERVED = '__settings__';

/** Where the lines above the first name of a profile belong: to this profile, as the CLI reads them. */
const DEFAULT = 'DEFAULT';

const FORM =
  'Each line of a profile is "key = value" or "key: value", a comment after # or ;, or the name of the next profile in brackets.';

/** What is wrong with a line, and how to fix it. */
interface LineFault {
  readonly problem: string;
  readonly fix: string;
}

/** A profile of the file, and the first of its lines that cannot be read. */
interface Profile {
  readonly values: Map<string, string>;
  fault?: LineFault;
}

/**
 * The values of a named profile of a `.databrickscfg`, as the CLI and the SDK of Go (0.90.0 `config_file.go`, by ini.v1
 * 1.67.0) and that of Python (0.162.0, by `configparser`) read them; docs/compatibility.md has where they differ. `DEFAULT`
 * is a profile like others and is not merged into them. Throws `invalid-input`, for the input that names it, for a profile
 * that does not exist or cannot be read; the number of a line alone is said, since it may hold a secret.
 */
export function readProfile(text: string, name: string, input = 'profile'): ReadonlyMap<string, string> {
  if (text.includes('\0')) {
    throw refused(input, {
      problem:
        'the file is encoded in UTF-16, as ">" of Windows PowerShell writes it, or is not a text file.',
      fix: 'Write the file in UTF-8; in PowerShell, use Set-Content -Encoding utf8.',
    });
  }
  const profiles = new Map<string, Profile>();
  let own = profileOf(profiles, DEFAULT);
  for (const [index, line] of text
    .replace(/^\uFEFF/u, '')
    .split(/\r\n|\r|\n/u)
    .entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || /^[#;]/u.test(trimmed)) continue;
    const at = `line ${index + 1} of the file`;
    if (trimmed.startsWith('[')) {
      const header = /^\[(.+)\]/u.exec(trimmed)?.[1];
      if (header === undefined)
        throw refused(input, {
          problem: `${at} begins with [ but is not the name of a profile in brackets.`,
          fix: FORM,
        });
      own = profileOf(profiles, header.trim());
      continue;
    }
    const pair = readPair(trimmed, at);
    if ('problem' in pair) own.fault ??= pair;
    else own.values.set(pair.key, pair.value);
  }
  const found = name === RESERVED ? undefined : profiles.get(name);
  if (found?.fault !== undefined) throw refused(input, found.fault);
  if (found !== undefined && (found.values.size > 0 || name !== DEFAULT)) return found.values;
  const reserved = name === RESERVED ? ' (the section of that name holds settings)' : '';
  throw refused(input, {
    problem: `the file has no profile "${show(name, 60)}"${reserved}.`,
    fix: `Name one of its profiles${listed(profiles)}.`,
  });
}

function profileOf(profiles: Map<string, Profile>, name: string): Profile {
  const found = profiles.get(name) ?? { values: new Map<string, string>() };
  profiles.set(name, found);
  return found;
}

/** A key, plain or in quotes, up to the first of the two signs that may follow it. */
const PAIR = /^(?:"(?<double>[^"]+)"\s*|`(?<back>[^`]+)`\s*|(?<plain>[^=:]+))[=:](?<rest>.*)$/u;

/** A line as a pair. Python's reader takes a key in capitals for the same key. */
function readPair(line: string, at: string): { readonly key: string; readonly value: string } | LineFault {
  const { double, back, plain, rest = '' } = PAIR.exec(line)?.groups ?? {};
  const key = (double ?? back ?? plain)?.trim().toLowerCase();
  if (key === undefined || key === '') return { problem: `${at} is not "key = value".`, fix: FORM };
  const written = rest.trim();
  if (written.endsWith('\\'))
    return {
      problem: `${at} ends with a backslash. The Databricks CLI then continues on the next line, the Python SDK does not.`,
      fix: 'Write the whole value on one line, without a backslash at the end.',
    };
  return { key, value: valueOf(written) };
}

/** What is in quotes, of either kind or back quotes, or all up to a comment, which begins after white space only: secrets hold # and ;. */
function valueOf(written: string): string {
  const quoted = /^(?:"""(.*)"""|(["'`])((?:(?!\2).)*)\2)(?:\s+[#;].*)?$/u.exec(written);
  if (quoted !== null) return quoted[1] ?? quoted[3] ?? '';
  return written.replace(/\s+[#;].*$/u, '');
}

function listed(profiles: ReadonlyMap<string, Profile>): string {
  const names = [...profiles].flatMap(([name, { values, fault }]) =>
    name === RESERVED || (name === DEFAULT && values.size === 0 && fault === undefined) ? [] : [name],
  );
  return names.length === 0
    ? '; it has none'
    : `: ${names
        .slice(0, 20)
        .map((name) => show(name, 60))
        .join(', ')}`;
}

function refused(input: string, { problem, fix }: LineFault): PromoteError {
  return invalidInputs([{ input, problem, fix }]);
}
