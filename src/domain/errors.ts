import type { FullName } from './full-name.ts';
import { faultSentence, type InputFault } from './input-fault.ts';
import type { Outcome } from './outcome.ts';

/** What went wrong, as a stable word for reports and tests. */
export type ErrorCode =
  | 'invalid-input'
  | 'not-found'
  | 'not-ready'
  | 'permission-denied'
  | 'unauthenticated'
  /** The server says that it, or the caller, is another than the caller states. */
  | 'other-identity'
  | 'already-exists'
  | 'conflict'
  /** A limit on requests, which passes. */
  | 'rate-limited'
  /** A limit on objects, which stays until one of them is removed. */
  | 'limit-reached'
  | 'unavailable'
  | 'protocol'
  | 'rejected'
  | 'requirement'
  | 'verification'
  /** Nothing was sent. */
  | 'cancelled'
  /** Cancelled while a write had no response. */
  | 'interrupted'
  | 'unsupported'
  | 'internal';

/** A name of an input that the registry says does not exist, with the fault that it is. */
export interface AbsentName {
  readonly fault: InputFault;
  /** The model that was asked for, by itself or for the sake of a version. */
  readonly model?: FullName;
}

/** Something to read, to run or to write beside the fix: points of one line, or lines of a shell. */
export type Advice =
  | { readonly kind: 'points'; readonly items: readonly string[] }
  | { readonly kind: 'command'; readonly text: string };

/** Facts of an error beside its sentence. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  readonly outcome: Outcome;
  /** What the reader does about it: one sentence, imperative. */
  readonly fix?: string;
  readonly advice?: readonly Advice[];
  readonly faults?: readonly InputFault[];
  /** `error_code` of the server, verbatim. */
  readonly serverCode?: string;
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** How long the server asked to wait before another try, milliseconds. */
  readonly retryAfter?: number;
  /** Why a request certainly was not processed, and may be sent again once what it rests on was looked at again. */
  readonly unprocessed?: 'limited' | 'not-sent' | 'late' | 'token-renewed';
  /** The bytes that a file may have at most to be read whole, when it has more. */
  readonly largerThan?: number;
  /** A name that the registry says does not exist; it may be hidden. */
  readonly absent?: AbsentName;
  readonly cause?: unknown;
}

/** An error that says what happened, what to do, and which outcome it is. */
export class PromoteError extends Error {
  override readonly name = 'PromoteError';
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.details = details;
  }
}

/** True for an error of the given code. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is PromoteError {
  return error instanceof PromoteError && codes.includes(error.details.code);
}

/** True for a file that was refused only since it has more bytes than are read whole. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof PromoteError && error.details.largerThan !== undefined;
}

/** All faults of the inputs in one error, outcome `invalid`; `more` says what is not as for most faults. */
export function invalidInputs(
  faults: readonly InputFault[],
  more: Partial<Pick<ErrorDetails, 'code' | 'cause'>> = {},
): PromoteError {
  const details = { code: 'invalid-input', outcome: 'invalid', ...more, faults } as const;
  const [first, second] = faults;
  if (first !== undefined && second === undefined)
    return new PromoteError(faultSentence(first), { ...details, fix: first.fix });
  const names = [...new Set(faults.map((fault) => fault.input))].join(', ');
  return new PromoteError(`${faults.length} problems with the inputs: ${names}`, details);
}

/** The error of an input that names what the registry says does not exist. */
export function absentInput(fault: InputFault, model?: FullName): PromoteError {
  return new PromoteError(faultSentence(fault), {
    code: 'not-found',
    outcome: 'invalid',
    fix: fault.fix,
    absent: { fault, ...(model === undefined ? {} : { model }) },
  });
}

/** The one-line text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same without its final period, for the middle of a sentence. */
export function clauseOf(error: unknown): string {
  return messageOf(error).replace(/\.$/u, '');
}

/** The same with a final period, for what another sentence follows. */
export function sentenceOf(error: unknown): string {
  const message = messageOf(error);
  return /[.!?…]$/u.test(message) ? message : `${message}.`;
}
