import type { Annotation } from '../../report/annotations.ts';
import type { SystemName } from '../system/system.ts';
import { isPlainValue } from './outputs.ts';

/**
 * The commands to a system that it reads out of the log of a job. None masks a secret: it would have to be printed for that, and
 * standard error may be kept in a file. What is printed here names none, and a system masks those that it gave itself.
 */
export interface LogCommands {
  annotate(annotation: Annotation): readonly string[];
  /** An output for later steps and jobs; undefined where it can take no such value. */
  setOutput(variable: string, value: string): string | undefined;
  /** Shows a Markdown file with the job. */
  showSummary(path: string): readonly string[];
}

/** Systems that read no commands get none. */
const NONE: LogCommands = {
  annotate: () => [],
  setOutput: () => '',
  showSummary: () => [],
};

/** GitHub's workflow commands, for a step of `run:` (GitHub documentation, workflow commands; actions/toolkit `command.ts`). */
const GITHUB: LogCommands = {
  ...NONE,
  annotate: ({ level, title, message, place }) => {
    const at =
      place === undefined ? '' : `file=${githubProperty(place.file)},line=${place.line},col=${place.column},`;
    return [`::${level} ${at}title=${githubProperty(title)}::${githubData(message)}`];
  },
};

/** Azure's logging commands (Azure DevOps documentation, logging commands; azure-pipelines-task-lib `taskcommand.ts`). */
const AZURE: LogCommands = {
  annotate({ level, title, message }) {
    if (level === 'notice') return [];
    // One line each: the marks of the others would stand at the start of lines of the log.
    return [`##vso[task.logissue type=${level}]${azureData(`${title}: ${message.replaceAll('\n', ' ')}`)}`];
  },
  // `$(UCP_…)` puts a value into the text of a script, and a macro in it, such as `$(System.AccessToken)`, is expanded there.
  setOutput: (variable, value) =>
    value === '' || isPlainValue(value)
      ? `##vso[task.setvariable variable=${variable};isOutput=true]${value}`
      : undefined,
  showSummary: (path) => [`##vso[task.uploadsummary]${azureData(path)}`],
};

/** The commands that a system reads. */
export function logCommandsOf(name: SystemName): LogCommands {
  if (name === 'github') return GITHUB;
  return name === 'azure-pipelines' ? AZURE : NONE;
}

function githubProperty(text: string): string {
  return githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function githubData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function azureData(text: string): string {
  return text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
