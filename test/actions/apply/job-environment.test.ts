import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { craftedPlan, given } from '../../../bench/crafted-plan.ts';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { planCode, planDigest } from '../../../src/plan/digest.ts';
import { startGitHub } from '../../github/stub.ts';
import { world, type ActionRun } from '../harness.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const REQUEST_TOKEN = 'id-token-request-0123456789';
const PLACE = 'acme/models';
const PLAN = craftedPlan(2);
const CODE = planCode(PLAN.run, planDigest(PLAN));
const INPUTS = { ...given(PLAN), 'approval-environment': 'production', 'github-token': TOKEN };

/** A service that gives a job ID tokens with these claims, or answers by a status alone; the requests that came. */
async function idTokens(claims: object | number): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    if (typeof claims === 'number') response.writeHead(claims).end('{"message":"no"}');
    else response.end(JSON.stringify({ value: `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`, asked };
}

/** Applies an approved plan in a job whose ID token has these claims. */
async function applied(
  claims: object | number,
  comment: string,
  inputs: Readonly<Record<string, string>> = INPUTS,
): Promise<{ readonly seen: ActionRun; readonly asked: readonly string[] }> {
  const [{ run, emulator }, github, { url, asked }] = await Promise.all([
    world(),
    startGitHub(),
    idTokens(claims),
  ]);
  onTestFinished(() => github.close());
  moreVersions(emulator.metastore);
  github.addToken(TOKEN, ['actions: read']);
  github.addRun(PLACE, '4242');
  github.addEnvironment(PLACE, 'production', { reviewers: ['grace'], protectedBranches: true });
  github.review('4242', { login: 'grace', environments: ['production'], comment });
  const seen = await run(apply, inputs, {
    environment: {
      GITHUB_API_URL: github.url,
      GITHUB_SHA: PLAN.run.sha,
      ACTIONS_ID_TOKEN_REQUEST_URL: url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    secrets: [REQUEST_TOKEN],
  });
  return { seen, asked };
}

const JOB = { iss: 'https://token.actions.githubusercontent.com', sub: 'x', aud: 'y', repository: PLACE };
const elsewhere = (seen: ActionRun) =>
  seen.report.checks
    .flatMap(({ decision }) => decision?.findings ?? [])
    .filter(({ code }) => code === 'approval-elsewhere')
    .map(({ severity }) => severity);

test.each<[string, object | number, string, string, readonly string[]]>([
  ['in the environment', { ...JOB, environment: 'production' }, 'Ship it!', 'ok', []],
  ['in no environment', JOB, 'Ship it!', 'blocked', ['error']],
  ['in another one', { ...JOB, environment: 'staging' }, 'Ship it!', 'blocked', ['error']],
  ['in no environment, approved by the code', JOB, CODE, 'ok', ['note']],
  ['that gets no ID token', 403, 'Ship it!', 'ok', []],
  ["whose token is not one of GitHub's", { iss: 'x' }, 'Ship it!', 'ok', []],
])('a job %s', async (_, claims, comment, outcome, findings) => {
  const { seen, asked } = await applied(claims, comment);
  expect(seen.outputs['outcome'], seen.verdict).toBe(outcome);
  expect(elsewhere(seen)).toEqual(findings);
  expect(seen.after.models[PROD]?.aliases['Champion']).toBe(outcome === 'ok' ? 2 : 1);
  expect(asked).toEqual([`Bearer ${REQUEST_TOKEN} /token?api-version=2.0&audience=uc-promote`]);
});

test('no token is asked for where no approval of an environment is', async () => {
  const { seen, asked } = await applied(JOB, CODE, given(PLAN));
  expect(seen.outputs['outcome']).toBe('ok');
  expect(asked).toEqual([]);
});
