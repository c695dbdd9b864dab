import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepText } from '../../src/actions/parts/kept-text.ts';
import type { TextContent } from '../../src/domain/kept-text.ts';
import type { GitHub, TextPlace } from '../../src/github/port.ts';
import { textMarker } from '../../src/policy/kept-text.ts';
import { openedGitHub } from '../github/opened.ts';
import type { GitHubStub } from '../github/stub.ts';

const REPOSITORY = 'acme/models';
const PULL = 12;
const LABEL = 'uc-promote';
const RIGHTS = ['pull-requests: write', 'issues: write'];
const marker = textMarker('page', [REPOSITORY, 'prod.ml.fraud', 'Champion']);

interface Kind {
  readonly name: string;
  place(github: GitHub): TextPlace;
  texts(stub: GitHubStub): ReturnType<GitHubStub['issuesOf']>;
  say(text: string): TextContent;
}

const COMMENTS: Kind = {
  name: 'a comment',
  place: (github) => github.comments(REPOSITORY, PULL),
  texts: (stub) => stub.commentsOf(REPOSITORY, PULL),
  say: (text) => ({ body: `${marker}\n${text}`, isOpen: true }),
};
const ISSUES: Kind = {
  name: 'an issue',
  place: (github) => github.issues(REPOSITORY, LABEL),
  texts: (stub) => stub.issuesOf(REPOSITORY),
  say: (text) => ({ title: 'Aliases', body: `${marker}\n${text}`, isOpen: true }),
};
const KINDS = [COMMENTS, ISSUES];

function keep(github: GitHub, kind: Kind, content: TextContent, place = kind.place(github)) {
  return keepText(github, place, { marker, content });
}

/** Texts of ours that are open, the oldest first. */
function standing(stub: GitHubStub, kind: Kind): string[] {
  return kind
    .texts(stub)
    .filter(({ state, body }) => state === 'open' && body.startsWith(marker))
    .map(({ body }) => body.slice(marker.length + 1));
}

describe.each(KINDS)('$name', (kind) => {
  test('is created once, then edited in place, and left alone where it says so already', async () => {
    const { github, stub } = await openedGitHub(RIGHTS);
    const first = await keep(github, kind, kind.say('one'));
    expect(first.did).toBe('created');
    expect(first.page).toContain('https://github.com/acme/models/');
    expect(await keep(github, kind, kind.say('two'))).toEqual({ did: 'edited', page: first.page });
    expect(standing(stub, kind)).toEqual(['two']);
    stub.requests.splice(0);
    expect(await keep(github, kind, kind.say('two'))).toEqual({ did: 'kept', page: first.page });
    expect(stub.requests.filter((each) => !/^(?:GET|POST \/graphql)/u.test(each))).toEqual([]);
  });

  test('is found behind a hundred others, and what others wrote stays as it is', async () => {
    const { github, stub } = await openedGitHub(RIGHTS);
    const others = Array.from({ length: 150 }, (_, index) => ({
      id: index + 1,
      login: index % 2 === 0 ? 'mallory' : 'other[bot]',
      body: index % 3 === 0 ? `${marker}\nplanted` : `hello ${index}`,
      state: 'open' as const,
      labels: [LABEL],
    }));
    kind.texts(stub).push(...others.map((each) => ({ ...each })));
    await keep(github, kind, kind.say('one'));
    await keep(github, kind, kind.say('two'));
    expect(kind.texts(stub)).toHaveLength(151);
    expect(kind.texts(stub).slice(0, 150)).toEqual(others);
    expect(kind.texts(stub)[150]?.body).toBe(`${marker}\ntwo`);
  });

  test('is restored where somebody edited it, and created again where its first line is gone', async () => {
    const { github, stub } = await openedGitHub(RIGHTS);
    await keep(github, kind, kind.say('one'));
    const [ours] = kind.texts(stub);
    if (ours === undefined) throw new Error('nothing was created');
    ours.body = `${marker}\napproved by me`;
    expect((await keep(github, kind, kind.say('one'))).did).toBe('edited');
    expect(standing(stub, kind)).toEqual(['one']);
    ours.body = 'mine now';
    expect((await keep(github, kind, kind.say('one'))).did).toBe('created');
    expect(standing(stub, kind)).toEqual(['one']);
    expect(kind.texts(stub)[0]?.body).toBe('mine now');
  });

  test('a creation whose response is lost is found again, and not made twice', async () => {
    const { github, stub } = await openedGitHub(RIGHTS);
    stub.loseNext(/^POST \/repos/u);
    expect((await keep(github, kind, kind.say('one'))).did).toBe('created');
    expect(standing(stub, kind)).toEqual(['one']);
    expect(stub.requests.filter((each) => /^POST \/repos/u.test(each))).toHaveLength(1);
  });

  test('a creation that failed and is not there is an error, and not tried again', async () => {
    const { github, stub } = await openedGitHub(RIGHTS);
    const place = kind.place(github);
    const failing: TextPlace = {
      ...place,
      async create(content) {
        stub.failNext({ status: 502, body: '{"message":"bad gateway"}' });
        return place.create(content);
      },
    };
    await expect(keep(github, kind, kind.say('one'), failing)).rejects.toThrow('HTTP 502');
    expect(standing(stub, kind)).toEqual([]);
    expect(stub.requests.filter((each) => /^POST \/repos/u.test(each))).toHaveLength(1);
  });

  test('an edit whose response is lost is sent again', async () => {
    const { github, stub } = await openedGitHub(RIGHTS);
    await keep(github, kind, kind.say('one'));
    stub.loseNext(/^PATCH/u);
    expect((await keep(github, kind, kind.say('two'))).did).toBe('edited');
    expect(standing(stub, kind)).toEqual(['two']);
  });

  test('a token that GitHub does not name is that of a job', async () => {
    const { github, stub } = await openedGitHub(RIGHTS);
    const nameless = {
      ...github,
      async viewer() {
        stub.failNext({ status: 200, body: '{"data":null,"errors":[{"type":"FORBIDDEN","message":"no"}]}' });
        return github.viewer();
      },
    };
    for (const said of ['one', 'two'])
      await keepText(nameless, kind.place(github), { marker, content: kind.say(said) });
    expect(standing(stub, kind)).toEqual(['two']);
  });

  test('the token of a person: its texts are found by that login', async () => {
    const { github, stub } = await openedGitHub(RIGHTS, { login: 'Ada' });
    for (const said of ['one', 'two']) await keep(github, kind, kind.say(said));
    expect(standing(stub, kind)).toEqual(['two']);
  });

  test('the token of a person whom GitHub does not name: one text stays all the same', async () => {
    const { github, stub } = await openedGitHub(RIGHTS, { login: 'ada' });
    const nameless = {
      viewer() {
        stub.failNext({ status: 403, body: '{"message":"Resource not accessible by integration"}' });
        return github.viewer();
      },
    };
    for (const said of ['one', 'two', 'three'])
      await keepText(nameless, kind.place(github), { marker, content: kind.say(said) });
    expect(standing(stub, kind)).toEqual(['three']);
  });

  test('a token that may only read is refused, and what it needs is said', async () => {
    const { github, stub } = await openedGitHub(['pull-requests: read', 'issues: read']);
    await expect(keep(github, kind, kind.say('one'))).rejects.toThrow('HTTP 403');
    expect(kind.texts(stub)).toEqual([]);
  });

  test('whatever three runs do beside each other, one text stays, and says what one of them said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { github, stub } = await openedGitHub(RIGHTS);
        const runs = ['one', 'two', 'three'].map((said) =>
          keep(github, kind, kind.say(said), scheduled(kind.place(github), scheduler)),
        );
        await scheduler.waitFor(Promise.all(runs));
        expect(standing(stub, kind)).toHaveLength(1);
        expect(['one', 'two', 'three']).toContain(standing(stub, kind)[0]);
      }),
      { numRuns: 25 },
    );
  });

  test('a run that dies at any request, beside another one: the next one leaves one text, its own', async () => {
    for (let dies = 1; dies <= 5; dies += 1) {
      for (const when of ['before', 'after'] as const) {
        const { github, stub } = await openedGitHub(RIGHTS);
        const dying = keep(github, kind, kind.say('dying'), mortal(kind.place(github), dies, when));
        await Promise.allSettled([dying, keep(github, kind, kind.say('beside'))]);
        await keep(github, kind, kind.say('next'));
        expect(standing(stub, kind)).toEqual(['next']);
      }
    }
  });
});

test('an issue is closed when all is clean, stays so, and is opened again; a closed one is not made', async () => {
  const { github, stub } = await openedGitHub(RIGHTS);
  const clean = { ...ISSUES.say('clean'), isOpen: false };
  expect(await keep(github, ISSUES, clean)).toEqual({ did: 'none' });
  expect(stub.issuesOf(REPOSITORY)).toEqual([]);
  await keep(github, ISSUES, ISSUES.say('one finding'));
  expect((await keep(github, ISSUES, clean)).did).toBe('closed');
  expect(stub.issuesOf(REPOSITORY)).toMatchObject([
    { state: 'closed', body: `${marker}\nclean`, labels: [LABEL] },
  ]);
  expect((await keep(github, ISSUES, clean)).did).toBe('kept');
  expect((await keep(github, ISSUES, ISSUES.say('two findings'))).did).toBe('reopened');
  expect(stub.issuesOf(REPOSITORY)).toMatchObject([{ state: 'open', body: `${marker}\ntwo findings` }]);
});

test('an issue whose label a person removed is found by its author, and keeps the labels that people gave it', async () => {
  const { github, stub } = await openedGitHub(RIGHTS);
  await keep(github, ISSUES, ISSUES.say('one'));
  const [issue] = stub.issuesOf(REPOSITORY);
  issue?.labels.splice(0, 1, 'on-hold');
  expect((await keep(github, ISSUES, ISSUES.say('two'))).did).toBe('edited');
  expect(stub.issuesOf(REPOSITORY)).toMatchObject([{ labels: ['on-hold'] }]);
});

test('a pull request with our marker is no issue', async () => {
  const { github, stub } = await openedGitHub(RIGHTS);
  const pull = { id: 1, login: 'github-actions[bot]', body: `${marker}\nx`, labels: [LABEL] };
  stub.issuesOf(REPOSITORY).push({ ...pull, state: 'open', isPull: true });
  expect((await keep(github, ISSUES, ISSUES.say('one'))).did).toBe('created');
});

test('GraphQL of a GitHub Enterprise Server stands beside its REST API', async () => {
  const { github, stub } = await openedGitHub(RIGHTS, { path: '/api/v3' });
  await expect(github.viewer()).rejects.toThrow();
  expect(stub.requests).toContain('POST /api/graphql');
});

/** A place whose every request is sent when a scheduler says so. */
function scheduled(place: TextPlace, scheduler: fc.Scheduler): TextPlace {
  const at =
    <Asked extends unknown[], T>(call: (...asked: Asked) => Promise<T>) =>
    async (...asked: Asked): Promise<T> => {
      await scheduler.schedule(Promise.resolve());
      return call(...asked);
    };
  return {
    list: at(place.list),
    create: at(place.create),
    edit: at(place.edit),
    withdraw: at(place.withdraw),
  };
}

/** A place whose user dies at a request: before it is sent, or before its response arrives. */
function mortal(place: TextPlace, dies: number, when: 'before' | 'after'): TextPlace {
  let count = 0;
  const at =
    <Asked extends unknown[], T>(call: (...asked: Asked) => Promise<T>) =>
    async (...asked: Asked): Promise<T> => {
      count += 1;
      const isLast = count >= dies;
      if (isLast && when === 'before') throw new Error('dead');
      const result = await call(...asked);
      if (isLast) throw new Error('dead');
      return result;
    };
  return {
    list: at(place.list),
    create: at(place.create),
    edit: at(place.edit),
    withdraw: at(place.withdraw),
  };
}
