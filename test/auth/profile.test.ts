import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readProfile } from '../../src/auth/profile.ts';
import { PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { refusal } from '../http/client-bench.ts';
import { emulator, open, principalOf } from './sign-in-bench.ts';

async function home(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-profile-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, '.databrickscfg'), text);
  return folder;
}

test('a named profile completes what is not given, and its secrets are masked', async () => {
  const host = await emulator();
  const secret = host.metastore.addSecret(PROMOTER);
  const HOME = await home(
    `; made by hand\n[DEFAULT]\ntoken = other\n\n[prod]\nhost = ${host.url}\nclient_id = ${PROMOTER}\nclient_secret = ${secret}\n`,
  );
  const { signIn, seen } = await open({ HOME, INPUT_PROFILE: 'prod' });
  expect([signIn.method, principalOf(host, await signIn.headers())]).toEqual(['oauth-m2m', PROMOTER]);
  expect(seen.masked).toContain(secret);
});

test.each([
  ['a#b;c', 'a#b;c'],
  ['a#b # made by hand', 'a#b'],
  ['a;b\t; made by hand', 'a;b'],
  ['C:\\new\\#1', 'C:\\new\\#1'],
  ['"quoted #1" ', 'quoted #1'],
  ['a=b', 'a=b'],
])('the value %s: a comment begins after white space only', (written, value) => {
  const profile = readProfile(`[prod]\r\n  token = ${written}\r\nhost=h\r\n`, 'prod');
  expect(Object.fromEntries(profile)).toEqual({ token: value, host: 'h' });
});

/** What the SDK of Go 0.90.0 and that of Python 0.162.0 both read, each tried with the real one. */
test.each([
  ['token: a', 'a'],
  ['token:a', 'a'],
  ['token : a', 'a'],
  ['token: a=b', 'a=b'],
  ['token = a:b=c', 'a:b=c'],
  ['token = https://h:443/?o=1', 'https://h:443/?o=1'],
  ['token: https://h:443/?o=1', 'https://h:443/?o=1'],
  ['token\t=\ta', 'a'],
  ['token =', ''],
  ['token:', ''],
  ['token = null', 'null'],
  ['token = true', 'true'],
  ['token = #a', '#a'],
  ['token = ;a', ';a'],
  ['token = a  b', 'a  b'],
  ["token = it's", "it's"],
  ['token = "a"b', '"a"b'],
  ['token = "a', '"a'],
  ['token = {"a":1}', '{"a":1}'],
  ['token = C:\\new\\x', 'C:\\new\\x'],
  ['token = %(x)s', '%(x)s'],
])('the line %s, as the SDKs read it', (line, value) => {
  expect(Object.fromEntries(readProfile(`[prod]\n${line}\nhost = h\n`, 'prod'))).toEqual({
    token: value,
    host: 'h',
  });
});

/** What the SDK of Go reads alone: values in quotes, keys in quotes, a comment after a value, lines above every name. */
test.each([
  ["[prod]\ntoken = 'a'", 'prod', 'a'],
  ['[prod]\ntoken = "a" # c', 'prod', 'a'],
  ['[prod]\ntoken = "a:b" ; c', 'prod', 'a:b'],
  ['[prod]\ntoken = `a`', 'prod', 'a'],
  ['[prod]\ntoken = """a"""', 'prod', 'a'],
  ['[prod]\ntoken = "a\\nb"', 'prod', 'a\\nb'],
  ['[prod]\ntoken = ""', 'prod', ''],
  ['[prod]\n"token" = a', 'prod', 'a'],
  ['[prod]\n`token`: a', 'prod', 'a'],
  ['[prod] # the new one\ntoken = a', 'prod', 'a'],
  ['[prod]\nhost = h\n[prod]\ntoken = a', 'prod', 'a'],
  ['[prod]\ntoken = b\ntoken: a', 'prod', 'a'],
  ['token = a\n[prod]\ntoken = b', 'DEFAULT', 'a'],
])('%j, profile %s', (text, name, value) => {
  expect(readProfile(`${text}\n`, name).get('token')).toBe(value);
});

test('a key in capitals is the same key, as for Python', () => {
  expect(Object.fromEntries(readProfile('[prod]\nHOST = h\n', 'prod'))).toEqual({ host: 'h' });
});

test('a profile whose name or keys have dots and brackets', () => {
  const text = '[prod.eu]\na.b = 1\na[] = 2\n[prod]\nhost = h\n[prod.eu.x]\nhost = i\n';
  expect(Object.fromEntries(readProfile(text, 'prod.eu'))).toEqual({ 'a.b': '1', 'a[]': '2' });
  expect(Object.fromEntries(readProfile(text, 'prod'))).toEqual({ host: 'h' });
});

test('an input stands before the profile', async () => {
  const host = await emulator();
  const HOME = await home(`[prod.eu]\nhost = https://no-such-workspace.invalid\ntoken = emulator-reader\n`);
  const variables = { HOME, DATABRICKS_CONFIG_PROFILE: 'prod.eu', INPUT_HOST: host.url };
  const { signIn } = await open({ ...variables, INPUT_TOKEN: 'emulator-promoter' });
  expect(await signIn.headers()).toEqual({ authorization: 'Bearer emulator-promoter' });
  expect(principalOf(host, await (await open(variables)).signIn.headers())).toBe('grace@example.com');
});

test.each([
  ['nobody', 'the file has no profile "nobody".', 'Name one of its profiles: DEFAULT, prod.'],
  [
    '__settings__',
    'the file has no profile "__settings__" (the section of that name holds settings).',
    'Name one of its profiles: DEFAULT, prod.',
  ],
  ['__proto__', 'the file has no profile "__proto__".', 'Name one of its profiles: DEFAULT, prod.'],
])('the profile %s is refused', async (name, problem, fix) => {
  const HOME = await home(
    '[DEFAULT]\ntoken = a\n[prod]\ntoken = b\n[__settings__]\ndefault_profile = prod\n',
  );
  const error = await refusal(open({ HOME, INPUT_PROFILE: name }));
  expect(error).toMatchObject({ outcome: 'invalid', faults: [{ input: 'profile', problem, fix }] });
});

test('a file that is not there', async () => {
  const error = await refusal(open({ INPUT_PROFILE: 'x', DATABRICKS_CONFIG_FILE: '/nowhere/cfg' }));
  expect(error).toMatchObject({ outcome: 'invalid', code: 'invalid-input' });
});

test('a profile without a host names the input that is missing', async () => {
  const HOME = await home('[prod]\ntoken = b\n');
  expect(await refusal(open({ HOME, INPUT_PROFILE: 'prod' }))).toMatchObject({
    faults: [{ input: 'host', problem: 'it is missing.' }],
  });
});
