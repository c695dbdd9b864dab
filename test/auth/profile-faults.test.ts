import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { readProfile } from '../../src/auth/profile.ts';
import { world } from '../actions/harness.ts';

const SECRET = 'dapi-secret-of-the-profile';

const good = `[DEFAULT]\nhost = https://x.example\n[prod]\nhost = https://y.example\ntoken = ${SECRET}\n`;

test.each([
  ['UTF-16', Buffer.from(`\uFEFF${good}`, 'utf16le'), 'its file is in UTF-16', 'Write the file in UTF-8'],
  ['UTF-16 without a mark', Buffer.from(good, 'utf16le'), 'its file is in UTF-16', 'in UTF-8'],
  [
    'a colon',
    `[prod]\nhost: https://y.example/?o=1\ntoken = ${SECRET}\n`,
    'line 2 of its file has a colon after host',
    'Write host = ',
  ],
  [
    'a colon at the token',
    `[prod]\nhost = https://y.example\ntoken: ${SECRET}\n`,
    'line 3 of its file has a colon after token',
    'Write token = ',
  ],
  [
    'a value alone',
    `[prod]\nhost = https://y.example\n${SECRET}\n`,
    'line 3 of its file is no "key = value"',
    'Each line of a profile',
  ],
  [
    'a bracket that is not closed',
    `[prod\nhost = https://y.example\ntoken = ${SECRET}\n`,
    'line 1 of its file begins with [',
    'in brackets',
  ],
  ['JSON', `{"prod": {"token": "${SECRET}"}}`, 'there is no profile "prod"', 'Name one that the file has'],
] as const)(
  'a profile file with %s: invalid, with the line and what to write',
  async (_what, text, said, fix) => {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-profile-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'databrickscfg');
    await writeFile(file, text);
    const { run } = await world();
    const environment = { DATABRICKS_TOKEN: '', DATABRICKS_HOST: '', DATABRICKS_CONFIG_FILE: file };
    const seen = await run(checkConnection, { profile: 'prod' }, { environment, secrets: [SECRET] });
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(seen.report.error?.message).toContain(`profile: ${said}`);
    expect(JSON.stringify([seen.log, seen.annotations])).toContain(fix);
    expect(JSON.stringify(seen)).not.toContain(SECRET);
  },
);

test('what is wrong in another profile is no matter of this one', async () => {
  const text = `[other]\nhost: x\nnonsense\n${good}`;
  expect(Object.fromEntries(await readProfile(text, 'prod'))).toEqual({
    host: 'https://y.example',
    token: SECRET,
  });
});
