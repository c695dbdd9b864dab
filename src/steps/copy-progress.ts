import type { FileEntry } from '../domain/digest.ts';
import type { ApplyContext } from './apply.ts';

/** A progress line comes at most so often, milliseconds. */
const INTERVAL = 10_000;

/** Says now and then how far a copy is: bytes, rate, time left. */
export class CopyProgress {
  readonly #context: Pick<ApplyContext, 'clock' | 'log'>;
  readonly #total: number;
  readonly #files: number;
  readonly #startedAt: number;
  #saidAt: number;
  #bytes = 0;
  #done = 0;

  constructor(files: readonly FileEntry[], context: Pick<ApplyContext, 'clock' | 'log'>) {
    this.#context = context;
    this.#files = files.length;
    this.#total = files.reduce((sum, { size }) => sum + size, 0);
    this.#startedAt = context.clock.now();
    this.#saidAt = this.#startedAt;
  }

  addFile(): void {
    this.#done += 1;
  }

  addBytes(bytes: number): void {
    this.#bytes += bytes;
    const now = this.#context.clock.now();
    if (now - this.#saidAt < INTERVAL) return;
    this.#saidAt = now;
    const rate = this.#bytes / ((now - this.#startedAt) / 1000);
    const left = Math.max(0, this.#total - this.#bytes) / rate;
    this.#context.log.info(
      `${this.#done} of ${this.#files} files, ${amount(this.#bytes)} of ${amount(this.#total)}, ${amount(rate)}/s, ${span(left)} left`,
    );
  }
}

/** A number of bytes in the largest unit that leaves a number over 1. */
export function amount(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

function span(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 120) return `${whole} s`;
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
