import type { Ask, Response } from './ask.ts';
import { entriesOf, memberOf, textOf, wordOf } from './json.ts';
import { commentOf, ENVIRONMENTS, type Run } from './run.ts';
import { seenIn, type Sighting } from './sighting.ts';

const APPROVALS = '/repos/{owner}/{repo}/actions/runs/{run}/approvals';
const CHECK_RUN = '/repos/{owner}/{repo}/check-runs/{check}';
const STATUSES = '/repos/{owner}/{repo}/deployments/{deployment}/statuses';

/** Approvals of an environment in the list of a run. */
function approvalsOf(list: Response, environment: string): readonly unknown[] {
  return entriesOf(list.body).filter(
    (row) =>
      textOf(row, 'state') === 'approved' &&
      entriesOf(memberOf(row, 'environments')).some((each) => textOf(each, 'name') === environment),
  );
}

/** What a job sees that waited for its environment. */
export async function seeGuarded(ask: Ask, run: Run): Promise<readonly Sighting[]> {
  const { owner, repo, runId, attempt, how, checkRun } = run;
  const list = await ask(APPROVALS, { owner, repo, run: runId });
  const approvals = approvalsOf(list, ENVIRONMENTS.guarded);
  const states = entriesOf(list.body).map((row) => wordOf(textOf(row, 'state')));
  const note = `rows: ${states.join(', ') || 'none'}`;
  if (how === 'bypass') {
    return [
      seenIn('bypass-recorded', [list], () => ({
        seen: approvals.length === 0 ? 'no approval' : 'an approval',
        note,
      })),
    ];
  }
  const wanted = commentOf(run);
  return [
    seenIn('approval-recorded', [list], () => {
      const [row] = approvals.toReversed();
      const type = wordOf(textOf(memberOf(row, 'user'), 'type'));
      return { seen: row === undefined ? 'no approval' : `approved, by a ${type}`, note };
    }),
    seenIn('approval-comment', [list], () => {
      const comments = approvals.map((row) => textOf(row, 'comment'));
      if (comments.includes(wanted)) return 'as it was written';
      return comments.some((comment) => comment.includes(wanted)) ? 'with more beside it' : 'another text';
    }),
    ...(attempt > 1
      ? [
          seenIn('approval-again', [list], () => ({
            seen: approvals.length === attempt ? 'one for each attempt' : `approvals: ${approvals.length}`,
            note: `attempt ${attempt}`,
          })),
        ]
      : []),
    ...(checkRun === '' ? [] : await seeDeployment(ask, run)),
  ];
}

async function seeDeployment(ask: Ask, { owner, repo, checkRun }: Run): Promise<readonly Sighting[]> {
  const check = await ask(CHECK_RUN, { owner, repo, check: checkRun });
  const deployment = memberOf(check.body, 'deployment');
  const own = seenIn('job-deployment', [check], () => {
    const name = textOf(deployment, 'environment');
    if (name === '') return 'no deployment';
    return name === ENVIRONMENTS.guarded ? 'the environment of the job' : 'another environment';
  });
  const id = memberOf(deployment, 'id');
  if (typeof id !== 'number') return [own];
  const list = await ask(STATUSES, { owner, repo, deployment: String(id) });
  const statuses = entriesOf(list.body)
    .map((each) => ({ state: wordOf(textOf(each, 'state')), at: Date.parse(textOf(each, 'created_at')) }))
    .toSorted((a, b) => a.at - b.at);
  const waiting = statuses.findLastIndex(({ state }) => state === 'waiting');
  const note = statuses.map(({ state }) => state).join(', ');
  return [
    own,
    seenIn('deployment-waiting', [list], () => ({
      seen: waiting < 0 ? 'no waiting' : 'waiting among them',
      note,
    })),
    ...(waiting < 0
      ? []
      : [
          seenIn('deployment-approval-time', [list], () => {
            const [before, after] = [statuses[waiting], statuses[waiting + 1]];
            if (before === undefined || after === undefined) return 'none';
            const seconds = Math.round((after.at - before.at) / 1000);
            const seen = seconds > 0 ? 'later than waiting' : 'not later';
            return { seen, note: `${after.state}, ${seconds} s` };
          }),
        ]),
  ];
}

/** What a job sees whose environment did not exist. */
export async function seeMade(ask: Ask, { owner, repo, runId }: Run): Promise<readonly Sighting[]> {
  const name = ENVIRONMENTS.made;
  const found = await ask('/repos/{owner}/{repo}/environments/{name}', { owner, repo, name });
  const list = await ask(APPROVALS, { owner, repo, run: runId });
  const absent: Sighting = { id: 'environment-made', seen: 'not there', requests: [`${found.call} 404`] };
  const made = seenIn('environment-made', [found], () => {
    const rules = entriesOf(memberOf(found.body, 'protection_rules'));
    const note = rules.map((rule) => wordOf(textOf(rule, 'type'))).join(', ');
    return rules.length === 0 ? 'there, without rules' : { seen: 'there, with rules', note };
  });
  return [
    found.status === 404 ? absent : made,
    seenIn('environment-made-approval', [list], () =>
      approvalsOf(list, name).length === 0 ? 'none' : 'one',
    ),
  ];
}
