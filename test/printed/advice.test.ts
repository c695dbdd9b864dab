import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entraAdvice, federationAdvice, type RefusedIdToken } from '../../src/auth/refusal-advice.ts';
import type { Advice } from '../../src/domain/errors.ts';
import { code } from '../../src/report/document.ts';
import { cliRequest } from './databricks-cli.ts';
import { shownTexts } from './judge.ts';
import { HOSTILE_PRINCIPALS, texts } from './names.ts';
import { shellCalls } from './shell.ts';

const HOST = 'adb-123.4.azuredatabricks.net';
const CLIENT = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';

function refused(subject: string, clientId?: string): RefusedIdToken {
  return {
    claims: { issuer: `https://issuer/${subject}`, subject, audiences: [subject, `https://${HOST}/oidc`] },
    defaultAudiences: [],
    repository: {},
    origin: `https://${HOST}`,
    ...(clientId === undefined ? {} : { clientId }),
  };
}

/** What a shell calls for the printed commands, as they are shown. */
async function callsOf(advice: readonly (readonly Advice[])[]): Promise<string[][][]> {
  const commands = advice.map((each) =>
    each.flatMap((part) => (part.kind === 'command' ? [part.text] : [])).join('\n'),
  );
  const shown = shownTexts(commands.map((text) => code('shell', text)));
  return shellCalls(shown, { WORKSPACE_HOST: HOST });
}

async function expectSaid(subjects: readonly string[]): Promise<void> {
  const policies = await callsOf(subjects.map((subject) => federationAdvice(refused(subject, CLIENT))));
  const ofAccount = await callsOf(subjects.map((subject) => federationAdvice(refused(subject))));
  const credentials = await callsOf(subjects.map((subject) => entraAdvice(refused(subject, CLIENT))));
  for (const [index, subject] of subjects.entries()) {
    const { issuer, audiences } = refused(subject).claims;
    const [list = [], create = [], ...more] = policies[index] ?? [];
    expect(cliRequest(list).query).toEqual({ filter: `applicationId eq "${CLIENT}"` });
    expect(cliRequest(create).body).toEqual({ oidc_policy: { issuer, audiences, subject } });
    expect(more).toEqual([]);
    const [account = []] = ofAccount[index] ?? [];
    expect(cliRequest(account).body).toEqual({ oidc_policy: { issuer, audiences, subject_claim: 'sub' } });
    const [az = []] = credentials[index] ?? [];
    expect(az.slice(0, -1)).toEqual([
      'az',
      'ad',
      'app',
      'federated-credential',
      'create',
      '--id',
      CLIENT,
      '--parameters',
    ]);
    expect(JSON.parse(az.at(-1) ?? '')).toEqual({ name: 'github-actions', issuer, subject, audiences });
  }
}

test('a policy has the claims as they were sent, whatever is in them', async () => {
  await expectSaid(HOSTILE_PRINCIPALS);
}, 60_000);

test('so for any claims', async () => {
  await fc.assert(fc.asyncProperty(fc.array(texts, { minLength: 20, maxLength: 20 }), expectSaid), {
    numRuns: 3,
    endOnFailure: true,
  });
}, 60_000);

test.each(['-x', 'a b', '', "a';b", `${CLIENT} `, `"${CLIENT}"`])(
  'the application id %j, which no word of a command holds, is not printed as another one',
  async (clientId) => {
    const [policy, credential] = await callsOf([
      federationAdvice(refused('repo:acme/models', clientId)),
      entraAdvice(refused('repo:acme/models', clientId)),
    ]);
    expect(cliRequest(policy?.[0] ?? []).query).toEqual({ filter: 'applicationId eq "CLIENT_ID"' });
    expect(credential?.[0]?.slice(5, 7)).toEqual(['--id', 'CLIENT_ID']);
  },
);

const GITHUB = 'https://token.actions.githubusercontent.com';

/** A refused token of a job of github.com. */
function ofJob(workflowRef: string, claims: Partial<RefusedIdToken['claims']> = {}): RefusedIdToken {
  const subject = 'repo:acme/models:environment:production';
  return {
    claims: { issuer: GITHUB, subject, audiences: ['a'], repository: 'acme/models', workflowRef, ...claims },
    defaultAudiences: [],
    repository: {},
    clientId: CLIENT,
  };
}

test('the subject is bound to the workflow by two commands, whatever its name is', async () => {
  const refs = ['acme/models/.github/workflows/promote.yml@refs/heads/main', ...HOSTILE_PRINCIPALS];
  const calls = await callsOf(refs.map((ref) => federationAdvice(ofJob(ref))));
  for (const [index, ref] of refs.entries()) {
    const [, , put = [], list = [], create = [], ...more] = calls[index] ?? [];
    const keys = ['repo', 'context', 'job_workflow_ref'].flatMap((key) => [
      '-f',
      `include_claim_keys[]=${key}`,
    ]);
    const path = 'repos/acme/models/actions/oidc/customization/sub';
    expect(put).toEqual(['gh', 'api', '--method', 'PUT', path, '-F', 'use_default=false', ...keys]);
    expect(cliRequest(list).query).toEqual({ filter: `applicationId eq "${CLIENT}"` });
    expect(cliRequest(create).body).toEqual({
      oidc_policy: {
        issuer: GITHUB,
        audiences: ['a'],
        subject: `repo:acme/models:environment:production:job_workflow_ref:${ref}`,
      },
    });
    expect(more).toEqual([]);
  }
}, 60_000);

test.each<[string, Partial<RefusedIdToken['claims']>]>([
  ['a server of one’s own', { issuer: 'https://github.example.com/_services/token' }],
  ['GitLab', { issuer: 'https://gitlab.example.com', subject: 'project_path:acme/models' }],
  ['a subject that has the workflow', { subject: 'repo:acme/models:ref:r:job_workflow_ref:x' }],
  ['a repository whose name is part of no path', { repository: 'acme/models/../other' }],
  ['a repository of dots', { repository: 'acme/..' }],
  ['a repository that is a flag', { repository: '-X/models' }],
])('nothing is bound for %s', async (_title, claims) => {
  const [calls = []] = await callsOf([federationAdvice(ofJob('acme/models/x.yml@r', claims))]);
  expect(calls.map(([program]) => program)).toEqual(['databricks', 'databricks']);
});
