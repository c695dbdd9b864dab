import type { Logger } from '../domain/ports.ts';
import { parseHost } from '../http/host.ts';
import type { Runner } from './runner.ts';
import { SecretFinder } from './secret-finder.ts';

/** What stands where a host was named. */
const HIDDEN = '(host)';

/**
 * Hosts and secrets that nothing which is left behind may name: many repositories keep the host as a secret, and others
 * repeat both, a server in its messages, a tool in its complaints. The runner masks secrets in its log only, and drops a
 * whole output of a job that has one (actions-runtime §6).
 */
export class Redactor {
  readonly #patterns: RegExp[] = [];
  readonly #secrets = new SecretFinder();

  /** Withholds a secret from now on. */
  addSecret(secret: string): void {
    this.#secrets.add(secret);
  }

  /** Withholds a host from now on; a text that is none is left to the check of the inputs. */
  addHost(text: string): void {
    const host = parseHost(text);
    if (host.ok) this.#patterns.push(patternOf(new URL(host.value.origin)));
  }

  /**
   * The same value, plain data of any depth, with no text in it that names what is withheld; keys stay. What names nothing is
   * handed back as it is, so that a report of thousands of findings is not held twice.
   */
  hide<T>(value: T): T {
    return this.#hidden(value) as T;
  }

  /** Whether a text names what is withheld. */
  names(text: string): boolean {
    return this.hide(text) !== text;
  }

  #hidden(value: unknown): unknown {
    if (typeof value === 'string') {
      const text = this.#secrets.hide(value);
      return this.#patterns.reduce((shown, pattern) => shown.replace(pattern, HIDDEN), text);
    }
    if (Array.isArray(value)) {
      const shown = value.map((each) => this.#hidden(each));
      return shown.some((each, index) => each !== value[index]) ? shown : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const shown = entries.map(([key, each]) => [key, this.#hidden(each)] as const);
    return shown.some(([, each], index) => each !== entries[index]?.[1]) ? Object.fromEntries(shown) : value;
  }
}

/** A runner whose log never names what is withheld. */
export interface RedactingRunner extends Runner {
  readonly redactor: Redactor;
}

/** The runner, with everything hidden that is withheld, what is added later included: each secret that is masked is. */
export function redactingRunner(runner: Runner, redactor: Redactor): RedactingRunner {
  const { log } = runner;
  const { progress } = log;
  const redacting: Logger = {
    info: (text) => log.info(redactor.hide(text)),
    debug: (text) => log.debug(redactor.hide(text)),
    warning: (text) => log.warning(redactor.hide(text)),
    ...(progress === undefined ? {} : { progress: (text: string) => progress(redactor.hide(text)) }),
  };
  const mask = (secret: string) => {
    redactor.addSecret(secret);
    runner.mask(secret);
  };
  return { ...runner, log: redacting, mask, redactor };
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
