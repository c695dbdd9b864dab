import type { JobSettings } from '../../emulator.ts';
import type { Compute } from '../../routes/route.ts';
import type { RunFaults } from '../../run-faults.ts';
import type { Ending } from '../../workspace/jobs/endings.ts';
import {
  admit,
  endAll,
  finishTask,
  limitOf,
  readyTasks,
  settle,
  type Clock,
} from '../../workspace/jobs/schedule.ts';
import { isFinal, type JobRun, type TaskRun } from '../../workspace/jobs/state.ts';
import { stopRun } from '../../workspace/jobs/stop.ts';
import { countIn } from '../../workspace/jobs/settings.ts';
import { endingOf, execute, type Workshop } from './execute.ts';

/** What the compute of an emulator is made of. */
export interface ComputeParts {
  readonly session: Workshop['session'];
  readonly settings: JobSettings;
  readonly faults: RunFaults;
  readonly baseUrl: () => string;
  /** Called when a run or task has changed. */
  readonly saved: () => void;
  /** Called for a fault of the emulator itself. */
  readonly failed: (error: unknown) => void;
}

/** How long a run may wait for somebody to see that it is TERMINATING, milliseconds. */
const UNSEEN = 2_000;

/** Brings the runs of a workspace on: starts their tasks as processes of this machine, and ends them. */
export class ProcessCompute implements Compute {
  private readonly parts: ComputeParts;
  private readonly clock: Clock;
  /** What is executed, by the id of the task's run. */
  private readonly executing = new Map<string, { stop: AbortController; over: Promise<void> }>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private woken = false;
  private closed = false;

  constructor(parts: ComputeParts) {
    this.parts = parts;
    this.clock = parts.session;
    this.abandon('The emulator was ended while the run was active.');
  }

  /** Looks at every run soon; several calls before that are one. */
  wake(): void {
    if (this.woken || this.closed) return;
    this.woken = true;
    setImmediate(() => {
      this.woken = false;
      if (this.closed) return;
      try {
        this.look();
      } catch (error) {
        this.parts.failed(error);
      }
    });
  }

  /** Kills what is executed, and ends every run. */
  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    const over = [...this.executing.values()].map((each) => each.over);
    for (const { stop } of this.executing.values()) stop.abort();
    await Promise.all(over);
    this.abandon('The emulator was closed while the run was active.');
  }

  private abandon(message: string): void {
    const { state, now } = this.clock;
    for (const run of state.workspace.runs.values()) {
      if (!isFinal(run)) endAll(run, { code: 'INTERNAL_ERROR', message }, now());
    }
  }

  private look(): void {
    const runs = [...this.clock.state.workspace.runs.values()].filter((run) => !isFinal(run));
    const ended = runs.filter((run) => this.bring(run));
    if (runs.length > 0) this.parts.saved();
    // Who waited for a run that is over may begin.
    if (ended.length > 0) this.wake();
  }

  /** Does what can be done for a run now; responds whether that ended it. */
  private bring(run: JobRun): boolean {
    if (run.stopping !== undefined) return this.end(run, run.stopping);
    if (run.state === 'QUEUED' && !this.begin(run)) return isFinal(run);
    for (const task of readyTasks(this.clock, run)) this.start(run, task);
    return this.over(run);
  }

  private begin(run: JobRun): boolean {
    if (!admit(this.clock, run)) return false;
    const fault = this.parts.faults.takeForRun(run.name);
    if (fault !== undefined) {
      endAll(run, endingOf(fault), this.clock.now());
      return false;
    }
    const limit = limitOf(run.settings);
    if (limit !== undefined) {
      this.timer(run.id, Math.min(limit, 2 ** 31 - 1), () => {
        const seconds = countIn(run.settings, 'timeout_seconds', 0);
        const message = `The run took longer than its limit of ${seconds} seconds.`;
        stopRun(this.clock, run, { code: 'CANCELED', message, result: 'TIMEDOUT' });
      });
    }
    return true;
  }

  private end(run: JobRun, ending: Ending): boolean {
    for (const task of run.tasks.filter((each) => !isFinal(each))) {
      const work = this.executing.get(task.id);
      if (work === undefined) finishTask(this.clock, run, task, { ending });
      else work.stop.abort();
    }
    if (run.terminatingReads > 0) {
      if (!this.timers.has(`${run.id}/unseen`)) {
        this.timer(`${run.id}/unseen`, UNSEEN, () => {
          run.terminatingReads = 0;
        });
      }
      return false;
    }
    return this.over(run);
  }

  private over(run: JobRun): boolean {
    if (!settle(this.clock, run)) return false;
    for (const name of [run.id, `${run.id}/unseen`]) {
      clearTimeout(this.timers.get(name));
      this.timers.delete(name);
    }
    return true;
  }

  private timer(name: string, ms: number, then: () => void): void {
    clearTimeout(this.timers.get(name));
    this.timers.set(
      name,
      setTimeout(() => {
        then();
        this.wake();
      }, ms),
    );
  }

  private start(run: JobRun, task: TaskRun): void {
    const stop = new AbortController();
    const { session, settings, faults, baseUrl } = this.parts;
    const shop: Workshop = {
      session,
      settings,
      baseUrl: baseUrl(),
      started: () => {
        task.executingAt = this.clock.now();
        if (run.stopping !== undefined) return;
        task.state = 'RUNNING';
        run.state = 'RUNNING';
      },
    };
    if (task.attempt > 0 && countIn(task.task, 'min_retry_interval_millis', 0) > 0) task.state = 'WAITING';
    const over = execute(shop, run, task, {
      faults: faults.takeForTask(run.name, task.key),
      stop: stop.signal,
    })
      .then((end) => {
        this.executing.delete(task.id);
        finishTask(this.clock, run, task, end);
        this.wake();
      })
      .catch((error: unknown) => this.parts.failed(error));
    this.executing.set(task.id, { stop, over });
  }
}
