import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readEvent, readRepositoryEvent } from '../../../src/runtime/event.ts';
import { check, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import { preparePackages } from '../harness/packages.ts';
import type { PeerContext } from '../harness/script.ts';

const kinds = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }));

/** Addresses that an event names: the judge reads nothing but these. */
const addresses = z.looseObject({
  pull_request: z.looseObject({ comments_url: z.string() }).optional(),
  issue: z.looseObject({ comments_url: z.string(), pull_request: z.looseObject({}).nullish() }).optional(),
  sender: z.looseObject({ html_url: z.string(), type: z.string() }).nullish(),
});

/** Kinds of events that start a workflow and are about a pull request (GitHub documentation, events that trigger workflows). */
const ABOUT_PULLS = /^pull_request(?:_review|_review_comment|_review_thread)?$/u;

/** Real events, as GitHub sent them to others, are the event of a run: what we read of each is judged by the addresses in it. */
export async function* eventFiles({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('events')) return;
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable('events', packages);
    return;
  }
  const root = join(packages.folder, '@octokit/webhooks-examples');
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-events-'));
  try {
    const servers = (await readdir(root, { withFileTypes: true })).filter((each) => each.isDirectory());
    for (const { name: server } of servers) {
      yield await check(`events: every kind of event of ${server}`, async () => {
        const all = kinds.parse(JSON.parse(await readFile(join(root, server, 'index.json'), 'utf8')));
        const seen = { events: 0, people: 0, apps: 0, others: 0, nobody: 0, pulls: 0 };
        for (const { name, examples } of all) {
          for (const [index, example] of examples.entries()) {
            const about = `${name} ${index}`;
            const path = join(folder, 'event.json');
            await writeFile(path, JSON.stringify(example));
            const read = await readEvent({ GITHUB_EVENT_PATH: path });
            if (typeof read === 'string') throw new Error(`${about}: ${read}`);
            const { sender, pull } = expectedOf(name, example);
            same(read.sender ?? null, sender, `sender of ${about}`);
            same(read.pull ?? null, pull, `pull request of ${about}`);
            const state = await readRepositoryEvent({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path });
            same(
              state?.kind === 'other' ? null : (state ?? null),
              stateOf(name, example),
              `state of ${about}`,
            );
            seen.events += 1;
            seen[sender === null ? 'nobody' : COUNTED[sender.kind]] += 1;
            if (pull !== null) seen.pulls += 1;
          }
        }
        if (seen.pulls === 0 || seen.people === 0) throw new Error('nobody and nothing was seen');
        return Object.entries(seen)
          .map(([what, count]) => `${count} ${what}`)
          .join(', ');
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const COUNTED = { person: 'people', app: 'apps', unknown: 'others' } as const;

interface Expected {
  readonly sender: { readonly login: string; readonly kind: keyof typeof COUNTED } | null;
  readonly pull: number | null;
}

/** Who and which pull request, by addresses: `/ada`, `/apps/renovate` (`/github-apps/renovate` of a server), `/repos/acme/models/issues/7/comments`. */
function expectedOf(name: string, example: unknown): Expected {
  const { pull_request: own, issue, sender } = addresses.parse(example);
  // Where its comments are kept, which is what the number is for.
  const kept = own ?? (issue?.pull_request == null ? undefined : issue);
  const number = /\/issues\/(\d+)\/comments$/u.exec(kept?.comments_url ?? '')?.[1];
  if (ABOUT_PULLS.test(name) && number === undefined) throw new Error(`${name} without a pull request`);
  const pull = number === undefined ? null : Number(number);
  if (sender == null) return { sender: null, pull };
  const [place = '', app] = new URL(sender.html_url).pathname.slice(1).split('/');
  if (place === 'apps' || place === 'github-apps')
    return { sender: { login: `${app}[bot]`, kind: 'app' }, pull };
  // The address of an organization is like that of a person.
  return { sender: { login: place, kind: sender.type === 'User' ? 'person' : 'unknown' }, pull };
}

/** Addresses of commits: `/acme/models/compare/<before>...<after>`, `/repos/acme/models/statuses/<head>`. */
const commits = z.looseObject({
  compare: z.string().optional(),
  ref: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  repository: z.looseObject({ default_branch: z.string(), html_url: z.string() }).optional(),
  pull_request: z
    .looseObject({
      statuses_url: z.string(),
      base: z.looseObject({ sha: z.string(), label: z.string() }),
      head: z.looseObject({ repo: z.looseObject({ html_url: z.string() }).nullable() }),
    })
    .optional(),
});

/** Which state of the repository followed which, by addresses. */
function stateOf(name: string, example: unknown): unknown {
  const { compare, ref = '', before, after, repository, pull_request: pull } = commits.parse(example);
  if (name === 'push') {
    // `first^...last` is of a branch that began or ended: its first commit stands for the one before it.
    const [, from = '', to = ''] = /\/([0-9a-f]+)\.\.\.([0-9a-f]+)$/u.exec(compare ?? '') ?? [];
    if (!(before?.startsWith(from) === true && after?.startsWith(to) === true))
      throw new Error(`${compare} does not name ${before} and ${after}`);
    const branch = /^refs\/heads\/(.+)$/u.exec(ref)?.[1];
    return {
      kind: 'push',
      branch: branch ?? ref,
      isDefaultBranch: branch === repository?.default_branch,
      ...(before === ZERO ? {} : { before }),
      after,
    };
  }
  if (name !== 'pull_request' || pull === undefined) return null;
  return {
    kind: 'pull-request',
    number: expectedOf(name, example).pull,
    base: pull.base.sha,
    head: pull.statuses_url.split('/').at(-1),
    isFromFork: pull.head.repo?.html_url !== repository?.html_url,
  };
}

const ZERO = '0'.repeat(40);
