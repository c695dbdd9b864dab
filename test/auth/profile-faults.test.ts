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
  [
    'UTF-16',
    Buffer.from(`\uFEFF${good}`, 'utf16le'),
    'the file is encoded in UTF-16',
    'Write the file in UTF-8',
  ],
  ['UTF-16 without a mark', Buffer.from(good, 'utf16le'), 'the file is encoded in UTF-16', 'in UTF-8'],
  [
    'a value that goes on in the next line',
    `[prod]\nhost = https://y.example\ntoken = ${SECRET}\\\n`,
    'line 3 of the file ends with a backslash',
    'Write the whole value on one line',
  ],
  [
    'a sign without a key',
    `[prod]\nhost = https://y.example\n: ${SECRET}\n`,
    'line 3 of the file is not "key = value"',
    'Each line of a profile',
  ],
  [
    'a value alone',
    `[prod]\nhost = https://y.example\n${SECRET}\n`,
    'line 3 of the file is not "key = value"',
    'Each line of a profile',
  ],
  [
    'a bracket that is not closed',
    `[prod\nhost = https://y.example\ntoken = ${SECRET}\n`,
    'line 1 of the file begins with [',
    'in brackets',
  ],
  ['JSON', `{"prod": {"token": "${SECRET}"}}`, 'the file has no profile "prod"', 'Name one of its profiles'],
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
    expect(seen.report.error?.message).toContain(`Input \`profile\`: ${said}`);
    expect(JSON.stringify([seen.log, seen.annotations])).toContain(fix);
    expect(JSON.stringify(seen)).not.toContain(SECRET);
  },
);

test.each([
  ['[__settings__]\ndefault_profile = a\n', '; it has none.'],
  ['[a]\nhost = x\n[b]\n', ': a, b.'],
  ['token = b\n[a]\n', ': DEFAULT, a.'],
  ['', '; it has none.'],
])('the names of profiles that a file has: %j', (text, names) => {
  const problem = 'the file has no profile "none".';
  const fix = `Name one of its profiles${names}`;
  const faults = [{ input: 'profile', problem, fix }];
  expect(() => readProfile(text, 'none')).toThrow(
    expect.objectContaining({ details: { code: 'invalid-input', outcome: 'invalid', faults, fix } }),
  );
});

test('what is wrong in another profile is no matter of this one', () => {
  const text = `[other]\nhost: x\nnonsense\n${good}`;
  expect(Object.fromEntries(readProfile(text, 'prod'))).toEqual({
    host: 'https://y.example',
    token: SECRET,
  });
});
