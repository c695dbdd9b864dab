import type { JobRun } from './state.ts';

/** A reference in a parameter that has no value: a wrong name in a known group. */
export class UnknownReference extends Error {}

/**
 * Puts values in place of the references of a task's parameter (docs, "What is a dynamic value reference?"). Of a group that
 * is not known the text stays as it is; a wrong name in a known one throws {@link UnknownReference}.
 */
export function resolve(text: string, run: JobRun, taskKey: string): string {
  return text.replaceAll(/\{\{\s*([\w.-]+)\s*\}\}/g, (literal, path: string) => {
    const [group = '', ...rest] = path.split('.');
    if (group !== 'job' && group !== 'task') return literal;
    const value = group === 'job' ? ofJob(run, rest) : ofTask(run, taskKey, rest);
    if (value === undefined) throw new UnknownReference(`${literal} is not a known reference.`);
    return value;
  });
}

function ofJob(run: JobRun, [first = '', ...rest]: readonly string[]): string | undefined {
  const name = rest.join('.');
  const started = new Date(run.startedAt ?? run.createdAt);
  switch (first) {
    case 'parameters':
      return run.parameters.find((parameter) => parameter.name === name)?.value;
    case 'id':
      return run.jobId;
    case 'run_id':
      return run.id;
    case 'name':
      return run.name;
    case 'repair_count':
      return String(run.attempts.length - 1);
    case 'trigger':
      return name === 'type' ? 'one_time' : undefined;
    case 'start_time':
      if (name === 'iso_date') return started.toISOString().slice(0, 10);
      if (name === 'iso_datetime') return started.toISOString().slice(0, 19);
      return name === 'timestamp_ms' ? String(started.getTime()) : undefined;
    default:
      return undefined;
  }
}

function ofTask(run: JobRun, key: string, [first = '']: readonly string[]): string | undefined {
  const attempts = run.tasks.filter((task) => task.key === key);
  switch (first) {
    case 'name':
      return key;
    case 'run_id':
      return attempts.at(-1)?.id;
    case 'execution_count':
      return String(attempts.length);
    default:
      return undefined;
  }
}
