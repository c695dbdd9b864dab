import type { NamedJob, NamedScript, RunAs, ScriptCompute } from '../domain/job.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { isApplicationId, isPerson } from '../domain/principal.ts';
import { show } from '../domain/printable.ts';
import { parsedLines, splitLines, type InputLine, type LineFault } from './lines.ts';

const WORDS = ['file', 'cluster', 'run-as', 'environment', 'package'] as const;

type Word = (typeof WORDS)[number];

/** The newest version of the serverless environment that every workspace with serverless jobs has (databricks/cli templates). */
const ENVIRONMENT = '4';

const LINE = /^(?<word>[a-z-]+)\s*:\s*(?<value>.*)$/u;
const SCRIPT = /^(?:.*[/\\])?(?<name>[\w.-]+\.py)$/u;
const CLUSTER = /^[\w-]{1,100}$/u;

/** A job's id or name on one line, or lines that begin with `file: path`. */
export const namedJob = parsedLines((text): { readonly value: NamedJob; readonly faults: LineFault[] } => {
  const [first, ...others] = splitLines(text);
  const named: NamedJob = { kind: 'saved', named: text.trim() };
  if (first !== undefined && /^file\s*:/u.test(first.text)) return script([first, ...others]);
  const [second] = others;
  if (second === undefined) return { value: named, faults: [] };
  return {
    value: named,
    faults: [
      {
        line: second.number,
        problem: 'a saved job is one line.',
        fix: 'Write the id or name of one job, or begin with "file: path/of/the/script.py".',
      },
    ],
  };
});

/** What lines `word: value` say of what a script runs on, and as whom. */
export interface ComputeLines {
  readonly file: string;
  readonly compute: ScriptCompute;
  readonly runAs?: RunAs;
  readonly faults: readonly LineFault[];
}

function script(lines: readonly InputLine[]): { readonly value: NamedJob; readonly faults: LineFault[] } {
  const { file, compute, runAs, faults } = computeLines(lines, WORDS);
  const value: NamedScript = {
    kind: 'script',
    file,
    name: SCRIPT.exec(file)?.groups?.['name'] ?? '',
    compute,
    ...(runAs === undefined ? {} : { runAs }),
  };
  return { value, faults: [...faults] };
}

/** Reads lines `word: value`, each with one of some words. */
export function computeLines(lines: readonly InputLine[], words: readonly Word[]): ComputeLines {
  const given = new Map<Word, { readonly value: string; readonly line: number }>();
  const packages: string[] = [];
  const faults: LineFault[] = [];
  for (const { text, number: line } of lines) {
    const { word: name = '', value = '' } = LINE.exec(text)?.groups ?? {};
    const word = words.find((each) => each === name);
    const fault = word === undefined ? unknownFault(text, name, words) : valueFault(word, value);
    if (fault !== undefined) faults.push({ line, ...fault });
    else if (word === 'package') packages.push(value);
    else if (word !== undefined && given.has(word))
      faults.push({ line, problem: `"${word}" is repeated.`, fix: 'Write it once.' });
    else if (word !== undefined) given.set(word, { value, line });
  }
  const cluster = given.get('cluster');
  const environment = given.get('environment');
  if (cluster !== undefined && (environment !== undefined || packages.length > 0))
    faults.push({
      line: cluster.line,
      problem: '"environment" and "package" are for serverless compute, and a cluster is named.',
      fix: 'Install the packages on the cluster and leave these lines out, or leave "cluster" out.',
    });
  const runAs = given.get('run-as')?.value;
  const compute: ScriptCompute =
    cluster === undefined
      ? { kind: 'serverless', environment: environment?.value ?? ENVIRONMENT, packages }
      : { kind: 'cluster', id: cluster.value };
  return {
    file: given.get('file')?.value ?? '',
    compute,
    ...(runAs === undefined ? {} : { runAs: identityOf(runAs) }),
    faults,
  };
}

const EXAMPLES: Readonly<Record<Word, string>> = {
  file: '"file: path.py"',
  cluster: '"cluster: id"',
  'run-as': '"run-as: identity"',
  environment: '"environment: 4"',
  package: '"package: requirement"',
};

function unknownFault(text: string, name: string, words: readonly Word[]): Omit<LineFault, 'line'> {
  const nearest = name === '' ? undefined : nearestWord(name, words);
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return {
    problem: `"${show(text, 60)}" is not a line of a script.${meant}`,
    fix: `Write one per line, each of: ${words.map((each) => EXAMPLES[each]).join(', ')}.`,
  };
}

function valueFault(word: Word, value: string): Omit<LineFault, 'line'> | undefined {
  const shown = `"${show(value, 60)}"`;
  switch (word) {
    case 'file':
      if (SCRIPT.test(value)) return undefined;
      return {
        problem: `${shown} is not the path of a Python script.`,
        fix: 'Name a file whose name ends in .py and has letters, digits, "_", "-" and "." alone, such as "file: scripts/validate.py".',
      };
    case 'cluster':
      if (CLUSTER.test(value)) return undefined;
      return {
        problem: `${shown} is not the id of a cluster.`,
        fix: 'Write the id that the page of the cluster shows, such as "cluster: 0923-164208-abcdefgh".',
      };
    case 'run-as':
      if (isPerson(value) && !/\s/u.test(value)) return undefined;
      return {
        problem: `${shown} is neither an e-mail address nor an application id.`,
        fix: 'Write the e-mail address of a user, or the application id of a service principal.',
      };
    case 'environment':
      if (/^[1-9]\d{0,2}$/u.test(value)) return undefined;
      return {
        problem: `${shown} is not the version of a serverless environment.`,
        fix: 'Write a whole number, such as "environment: 4".',
      };
    case 'package':
      // A word that begins with a hyphen is an option of pip, such as an index with a password in its address.
      if (/^[\w/]/u.test(value) && !/\s--?\w|:\/\//u.test(value)) return undefined;
      return {
        problem: `${shown} is not a requirement of a package.`,
        fix: 'Write a requirement such as "package: scikit-learn==1.7.2", or the path of a wheel below /Workspace or /Volumes. Options of pip and addresses are not accepted.',
      };
  }
}

function identityOf(text: string): RunAs {
  return isApplicationId(text)
    ? { kind: 'service-principal', id: text.toLowerCase() }
    : { kind: 'user', name: text };
}
