/** An account by which somebody takes part, as one of the two systems names it. */
export interface Identity {
  readonly system: 'github' | 'databricks';
  /** A GitHub login, a Databricks user's e-mail address, or the application id of a service principal. */
  readonly name: string;
  /** Further spellings of the same account. */
  readonly alsoKnownAs?: readonly string[];
  readonly kind: 'person' | 'automation' | 'unknown';
  /** Where it was read, in words: `created_by of models:/…/1`. */
  readonly source: string;
}

/** Databricks users by GitHub login, in lower case: GitHub compares logins without case. */
export type People = ReadonlyMap<string, string>;

/** Whether two accounts belong to the same person or machine, as far as names show it. */
export type Sameness = 'same' | 'different' | 'unknown';

const APPLICATION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const BOT = /\[bot\]$/iu;

/** What a Databricks name is: users are e-mail addresses, service principals application ids (uc-protocol §10.4). */
export function databricksKind(name: string): Identity['kind'] {
  if (APPLICATION_ID.test(name)) return 'automation';
  return /^[^\s@]+@[^\s@]+$/u.test(name) ? 'person' : 'unknown';
}

/** What a GitHub login is: that of an app ends in `[bot]` (docs.github.com, GitHub Apps, "machine users and bots"). */
export function githubKind(login: string): Identity['kind'] {
  return BOT.test(login) ? 'automation' : 'person';
}

/** The Databricks user that `people` gives for a GitHub account, or undefined. */
export function personOf(identity: Identity, people: People): string | undefined {
  return identity.system === 'github' ? people.get(identity.name.toLowerCase()) : undefined;
}

/**
 * Compares two accounts. Names compare without case, as GitHub's logins and e-mail addresses do. An app of GitHub's acts for
 * somebody else: who that is only `people` can say. Across the systems `people` decides too; without an entry only a person and
 * a service principal are certainly not the same.
 */
export function compareIdentities(a: Identity, b: Identity, people: People): Sameness {
  const names = new Set(namesOf(a, people));
  if (namesOf(b, people).some((name) => names.has(name))) return 'same';
  // A name that is neither an e-mail address nor an id, such as a display name, may be anybody's.
  if ([a, b].some((each) => each.kind === 'unknown' || isNobody(each, people))) return 'unknown';
  if (a.system === b.system)
    return mayStandFor(a, b, people) || mayStandFor(b, a, people) ? 'unknown' : 'different';
  const login = a.system === 'github' ? a : b;
  if (personOf(login, people) !== undefined) return 'different';
  const kinds = [a.kind, b.kind];
  return kinds.includes('person') && kinds.includes('automation') ? 'different' : 'unknown';
}

/** Whether nothing shows for whom an account acts: that of an app which `people` does not have. */
function isNobody(identity: Identity, people: People): boolean {
  const isApp = identity.system === 'github' && identity.kind === 'automation';
  return isApp && personOf(identity, people) === undefined;
}

/** Whether an app acts for a person who may be the one of a login that `people` does not have. */
function mayStandFor(app: Identity, login: Identity, people: People): boolean {
  if (app.system !== 'github' || app.kind !== 'automation') return false;
  const person = personOf(app, people);
  return person !== undefined && databricksKind(person) === 'person' && personOf(login, people) === undefined;
}

function namesOf(identity: Identity, people: People): string[] {
  const person = personOf(identity, people);
  return [
    ...[identity.name, ...(identity.alsoKnownAs ?? [])].map((name) => `${identity.system} ${name}`),
    ...(person === undefined ? [] : [`databricks ${person}`]),
  ].map((name) => name.toLowerCase());
}
