import type { Logger } from '../domain/ports.ts';
import { parseHost } from '../http/host.ts';
import type { Runner } from './runner.ts';

/** What stands where a host was named. */
const HIDDEN = '(host)';

/**
 * Hosts that nothing which is left behind may name: many repositories keep the host as a secret, and others reveal it, a
 * server in its messages, a tool in its complaints.
 */
export class HostRedactor {
  readonly #patterns: RegExp[] = [];

  /** Withholds a host from now on; a text that is none is left to the check of the inputs. */
  add(text: string): void {
    const host = parseHost(text);
    if (host.ok) this.#patterns.push(patternOf(new URL(host.value.origin)));
  }

  /** The same value, plain data of any depth, with no text in it that names a withheld host; keys stay. */
  hide<T>(value: T): T {
    return this.#hidden(value) as T;
  }

  /** Whether a text names a withheld host. */
  names(text: string): boolean {
    return this.#patterns.some((pattern) => text.search(pattern) >= 0);
  }

  #hidden(value: unknown): unknown {
    if (typeof value === 'string') {
      return this.#patterns.reduce((text, pattern) => text.replace(pattern, HIDDEN), value);
    }
    if (Array.isArray(value)) return value.map((each) => this.#hidden(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#hidden(each)]));
  }
}

/** A runner whose log never names what is withheld. */
export interface RedactingRunner extends Runner {
  readonly redactor: HostRedactor;
}

/** The runner, with everything hidden that its hosts withhold, those included that are added later. */
export function redactingRunner(runner: Runner, redactor: HostRedactor): RedactingRunner {
  const { log } = runner;
  const redacting: Logger = {
    info: (text) => log.info(redactor.hide(text)),
    debug: (text) => log.debug(redactor.hide(text)),
    warning: (text) => log.warning(redactor.hide(text)),
  };
  return { ...runner, log: redacting, redactor };
}

/** Ends like a word and is none: an escape of a URL, or one of a quoted text (JSON, Python, YAML). */
const ESCAPE = String.raw`%[0-9a-f]{2}|\\(?:[bfnrt]|u[0-9a-f]{4}|U[0-9a-f]{8})`;

/**
 * Finds a host as an address, by its name alone, and percent-encoded in another address. A name without dot and port
 * may be any word, so it counts only as an address.
 */
function patternOf({ hostname, host }: URL): RegExp {
  const scheme = '(?:https?:\\/\\/)';
  const dotted = hostname.includes('.');
  const name = dotted ? `${escaped(hostname)}(?::\\d+)?` : escaped(host);
  const optional = dotted || host !== hostname ? '?' : '';
  return new RegExp(`(?<=^|[^\\w.-]|${ESCAPE})${scheme}${optional}${name}(?![\\w-]|\\.\\w)`, 'giu');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
