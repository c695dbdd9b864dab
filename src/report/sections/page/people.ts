import type { Link, People } from '../../document.ts';
import type { Outcome } from '../../../domain/outcome.ts';

/** The run of a workflow, and where its pages are. */
export interface PageRun {
  /** `https://github.com`, or that of an own server; undefined outside of a run. */
  readonly server?: string;
  readonly repository: string;
  readonly runId: string;
  readonly runNumber?: string;
  readonly attempt: string;
  readonly actor: string;
  readonly sha: string;
  /** What `uses:` named: the repository and the ref of this tool. */
  readonly tool?: { readonly repository: string; readonly ref: string };
}

/** Who and what is behind a run, with links to its pages. */
export function peopleOf(
  run: PageRun | undefined,
  ended: Date,
  named: Pick<People, 'principal' | 'trainer' | 'approver'>,
): People {
  const when = `${ended.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (run === undefined) return { ...named, when };
  return { requester: run.actor, ...named, ...runLinks(run), when };
}

function runLinks(run: PageRun): Pick<People, 'commit' | 'run'> {
  const { server, repository, runId, runNumber, attempt, sha } = run;
  if (server === undefined) return {};
  const base = `${server}/${repository}`;
  return {
    commit: { text: sha.slice(0, 7), href: `${base}/commit/${sha}` },
    run: {
      text: `run ${runNumber ?? runId}, attempt ${attempt}`,
      href: `${base}/actions/runs/${runId}/attempts/${attempt}`,
    },
  };
}

/** The page of the documentation about an outcome; nothing where the step does not name its repository. */
export function outcomePage(run: PageRun | undefined, outcome: Outcome): Link[] {
  if (run?.server === undefined || run.tool === undefined) return [];
  const { repository, ref } = run.tool;
  return [
    {
      text: `what ${outcome} means`,
      href: `${run.server}/${repository}/blob/${ref}/docs/outcomes.md#${outcome}`,
    },
  ];
}
