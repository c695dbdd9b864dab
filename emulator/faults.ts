import type { Metastore } from './metastore/metastore.ts';

/**
 * What goes wrong with a request.
 *
 * - `status`: an error response. `when: 'before'` (default) leaves the request unprocessed, `'after'` processes it
 *   first (the error of a committed write). `body` replaces the JSON error body.
 * - `retry-after-seconds`, `retry-after-date`: 429, unprocessed, with `Retry-After` in that form; `seconds` (default
 *   1) says how long.
 * - `drop`: the connection ends without a response (`before` processing, `after` it) or in the middle of the response's
 *   body (`during`).
 * - `cut-upload`: the connection ends when the request body has brought `afterBytes` bytes; nothing is processed.
 * - `delay`: the response comes `ms` milliseconds later. `stall`: the response's body pauses half-way for `ms`.
 * - `html-login`: 200 with an HTML login page. `not-json`: 200 with text that is no JSON. `redirect`: 302.
 * - `missing-field`: the response lacks every member of that name. `set-field`: every member of that name has `value`.
 * - `missing-header`: the response lacks that header.
 * - `expired-url`: on a signed URL the 403 XML of an expired one; on a presign endpoint a URL that has expired.
 * - `corrupt-body`: one byte of the file in the response is wrong.
 * - `corrupt-upload`: one byte of the request body arrives wrong.
 * - `run`: changes the world before or after processing, so that another actor can win a race.
 */
export type Fault =
  | {
      kind: 'status';
      status: number;
      errorCode?: string;
      message?: string;
      headers?: Record<string, string>;
      body?: string;
      contentType?: string;
      when?: 'before' | 'after';
    }
  | { kind: 'retry-after-seconds'; seconds?: number }
  | { kind: 'retry-after-date'; seconds?: number }
  | { kind: 'drop'; when: 'before' | 'during' | 'after' }
  | { kind: 'cut-upload'; afterBytes: number }
  | { kind: 'delay'; ms: number }
  | { kind: 'stall'; ms: number }
  | { kind: 'html-login' }
  | { kind: 'not-json'; body?: string }
  | { kind: 'redirect'; location: string }
  | { kind: 'missing-field'; field: string }
  | { kind: 'set-field'; field: string; value: unknown }
  | { kind: 'missing-header'; header: string }
  | { kind: 'expired-url' }
  | { kind: 'corrupt-body' }
  | { kind: 'corrupt-upload' }
  | { kind: 'run'; when: 'before' | 'after'; run: (metastore: Metastore) => void };

/** When a fault strikes: all conditions given must hold. */
export interface FaultRule {
  /** Number of the request, counted from 1 since the start. */
  at?: number;
  method?: string;
  template?: string | RegExp;
  path?: string | RegExp;
  /** How many requests it strikes; default 1. `Infinity` for all. */
  times?: number;
  /** How many matching requests pass before it strikes; default 0. */
  skip?: number;
  kind: Fault;
}

/** What a rule is compared with. */
export interface Struck {
  number: number;
  method: string;
  template: string;
  path: string;
}

interface Pending {
  rule: FaultRule;
  left: number;
  skip: number;
}

/** The faults that wait for their request. */
export class Faults {
  private pending: Pending[] = [];

  /** Adds one; rules are tried in the order they were added. */
  add(rule: FaultRule): void {
    this.pending.push({ rule, left: rule.times ?? 1, skip: rule.skip ?? 0 });
  }

  /** Forgets all faults. */
  clear(): void {
    this.pending = [];
  }

  /** Number of rules that have not struck as often as they should. */
  get waiting(): number {
    return this.pending.length;
  }

  /** Faults that strike this request; counts them as used. */
  take(request: Struck): Fault[] {
    const struck: Fault[] = [];
    for (const entry of this.pending) {
      if (!matches(entry.rule, request)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      struck.push(entry.rule.kind);
    }
    this.pending = this.pending.filter((entry) => entry.left > 0);
    return struck;
  }
}

function matches(rule: FaultRule, request: Struck): boolean {
  if (rule.at !== undefined && rule.at !== request.number) return false;
  if (rule.method !== undefined && rule.method !== request.method) return false;
  return fits(rule.template, request.template) && fits(rule.path, request.path);
}

function fits(wanted: string | RegExp | undefined, text: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === text : wanted.test(text);
}
