/** The moment of everything. */
export const TIME = '2026-11-22T10:00:00Z';

export const API = 'https://api.github.com';

export type StubAccountType = 'User' | 'Bot' | 'Organization' | 'Mannequin';

/** `simple-user`. */
export function userBody(login: string, type: StubAccountType = 'User') {
  const url = `${API}/users/${encodeURIComponent(login)}`;
  const lists = [
    'followers',
    'following',
    'gists',
    'starred',
    'subscriptions',
    'organizations',
    'repos',
    'events',
    'received_events',
  ];
  return {
    login,
    id: 1,
    node_id: 'U_1',
    avatar_url: 'https://avatars.githubusercontent.com/u/1?v=4',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(lists.map((name) => [`${name}_url`, `${url}/${name}`])),
    type,
    site_admin: false,
  };
}

/** `team`. */
export function teamBody(name: string) {
  const url = `${API}/teams/1`;
  return {
    id: 1,
    node_id: 'T_1',
    url,
    html_url: `https://github.com/orgs/acme/teams/${name}`,
    name,
    slug: name,
    description: null,
    privacy: 'closed',
    permission: 'pull',
    type: 'organization',
    organization_id: 1,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    parent: null,
  };
}

const REPOSITORY_ADDRESSES = [
  ...['archive', 'assignees', 'blobs', 'branches', 'collaborators', 'comments', 'commits', 'compare'],
  ...['contents', 'contributors', 'deployments', 'downloads', 'events', 'forks', 'git_commits', 'git_refs'],
  ...[
    'git_tags',
    'hooks',
    'issue_comment',
    'issue_events',
    'issues',
    'keys',
    'labels',
    'languages',
    'merges',
  ],
  ...['milestones', 'notifications', 'pulls', 'releases', 'stargazers', 'statuses', 'subscribers'],
  ...['subscription', 'tags', 'teams', 'trees', 'clone', 'git', 'ssh', 'svn', 'mirror'],
];
const REPOSITORY_COUNTS = [
  'forks',
  'forks_count',
  'open_issues',
  'open_issues_count',
  'size',
  'stargazers_count',
];
const REPOSITORY_FLAGS = ['has_downloads', 'has_issues', 'has_projects', 'has_wiki', 'has_pages', 'archived'];

/** `repository`. */
export function repositoryBody(fullName: string, id: number) {
  const [owner = '', name = ''] = fullName.split('/');
  const url = `${API}/repos/${fullName}`;
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: fullName,
    owner: userBody(owner, 'Organization'),
    private: true,
    html_url: `https://github.com/${fullName}`,
    description: null,
    fork: id !== 1,
    url,
    ...Object.fromEntries(REPOSITORY_ADDRESSES.map((each) => [`${each}_url`, `${url}/${each}`])),
    ...Object.fromEntries([...REPOSITORY_COUNTS, 'watchers', 'watchers_count'].map((each) => [each, 0])),
    ...Object.fromEntries([...REPOSITORY_FLAGS, 'disabled'].map((each) => [each, false])),
    default_branch: 'main',
    homepage: null,
    language: null,
    license: null,
    pushed_at: TIME,
    created_at: TIME,
    updated_at: TIME,
  };
}
