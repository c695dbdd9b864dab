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
