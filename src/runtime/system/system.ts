import type { RunIdentity } from '../../actions/contract/context.ts';
import type { Link } from '../../report/document.ts';
import type { PageRun } from '../../report/sections/page/people.ts';
import type { Environment } from '../environment.ts';

/** The systems that are known, by the words of `--ci`. */
export const SYSTEM_NAMES = ['github', 'gitlab', 'azure-pipelines', 'jenkins', 'none'] as const;

/** One entry of {@link SYSTEM_NAMES}. */
export type SystemName = (typeof SYSTEM_NAMES)[number];

/** A system that runs jobs, or a person's terminal: what its variables say of a run. */
export interface System {
  readonly name: SystemName;
  /** Behind `cicd/` in the `User-Agent`, by the convention of the SDKs (auth-and-http §7); undefined at a terminal. */
  readonly agent: string | undefined;
  /** The run that marks and records name. Outside of one, the texts are `local`. */
  run(this: void, environment: Environment): RunIdentity;
  /** The run as its pages are found; undefined outside of one, where no report names a run either. */
  pageRun(this: void, environment: Environment): PageRun | undefined;
}

/** A variable's text; undefined where it is not set, or empty. */
export function textIn(environment: Environment, name: string): string | undefined {
  const text = environment[name]?.trim();
  return text === '' ? undefined : text;
}

/** A link to what a variable names, where that is an address of the web. */
export function linkTo(text: string, href: string | undefined): Link | undefined {
  return href !== undefined && /^https?:\/\/[^\s"'<>]+$/u.test(href) ? { text, href } : undefined;
}

/**
 * The server and the path of an address, without scheme, query and slashes at its end: where a project is. Escapes stay: `a%2Fb` and
 * `a/b` are two places.
 */
export function placeOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`.replace(/\/+$/u, '');
}

/** A page of a run out of what is known of it. */
export function pageOf(parts: {
  readonly actor: string | undefined;
  readonly run: Link | undefined;
  readonly commit?: Link | undefined;
}): PageRun {
  const { actor, run, commit } = parts;
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(run === undefined ? {} : { run }),
    ...(commit === undefined ? {} : { commit }),
  };
}
