import { json, page, refusal } from './replies.ts';
import type { Asked, Route } from './route.ts';
import { commentBody, issueBody, type StubText } from './texts.ts';

/** GitHub refuses longer ones, counted in characters (field reports; its description has no limit). */
const LONGEST = 65_536;

/** The comments of an issue of a repository. */
export function commentsIn({ comments }: Asked['repository'], issue: number): StubText[] {
  const known = comments.get(issue) ?? [];
  comments.set(issue, known);
  return known;
}

/** Comments and issues: listed, created, edited, and comments deleted. Ids grow over the whole stub, as GitHub's do. */
export function textRoutes(): readonly Route[] {
  let last = 0;
  const nextId = (texts: readonly StubText[]) => (last = Math.max(last, ...texts.map(({ id }) => id)) + 1);
  return [
    {
      path: /^\/issues\/(\d+)\/comments$/u,
      needs: 'pull-requests: read',
      reply({ repository, subject, fullName, query, address }) {
        const rows = commentsIn(repository, Number(subject)).toSorted((one, other) => one.id - other.id);
        return page(
          rows.map((each) => commentBody(fullName, Number(subject), each)),
          query,
          address,
        );
      },
    },
    {
      method: 'POST',
      path: /^\/issues\/(\d+)\/comments$/u,
      needs: 'pull-requests: write',
      reply({ repository, subject, fullName, body, login }) {
        if (tooLong(body)) return LENGTH_REFUSED;
        const comments = commentsIn(repository, Number(subject));
        const text = textIn(body, 'body');
        const made: StubText = { id: nextId(comments), login, body: text, state: 'open', labels: [] };
        comments.push(made);
        return json(201, commentBody(fullName, Number(subject), made));
      },
    },
    {
      method: 'PATCH',
      path: /^\/issues\/comments\/(\d+)$/u,
      needs: 'pull-requests: write',
      reply({ repository, subject, fullName, body }) {
        if (tooLong(body)) return LENGTH_REFUSED;
        for (const [issue, comments] of repository.comments) {
          const found = comments.find(({ id }) => String(id) === subject);
          if (found === undefined) continue;
          found.body = textIn(body, 'body');
          return json(200, commentBody(fullName, issue, found));
        }
        return refusal(404, 'Not Found');
      },
    },
    {
      method: 'DELETE',
      path: /^\/issues\/comments\/(\d+)$/u,
      needs: 'pull-requests: write',
      reply({ repository, subject }) {
        for (const comments of repository.comments.values()) {
          const index = comments.findIndex(({ id }) => String(id) === subject);
          if (index < 0) continue;
          comments.splice(index, 1);
          return { status: 204, body: '' };
        }
        return refusal(404, 'Not Found');
      },
    },
    {
      path: /^\/issues$/u,
      needs: 'issues: read',
      reply({ repository, fullName, query, address }) {
        const [label, creator, state] = [
          query.get('labels'),
          query.get('creator'),
          query.get('state') ?? 'open',
        ];
        const rows = repository.issues.filter(
          (each) =>
            (label === null || each.labels.includes(label)) &&
            (creator === null || each.login === creator) &&
            (state === 'all' || each.state === state),
        );
        return page(
          rows.map((each) => issueBody(fullName, each)),
          query,
          address,
        );
      },
    },
    {
      method: 'POST',
      path: /^\/issues$/u,
      needs: 'issues: write',
      reply({ repository, fullName, body, login }) {
        if (tooLong(body)) return LENGTH_REFUSED;
        const labels = Array.isArray(body['labels']) ? body['labels'].map(String) : [];
        const made: StubText = {
          id: nextId(repository.issues),
          login,
          title: textIn(body, 'title'),
          body: textIn(body, 'body'),
          state: 'open',
          labels,
        };
        repository.issues.push(made);
        return json(201, issueBody(fullName, made));
      },
    },
    {
      method: 'PATCH',
      path: /^\/issues\/(\d+)$/u,
      needs: 'issues: write',
      reply({ repository, fullName, subject, body }) {
        if (tooLong(body)) return LENGTH_REFUSED;
        const found = repository.issues.find(({ id }) => String(id) === subject);
        if (found === undefined) return refusal(404, 'Not Found');
        if (body['title'] !== undefined) found.title = textIn(body, 'title');
        if (body['body'] !== undefined) found.body = textIn(body, 'body');
        if (body['state'] !== undefined) found.state = body['state'] === 'closed' ? 'closed' : 'open';
        return json(200, issueBody(fullName, found));
      },
    },
  ];
}

const LENGTH_REFUSED = refusal(422, 'Validation Failed: body is too long (maximum is 65536 characters)');

function textIn(body: Asked['body'], name: string): string {
  const text = body[name];
  if (typeof text !== 'string') throw new TypeError(`${name} is no text`);
  return text;
}

function tooLong({ body }: Asked['body']): boolean {
  return typeof body === 'string' && body.length > LONGEST;
}
