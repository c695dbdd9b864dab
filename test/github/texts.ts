import { API, TIME, userBody } from './owners.ts';

/** A comment or an issue of a stub; of an issue `id` is its number. */
export interface StubText {
  readonly id: number;
  /** Null for an account that was deleted. */
  readonly login: string | null;
  body: string;
  /** Of an issue. */
  title?: string;
  state: 'open' | 'closed';
  readonly labels: string[];
  /** Whether an issue is a pull request too. */
  readonly isPull?: boolean;
}

/** `issue-comment`. */
export function commentBody(repository: string, issue: number, { id, login, body }: StubText) {
  const page = `https://github.com/${repository}/pull/${issue}`;
  return {
    id,
    node_id: `IC_${id}`,
    url: `${API}/repos/${repository}/issues/comments/${id}`,
    html_url: `${page}#issuecomment-${id}`,
    body,
    user: login === null ? null : userBody(login, typeOf(login)),
    created_at: TIME,
    updated_at: TIME,
    issue_url: `${API}/repos/${repository}/issues/${issue}`,
    author_association: 'NONE',
    performed_via_github_app: null,
  };
}

/** `issue`. */
export function issueBody(
  repository: string,
  { id, login, body, title = '', state, labels, isPull }: StubText,
) {
  const url = `${API}/repos/${repository}/issues/${id}`;
  const html = `https://github.com/${repository}/${isPull === true ? 'pull' : 'issues'}/${id}`;
  return {
    id: 1000 + id,
    node_id: `I_${id}`,
    url,
    repository_url: `${API}/repos/${repository}`,
    ...Object.fromEntries(['comments', 'events'].map((each) => [`${each}_url`, `${url}/${each}`])),
    labels_url: `${url}/labels{/name}`,
    html_url: html,
    number: id,
    state,
    title,
    body,
    user: login === null ? null : userBody(login, typeOf(login)),
    labels: labels.map((name, index) => ({
      id: index + 1,
      node_id: `LA_${index}`,
      url: `${API}/repos/${repository}/labels/${name}`,
      name,
      description: null,
      color: 'ededed',
      default: false,
    })),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: 0,
    closed_at: state === 'closed' ? TIME : null,
    created_at: TIME,
    updated_at: TIME,
    author_association: 'NONE',
    ...(isPull === true
      ? { pull_request: { url, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` } }
      : {}),
  };
}

function typeOf(login: string): 'User' | 'Bot' {
  return login.endsWith('[bot]') ? 'Bot' : 'User';
}
