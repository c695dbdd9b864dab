import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { startGitHub, type GitHubStub } from '../github/stub.ts';
import { hostileText } from '../report/arbitrary-document.ts';
import { HOSTILE } from '../report/hostile.ts';
import { expectHarmless } from './harmless.ts';
import { removeJobs, runJob, type SeenJob } from './run-job.ts';

afterAll(removeJobs);

const TOKEN = 'ghs_0123456789abcdefghij';
/** All that is masked, in the order in which it is. */
const SECRETS = [TOKEN, 'emulator-promoter'];
const HEAD = 'a'.repeat(40);
const MERGE = 'b'.repeat(40);
const ACTIONS = [gateOnGrants, promote] as const;

/** Runs an action that asks a GitHub where strangers wrote, as `actor`. */
async function judged(
  action: (typeof ACTIONS)[number],
  prepare: (github: GitHubStub) => void,
  actor = 'ada',
  approval: Readonly<Record<string, string>> = { 'approval-environment': 'production' },
): Promise<SeenJob> {
  const [emulator, github] = await Promise.all([startEmulator({ seed: 'demo' }), startGitHub()]);
  try {
    github.addRun('acme/models', '4242');
    github.addToken(TOKEN, ['actions: read', 'pull-requests: read', 'contents: read']);
    prepare(github);
    const inputs = {
      source: `models:/${STAGING}/1`,
      destination: PROD,
      'require-distinct': 'trainer != approver\nrequester != approver',
      'github-token': TOKEN,
      ...approval,
    };
    return await runJob(emulator, action, inputs, {
      INPUT_REGISTRY: 'databricks',
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/models',
      GITHUB_RUN_ID: '4242',
      GITHUB_SHA: MERGE,
      GITHUB_ACTOR: actor,
    });
  } finally {
    await Promise.all([emulator.close(), github.close()]);
  }
}

function expectJudged(
  seen: SeenJob,
  action: (typeof ACTIONS)[number],
  wanted: 'blocked' | 'unavailable',
): void {
  expectHarmless(seen, action, SECRETS);
  expect([seen.outputs['outcome'], seen.outputs['allowed']]).toEqual([wanted, 'false']);
  expect(seen.printed.replaceAll(`::add-mask::${TOKEN}`, '')).not.toContain(TOKEN);
  expect(seen.report).not.toContain(TOKEN);
}

describe.each(ACTIONS.map((action) => [action.name, action] as const))('%s', (_name, action) => {
  test('no login, comment or environment becomes a command, an output, a mask or a verdict', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileText, fc.constantFrom(...HOSTILE)), async (text) => {
        const seen = await judged(
          action,
          (github) => {
            const login = `x${text}`;
            github.review('4242', { login, comment: text, environments: ['production', text] });
            github.review('4242', { login, comment: text, environments: [text], type: 'Bot' });
            const reviewers = [login, { team: login }];
            github.addEnvironment('acme/models', 'production', { reviewers });
          },
          `a${text}`.replaceAll('\0', ''),
        );
        expectJudged(seen, action, 'blocked');
        expect(Object.keys(JSON.parse(seen.outputs['roles'] ?? '') as object)).toContain('approver');
      }),
      { numRuns: 4, examples: [[HOSTILE.join('\n')]] },
    );
  }, 60_000);

  test('nor does what strangers wrote into a pull request', async () => {
    for (const text of [...HOSTILE, HOSTILE.join('\n')]) {
      for (const base of ['main', text]) {
        const seen = await judged(
          action,
          (github) => {
            const reviews = [
              { login: text },
              { login: `${text}x`, state: text },
              { login: 'ken', commit: text },
            ];
            github.addPull('acme/models', {
              number: 12,
              author: text,
              head: HEAD,
              mergeCommit: MERGE,
              base,
              reviews,
            });
            github.addCommit('acme/models', HEAD, { author: `a${text}` });
            github.permit('acme/models', text, text);
          },
          'ada',
          { 'approval-review': 'true' },
        );
        expectJudged(seen, action, 'blocked');
      }
    }
  }, 120_000);

  test('nor does a message of GitHub', async () => {
    const message = HOSTILE.join('\n');
    for (const [status, wanted] of [
      [403, 'blocked'],
      [404, 'blocked'],
      [418, 'error'],
      [501, 'unavailable'],
    ] as const) {
      const seen = await judged(action, (github) => {
        github.failNext({ status, body: JSON.stringify({ message }) });
      });
      expectHarmless(seen, action, SECRETS);
      expect([status, seen.outputs['outcome']]).toEqual([status, wanted]);
    }
  }, 30_000);

  test('a long text in each field of many reviews neither ends the run nor floods the log', async () => {
    const text = '%0A::error::'.repeat(1_000);
    const seen = await judged(action, (github) => {
      for (let index = 0; index < 20; index += 1) {
        github.review('4242', { login: text, comment: text, environments: ['production', text] });
      }
    });
    expectHarmless(seen, action, SECRETS);
    expect(seen.printed.length).toBeLessThan(400_000);
    expect(Buffer.byteLength(seen.summary)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(seen.outputs['roles'] ?? '')).toBeLessThan(1024 * 1024);
  }, 30_000);
});
