import { sizeText } from '../domain/size-text.ts';
import type { FileEntry } from '../domain/file-entry.ts';
import type { Clock, Logger } from '../domain/ports.ts';
import type { TransferTools } from './large-file.ts';

/** A progress line comes at most so often, and so often where it stands in place of the one before; milliseconds. */
const INTERVAL = 10_000;
const INTERVAL_IN_PLACE = 1_000;

/** What a copy moved, bytes, and how long that took, milliseconds. */
export interface CopyTransfer {
  readonly sent: number;
  readonly readBack: number;
  readonly tookMs: number;
}

/** What measures the time of a transfer, and where its lines go. */
interface ProgressTools {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Says a line every ten seconds at most, every second in its place, with the rate and the time left. */
class Lines {
  readonly #context: ProgressTools;
  readonly #startedAt: number;
  #saidAt: number;

  constructor(context: ProgressTools) {
    this.#context = context;
    this.#startedAt = context.clock.now();
    this.#saidAt = this.#startedAt;
  }

  /** Milliseconds since the start. */
  get tookMs(): number {
    return this.#context.clock.now() - this.#startedAt;
  }

  /** `moved` and `left` in bytes. */
  sayNowAndThen(moved: number, left: number, parts: () => readonly string[]): void {
    const now = this.#context.clock.now();
    const { log } = this.#context;
    if (now - this.#saidAt < (log.progress === undefined ? INTERVAL : INTERVAL_IN_PLACE)) return;
    this.#saidAt = now;
    const perSecond = moved / ((now - this.#startedAt) / 1000);
    const rest = [
      `${sizeText(perSecond)}/s in all`,
      ...(perSecond > 0 ? [`${span(left / perSecond)} left`] : []),
    ];
    const text = [...parts(), ...rest].join(', ');
    if (log.progress === undefined) log.info(text);
    else log.progress(text);
  }
}

/** Says now and then how far a copy is: bytes sent and read back, rate, time left. */
export class CopyProgress {
  readonly #lines: Lines;
  readonly #files: number;
  readonly #toSend: number;
  readonly #toRead: number;
  readonly #did: string;
  #sent = 0;
  #readBack = 0;
  #done = 0;

  /** `files` are sent, or what `did` says, and `readBack` of them are read again. */
  constructor(
    files: readonly FileEntry[],
    readBack: readonly FileEntry[],
    context: ProgressTools,
    did = 'sent',
  ) {
    this.#did = did;
    this.#lines = new Lines(context);
    this.#files = files.length;
    this.#toSend = sizeOf(files);
    this.#toRead = sizeOf(readBack);
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
    return { sent: this.#sent, readBack: this.#readBack, tookMs: this.#lines.tookMs };
  }

  #sayNowAndThen(): void {
    const left = Math.max(0, this.#toSend - this.#sent) + Math.max(0, this.#toRead - this.#readBack);
    this.#lines.sayNowAndThen(this.#sent + this.#readBack, left, () => [
      `${this.#done} of ${this.#files} files, ${sizeText(this.#sent)} of ${sizeText(this.#toSend)} ${this.#did}`,
      ...(this.#toRead === 0 ? [] : [`${sizeText(this.#readBack)} of ${sizeText(this.#toRead)} read back`]),
    ]);
  }
}

/** Tools that say now and then how far a reading is that writes nothing; `sides` is how often each file is read. */
export function withReadProgress(
  tools: TransferTools,
  what: string,
  { files, sides }: { readonly files: readonly FileEntry[]; readonly sides: 1 | 2 },
  context: ProgressTools,
): TransferTools {
  const lines = new Lines(context);
  const total = sides * sizeOf(files);
  let read = 0;
  return {
    ...tools,
    onRead(bytes) {
      read += bytes;
      lines.sayNowAndThen(read, Math.max(0, total - read), () => [
        `${what}: ${sizeText(read)} of ${sizeText(total)} read`,
      ]);
    },
  };
}

/** Bytes of files in all. */
export function sizeOf(files: readonly FileEntry[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** A transfer in words: bytes, time, rate. */
export function transferText({ sent, readBack, tookMs }: CopyTransfer, did = 'sent'): string {
  const seconds = Math.max(tookMs, 1) / 1000;
  const again = readBack === 0 ? '' : `, ${sizeText(readBack)} read back in parallel`;
  return `${sizeText(sent)} ${did} in ${span(seconds)} (${sizeText(sent / seconds)}/s)${again}`;
}

function span(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 120) return `${whole} s`;
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
