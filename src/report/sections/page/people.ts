import type { Link, People } from '../../document.ts';
import type { Outcome } from '../../../domain/outcome.ts';

/** Who asked for a run, and where its pages are, as far as the system that runs it says so. */
export interface PageRun {
  readonly actor?: string;
  readonly commit?: Link;
  readonly run?: Link;
  /** Address of the folder of this tool's documentation, at the release that runs. */
  readonly documentation?: string;
}

/** Who and what is behind a run, with links to its pages. */
export function peopleOf(
  run: PageRun | undefined,
  ended: Date,
  named: Pick<People, 'principal' | 'trainer' | 'approver'>,
): People {
  const when = pageTime(ended);
  if (run === undefined) return { ...named, when };
  const { actor, commit, run: link } = run;
  return {
    ...(actor === undefined ? {} : { requester: actor }),
    ...named,
    ...(commit === undefined ? {} : { commit }),
    ...(link === undefined ? {} : { run: link }),
    when,
  };
}

/** A time to the minute, in UTC. */
export function pageTime(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The page of the documentation about an outcome; nothing where it is not known where that is. */
export function outcomePage(run: PageRun | undefined, outcome: Outcome): Link[] {
  if (run?.documentation === undefined) return [];
  return [{ text: `what ${outcome} means`, href: `${run.documentation}/outcomes.md#${outcome}` }];
}
