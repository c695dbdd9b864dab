import type { EndingCode } from './workspace/jobs/endings.ts';

/**
 * What goes wrong with a run of a job.
 *
 * - `end`: it ends with that code. `when: 'start'` ends the whole run before any of its tasks, `'setup'` (default) a task
 *   before its process is started, `'running'` a task `afterMs` milliseconds (default 0) after that; its process is killed.
 * - `slow-start`: the process of a task is started `ms` milliseconds later, as on a cluster that is cold.
 */
export type RunFault =
  | {
      kind: 'end';
      code: EndingCode;
      message?: string;
      when?: 'start' | 'setup' | 'running';
      afterMs?: number;
    }
  | { kind: 'slow-start'; ms: number };

/** When a fault strikes: all conditions given must hold. */
export interface RunFaultRule {
  /** Name of the run, which is that of its job. */
  run?: string | RegExp;
  task?: string | RegExp;
  /** How many runs or tasks it strikes; default 1. `Infinity` for all. */
  times?: number;
  fault: RunFault;
}

/** The faults that wait for their run. */
export class RunFaults {
  private pending: { rule: RunFaultRule; left: number }[] = [];

  /** Adds one; rules are tried in the order they were added. */
  add(rule: RunFaultRule): void {
    this.pending.push({ rule, left: rule.times ?? 1 });
  }

  /** Forgets all faults. */
  clear(): void {
    this.pending = [];
  }

  /** The fault that ends this run before its tasks; counts it as used. */
  takeForRun(run: string): (RunFault & { kind: 'end' }) | undefined {
    const [found] = this.take(run, undefined);
    return found?.kind === 'end' ? found : undefined;
  }

  /** The faults of this task; counts them as used. */
  takeForTask(run: string, task: string): RunFault[] {
    return this.take(run, task);
  }

  private take(run: string, task: string | undefined): RunFault[] {
    const struck: RunFault[] = [];
    for (const entry of this.pending) {
      const { rule } = entry;
      const isOfRun = rule.fault.kind === 'end' && rule.fault.when === 'start';
      if (isOfRun !== (task === undefined) || !fits(rule.run, run)) continue;
      if (task !== undefined && !fits(rule.task, task)) continue;
      // One end is enough for a run.
      if (task === undefined && struck.length > 0) break;
      entry.left -= 1;
      struck.push(rule.fault);
    }
    this.pending = this.pending.filter((entry) => entry.left > 0);
    return struck;
  }
}

function fits(wanted: string | RegExp | undefined, text: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === text : wanted.test(text);
}
