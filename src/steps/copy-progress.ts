import type { FileEntry } from '../domain/digest.ts';
import type { ApplyContext } from './apply.ts';

/** A progress line comes at most so often, milliseconds. */
const INTERVAL = 10_000;

/** What a copy moved, bytes, and how long that took, milliseconds. */
export interface CopyTransfer {
  readonly sent: number;
  readonly readBack: number;
  readonly tookMs: number;
}

/** Says now and then how far a copy is: bytes sent and read back, rate, time left. */
export class CopyProgress {
  readonly #context: Pick<ApplyContext, 'clock' | 'log'>;
  readonly #files: number;
  readonly #toSend: number;
  readonly #toRead: number;
  readonly #startedAt: number;
  #saidAt: number;
  #sent = 0;
  #readBack = 0;
  #done = 0;

  /** `files` are sent, and `readBack` of them are read again. */
  constructor(
    files: readonly FileEntry[],
    readBack: readonly FileEntry[],
    context: Pick<ApplyContext, 'clock' | 'log'>,
  ) {
    this.#context = context;
    this.#files = files.length;
    this.#toSend = sizeOf(files);
    this.#toRead = sizeOf(readBack);
    this.#startedAt = context.clock.now();
    this.#saidAt = this.#startedAt;
  }

  addFile(): void {
    this.#done += 1;
  }

  /** Bytes that arrived at the destination; less than nothing when some have to be sent again. */
  addSent(bytes: number): void {
    this.#sent += bytes;
    this.#sayNowAndThen();
  }

  addReadBack(bytes: number): void {
    this.#readBack += bytes;
    this.#sayNowAndThen();
  }

  /** What was moved until now. */
  get transfer(): CopyTransfer {
    const tookMs = this.#context.clock.now() - this.#startedAt;
    return { sent: this.#sent, readBack: this.#readBack, tookMs };
  }

  #sayNowAndThen(): void {
    const now = this.#context.clock.now();
    if (now - this.#saidAt < INTERVAL) return;
    this.#saidAt = now;
    const perSecond = (this.#sent + this.#readBack) / ((now - this.#startedAt) / 1000);
    const left = Math.max(0, this.#toSend - this.#sent) + Math.max(0, this.#toRead - this.#readBack);
    const parts = [
      `${this.#done} of ${this.#files} files, ${amount(this.#sent)} of ${amount(this.#toSend)} sent`,
      ...(this.#toRead === 0 ? [] : [`${amount(this.#readBack)} of ${amount(this.#toRead)} read back`]),
      `${amount(perSecond)}/s in all`,
      ...(perSecond > 0 ? [`${span(left / perSecond)} left`] : []),
    ];
    this.#context.log.info(parts.join(', '));
  }
}

function sizeOf(files: readonly FileEntry[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** A transfer in words: bytes, time, rate. */
export function transferText({ sent, readBack, tookMs }: CopyTransfer): string {
  const seconds = Math.max(tookMs, 1) / 1000;
  const again = readBack === 0 ? '' : `, ${amount(readBack)} read back meanwhile`;
  return `${amount(sent)} sent in ${span(seconds)} (${amount(sent / seconds)}/s)${again}`;
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
