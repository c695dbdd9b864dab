import { describe, expect, test } from 'vitest';
import { setAlias } from '../../src/actions/set-alias.ts';
import { Redactor } from '../../src/runtime/redactor.ts';
import { world } from '../actions/harness.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';

const WORKSPACE = 'https://adb-123.4.azuredatabricks.net';

function hiding(...hosts: string[]): (text: string) => string {
  const withheld = new Redactor();
  for (const host of hosts) withheld.addHost(host);
  return (text) => withheld.hide(text);
}

describe('a host that is withheld', () => {
  test.each([
    [`for ${WORKSPACE}.`, 'for (host).'],
    [`${WORKSPACE}/oidc/v1/token`, '(host)/oidc/v1/token'],
    ['ENOTFOUND adb-123.4.azuredatabricks.net', 'ENOTFOUND (host)'],
    ['ADB-123.4.AzureDatabricks.net:443 refused', '(host) refused'],
    ['next=https%3A%2F%2Fadb-123.4.azuredatabricks.net%2Flogin', 'next=https%3A%2F%2F(host)%2Flogin'],
    [String.raw`{"note":"see\nadb-123.4.azuredatabricks.net"}`, String.raw`{"note":"see\n(host)"}`],
    [String.raw`"\u200badb-123.4.azuredatabricks.net\U0001f600"`, String.raw`"\u200b(host)\U0001f600"`],
    ['?name=see%0Aadb-123.4.azuredatabricks.net', '?name=see%0A(host)'],
    ['http://adb-123.4.azuredatabricks.net and adb-123.4.azuredatabricks.net', '(host) and (host)'],
    ['adb-123.4.azuredatabricks.net.evil.example', 'adb-123.4.azuredatabricks.net.evil.example'],
    ['xadb-123.4.azuredatabricks.net', 'xadb-123.4.azuredatabricks.net'],
    ['adb-123x4.azuredatabricks.net', 'adb-123x4.azuredatabricks.net'],
    ['azuredatabricks.net', 'azuredatabricks.net'],
  ])('%s', (text, shown) => {
    expect(hiding(WORKSPACE)(text)).toBe(shown);
  });

  test('whose name may be any word counts only as an address', () => {
    const hide = hiding('https://prod');
    expect(hide('prod.ml_team.m at https://prod/api')).toBe('prod.ml_team.m at (host)/api');
    expect(hiding('http://localhost:5000')('connect localhost:5000, localhost:5001')).toBe(
      'connect (host), localhost:5001',
    );
  });

  test('is found in a text, however often one asks', () => {
    const withheld = new Redactor();
    withheld.addHost(WORKSPACE);
    const named = [1, 2].map(() => withheld.names(`at ${WORKSPACE}/x`));
    expect([...named, withheld.names('at another')]).toEqual([true, true, false]);
  });

  test('is found at any depth; keys, numbers and what is absent stay', () => {
    const withheld = new Redactor();
    withheld.addHost(WORKSPACE);
    withheld.addHost('not a host at all');
    const value = { a: [{ b: `at ${WORKSPACE}` }, 7, null, true], none: undefined };
    expect(withheld.hide(value)).toEqual({ a: [{ b: 'at (host)' }, 7, null, true], none: undefined });
  });
});

describe('what is handed back', () => {
  const withheld = new Redactor();
  withheld.addHost(WORKSPACE);
  withheld.addSecret('dapi-0123456789abcdef');

  test('is the value itself where it names nothing, so that a report of many findings is not held twice', () => {
    const value = {
      findings: Array.from({ length: 3 }, (_, index) => ({ message: `finding ${index}` })),
      n: 1,
    };
    expect(withheld.hide(value)).toBe(value);
  });

  test('shares with it what names nothing, and changes nothing in it', () => {
    const named = { message: 'token dapi-0123456789abcdef' };
    const value = { plain: [{ message: 'nothing' }], other: [named, { message: 'nothing' }] };
    const shown = withheld.hide(value);
    expect(shown).toEqual({ plain: value.plain, other: [{ message: 'token ***' }, { message: 'nothing' }] });
    expect([shown.plain === value.plain, shown.other[1] === value.other[1]]).toEqual([true, true]);
    expect(named.message).toBe('token dapi-0123456789abcdef');
  });
});

// The harness throws when the emulator's host stands in anything that a run left behind.
describe('what a server says of its host', () => {
  for (const [title, contentType, body] of [
    [
      'in a message',
      'application/json',
      (host: string) =>
        JSON.stringify({
          error_code: 'PERMISSION_DENIED',
          message: `No access to https://${host}/explore, ask ${host}`,
        }),
    ],
    [
      'in a title',
      'text/html',
      (host: string) => `<html><head><title>${host} | Access denied</title></head></html>`,
    ],
  ] as const) {
    test(`${title} is hidden, and the rest of it is told`, async () => {
      const { run, emulator } = await world();
      const { host } = new URL(emulator.url);
      emulator.faults.add({
        method: 'GET',
        path: /\/models\//u,
        times: Infinity,
        kind: { kind: 'status', status: 403, contentType, body: body(host) },
      });
      const seen = await run(setAlias, {
        model: PROD,
        alias: 'Champion',
        version: '1',
        'check-privileges': 'off',
      });
      expect(seen.exitCode).toBe(1);
      expect(seen.report.error?.message).toContain('(host)');
      expect(seen.verdict).toContain('(host)');
    });
  }
});

test('the report names tool, registry and who acted, and never the host', async () => {
  const { run, emulator } = await world();
  const environment = { GITHUB_ACTION_REF: 'v1.2.3' };
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '1' }, { environment });
  expect(seen.report).toMatchObject({
    tool: { name: 'uc-promote', ref: 'v1.2.3' },
    registry: 'databricks',
    principal: '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe',
  });
  expect(JSON.stringify(seen.report)).not.toContain(new URL(emulator.url).host);
  const ended = await run(setAlias, { model: 'not.three' });
  expect(ended.report).toMatchObject({ tool: { name: 'uc-promote' }, registry: null, principal: null });
  expect('ref' in ended.report.tool).toBe(false);
});
