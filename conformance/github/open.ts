import type { Ask } from './ask.ts';
import { entriesOf, memberOf, textOf, wordOf } from './json.ts';
import { ENVIRONMENTS, type Run } from './run.ts';
import { seenIn, type Sighting } from './sighting.ts';

const ENVIRONMENT = '/repos/{owner}/{repo}/environments/{name}';
const PERMISSION = '/repos/{owner}/{repo}/collaborators/{login}/permission';
const PULLS = '/repos/{owner}/{repo}/commits/{sha}/pulls';

/** What a job without an environment sees. */
export async function seeOpen(ask: Ask, run: Run): Promise<readonly Sighting[]> {
  const { owner, repo, actor, sha } = run;
  const guarded = await ask(ENVIRONMENT, { owner, repo, name: ENVIRONMENTS.guarded });
  const absent = await ask(ENVIRONMENT, { owner, repo, name: ENVIRONMENTS.absent });
  const starter = await ask(PERMISSION, { owner, repo, login: actor });
  const outsider = await ask(PERMISSION, { owner, repo, login: 'octocat' });
  const pulls = await ask(PULLS, { owner, repo, sha });
  const merged = entriesOf(pulls.body).filter((pull) => textOf(pull, 'merged_at') !== '');
  return [
    seenIn('environment-rules', [guarded], () => {
      const rules = entriesOf(memberOf(guarded.body, 'protection_rules'));
      const reviewers = rules
        .filter((rule) => textOf(rule, 'type') === 'required_reviewers')
        .flatMap((rule) => entriesOf(memberOf(rule, 'reviewers')));
      const seen = reviewers.length > 0 ? 'one or more' : 'none';
      return { seen, note: rules.map((rule) => wordOf(textOf(rule, 'type'))).join(', ') };
    }),
    seenIn('environment-bypass-stated', [guarded], () =>
      typeof memberOf(guarded.body, 'can_admins_bypass') === 'boolean' ? 'stated' : 'not stated',
    ),
    { id: 'environment-absent', seen: String(absent.status), requests: [`${absent.call} ${absent.status}`] },
    seenIn('permissions-stated', [guarded], () => {
      const header = guarded.headers.get('x-accepted-github-permissions');
      return header === null
        ? 'not stated'
        : { seen: 'stated', note: header.replaceAll(/[^a-z=;,_ ]/gu, '') };
    }),
    seenIn('permission-of-starter', [starter], () => {
      const permission = textOf(starter.body, 'permission');
      const may = ['admin', 'write'].includes(permission);
      return { seen: may ? 'admin or write' : wordOf(permission), note: wordOf(permission) };
    }),
    outsider.status === 404
      ? {
          id: 'permission-of-outsider',
          seen: 'less than write',
          note: '404',
          requests: [`${outsider.call} 404`],
        }
      : seenIn('permission-of-outsider', [outsider], () => {
          const permission = textOf(outsider.body, 'permission');
          const may = ['read', 'none'].includes(permission);
          return { seen: may ? 'less than write' : wordOf(permission), note: wordOf(permission) };
        }),
    ...(pulls.status === 200 && merged.length === 0
      ? []
      : [
          seenIn('merge-commit', [pulls], () =>
            merged.some((pull) => textOf(pull, 'merge_commit_sha') === sha)
              ? 'the commit of the run'
              : 'another commit',
          ),
        ]),
  ];
}
