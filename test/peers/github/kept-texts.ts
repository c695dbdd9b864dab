import { keepText } from '../../../src/actions/parts/kept-text.ts';
import { PromoteError } from '../../../src/domain/errors.ts';
import type { GitHub, TextPlace } from '../../../src/github/port.ts';
import { textMarker } from '../../../src/policy/kept-text.ts';
import { clientOf } from '../../github/opened.ts';
import type { GitHubStub } from '../../github/stub.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';

const PLACE = 'acme/models';
const PULL = 12;
const LABEL = 'uc-promote';
const TOKEN = 'ghs_0123456789klmnopqrst';
const AUTHOR = 'github-actions[bot]';
const MARKER = textMarker('page', ['models']);

/** The texts that GitHub keeps for us, through a proxy that refuses what GitHub's description does not allow. */
export async function* keptTextsThroughProxy(stub: GitHubStub, url: string): AsyncGenerator<CaseResult> {
  stub.addToken(TOKEN, ['pull-requests: write', 'issues: write']);
  stub.reachedAt(url);
  const { github, close } = await clientOf(url, TOKEN);
  const viewer = { viewer: async () => AUTHOR };
  const keep = (place: TextPlace, body: string, isOpen = true, title?: string) =>
    keepText(viewer, place, {
      marker: MARKER,
      content: { body: `${MARKER}\n${body}`, isOpen, ...(title === undefined ? {} : { title }) },
    });
  const dids = async (steps: readonly Promise<{ did: string }>[]) =>
    (await Promise.all(steps)).map(({ did }) => did);
  try {
    yield await check('github: a comment is listed over pages, created, edited and deleted', async () => {
      const others = Array.from({ length: 120 }, (_, index) => ({
        id: index + 1,
        login: 'ada',
        body: 'hello',
      }));
      stub
        .commentsOf(PLACE, PULL)
        .push(...others.map((each) => ({ ...each, state: 'open' as const, labels: [] })));
      stub.commentsOf(PLACE, PULL).push({ id: 500, login: null, body: MARKER, state: 'open', labels: [] });
      const place = github.comments(PLACE, PULL);
      same(await dids([keep(place, 'one')]), ['created'], 'first');
      same(await dids([keep(place, 'two')]), ['edited'], 'second');
      const [mine] = (await place.list(AUTHOR)).filter(({ author }) => author.login === AUTHOR);
      same(mine?.body, `${MARKER}\ntwo`, 'text');
      await place.withdraw(mine?.id ?? 0);
      same((await place.list(AUTHOR)).length, 121, 'comments that are left');
      return '121 comments of others';
    });
    yield await check('github: two runs at once leave one comment', async () => {
      const place = github.comments(PLACE, 13);
      await dids([keep(place, 'one'), keep(place, 'two'), keep(place, 'three')]);
      same(stub.commentsOf(PLACE, 13).length, 1, 'comments');
      return '';
    });
    yield await check(
      'github: an issue is opened, edited, closed, opened again, found without its label',
      async () => {
        const place = github.issues(PLACE, LABEL);
        same(await dids([keep(place, 'one', true, 'Aliases')]), ['created'], 'first');
        same(await dids([keep(place, 'two', true, 'Aliases')]), ['edited'], 'second');
        stub.issuesOf(PLACE)[0]?.labels.splice(0);
        same(await dids([keep(place, 'clean', false, 'Aliases')]), ['closed'], 'third');
        same(await dids([keep(place, 'three', true, 'Aliases')]), ['reopened'], 'fourth');
        await place.withdraw(stub.issuesOf(PLACE)[0]?.id ?? 0);
        same(
          stub.issuesOf(PLACE).map(({ state }) => state),
          ['closed'],
          'issues',
        );
        return '';
      },
    );
    yield await check(
      'github: the proxy can refuse each of these: a response without what it requires',
      async () => {
        const content = { body: MARKER, title: 'x', isOpen: true };
        const calls: readonly ((its: GitHub) => Promise<unknown>)[] = [
          (its) => its.comments(PLACE, PULL).list(AUTHOR),
          (its) => its.comments(PLACE, PULL).create(content),
          (its) => its.comments(PLACE, PULL).edit(1, content),
          (its) => its.issues(PLACE, LABEL).list(AUTHOR),
          (its) => its.issues(PLACE, LABEL).create(content),
          (its) => its.issues(PLACE, LABEL).edit(1, content),
        ];
        for (const [index, call] of calls.entries()) {
          const bare = { status: index % 3 === 1 ? 201 : 200, body: index % 3 === 0 ? '[{}]' : '{}' };
          stub.failNext(...Array.from({ length: 16 }, () => bare));
          const error: unknown = await call(github).catch((thrown: unknown) => thrown);
          stub.failNone();
          if (!(error instanceof PromoteError)) throw new Error(`call ${index} passed`);
          same(error.details.httpStatus, 500, `status of call ${index}`);
        }
        return `${calls.length} calls`;
      },
    );
  } finally {
    await close();
  }
}
