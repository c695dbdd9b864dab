import { describe, expect, test } from 'vitest';
import { documentFaultText } from '../../src/domain/document-fault.ts';
import { readDocument } from '../../src/documents/read-document.ts';
import { policySchema } from '../../src/inputs/policy-file.ts';
import { policyDigest } from '../../src/policy/promotion-policy/digest.ts';
import { bytesOf } from '../documents/read.ts';
import { documentedPolicies } from './policy-examples.ts';
import { mutationsOf } from './mutations.ts';

const FILE = 'p.yml';

async function read(text: string) {
  return readDocument(bytesOf(text), FILE, policySchema('three-level'));
}

async function faults(text: string): Promise<string[]> {
  const result = await read(text);
  return result.ok ? [] : result.faults.map(documentFaultText);
}

async function digestOf(text: string): Promise<string> {
  const result = await read(text);
  if (!result.ok) throw new Error(result.faults.map(documentFaultText).join('\n'));
  return policyDigest(result.value);
}

const GOOD = `version: 1
models:
  - match: prod.ml_team.*
    aliases: { Champion: required, Prod: forbidden }
    protected: [Champion]
    require:
      status: approved
      origin: staging.*
      min-age: 24h
      distinct: trainer != approver
freeze:
  - name: year end
    time-zone: Europe/Berlin
    from: 2026-12-18
    until: 2027-01-04 08:00
`;

test('every policy that the documentation shows is one', async () => {
  const examples = documentedPolicies();
  expect(examples.length).toBeGreaterThan(1);
  for (const text of examples) expect(await faults(text)).toEqual([]);
});

describe('what is wrong, where, and how to correct it', () => {
  test.each<readonly [from: string, to: string, fault: string]>([
    [
      'version: 1',
      'version: 2',
      'p.yml:1:10, at "version": 2 is not one of the allowed values. Use one of: 1.',
    ],
    [
      'version: 1\n',
      '',
      'p.yml:1:1, at "version": The key "version" is missing. Add it, such as version: 1.',
    ],
    [
      'match: prod.ml_team.*',
      'match: "*.x"',
      'p.yml:3:12, at "models[0].match": "*.x" is not a model pattern. Write catalog.schema.model, catalog.schema.*, catalog.schema.prefix_* or catalog.*.',
    ],
    [
      'match: prod.ml_team.*',
      'match: []',
      'p.yml:3:12, at "models[0].match": The list has no entry. Correct it, such as prod.ml_team.*.',
    ],
    [
      'Champion: required',
      'Champion: requird',
      'p.yml:4:26, at "models[0].aliases.Champion": "requird" is not one of the allowed values. Write required.',
    ],
    [
      'Prod: forbidden',
      'v1: forbidden',
      'p.yml:4:40, at "models[0].aliases.v1": "v1" is reserved: "v" followed by digits means a version number. Choose another name, such as Champion, or give the number as version.',
    ],
    [
      'Prod: forbidden',
      'champion: forbidden',
      'p.yml:4:46, at "models[0].aliases.champion": "champion" and "Champion" differ only in case. Keep one of the two.',
    ],
    [
      'protected: [Champion]',
      'protected: [Challenger]',
      'p.yml:5:17, at "models[0].protected[0]": "Challenger" is protected, but aliases does not allow it. Write "Challenger: required" or "Challenger: allowed" under aliases.',
    ],
    [
      'status: approved',
      'staus: approved',
      'p.yml:7:7, at "models[0].require.staus": "staus" is not a key that may stand here. Write status.',
    ],
    [
      'status: approved',
      'status-key: state',
      'p.yml:7:19, at "models[0].require.status-key": status-key names the tag of the status, and status is missing. Add status, such as status: approved.',
    ],
    [
      'status: approved',
      'signature: yes',
      'p.yml:7:18, at "models[0].require.signature": "yes" is not true or false. Write true or false, such as true.',
    ],
    [
      '      origin: staging.*\n',
      '',
      'p.yml:8:16, at "models[0].require.min-age": min-age is the age of the version in the environment that it comes from, and origin is missing. Add origin, such as origin: staging.ml_team.*.',
    ],
    [
      'min-age: 24h',
      'min-age: 24',
      'p.yml:9:16, at "models[0].require.min-age": 24 is not a text. Write it in quotes: "24".',
    ],
    [
      'trainer != approver',
      'trainer != aprover',
      'p.yml:10:17, at "models[0].require.distinct": "aprover" is not a role. Did you mean approver? Write role != role, for example trainer != approver. The roles are trainer, requester, approver, promoter.',
    ],
    [
      'Europe/Berlin',
      'Europe/Berln',
      'p.yml:13:16, at "freeze[0].time-zone": "Europe/Berln" is not a time zone. Write a name of the IANA database, such as Europe/Berlin, or UTC.',
    ],
    [
      '2026-12-18',
      '2026-02-30',
      'p.yml:14:11, at "freeze[0].from": "2026-02-30" is a day that does not exist. Write a day and a time, such as 2026-12-18 18:00, or a day of the week and a time, such as friday 16:00.',
    ],
    [
      '2026-12-18',
      'fridy 16:00',
      'p.yml:14:11, at "freeze[0].from": "fridy 16:00" is not a time by the clock. Write friday 16:00.',
    ],
    [
      '2027-01-04 08:00',
      'monday 08:00',
      'p.yml:15:12, at "freeze[0].until": from and until are of two forms: one is a date, the other a day of the week. Write both as dates, or both as days of the week.',
    ],
    [
      '2027-01-04 08:00',
      '2026-12-18 00:00',
      'p.yml:15:12, at "freeze[0].until": until is not after from, so that the window is empty. Write a later time.',
    ],
    [
      'freeze:',
      '  - match: [prod.ml_team.fraud, other.*]\nfreeze:',
      'p.yml:11:13, at "models[1].match[0]": An earlier rule matches all of these models already, by prod.ml_team.*, so that this one never decides. Move the narrower rule before the wider one, or delete one of them.',
    ],
    [
      'freeze:',
      'max-changes: 0\nfreeze:',
      'p.yml:11:14, at "max-changes": 0 is less than the minimum of 1. Correct it, such as 5.',
    ],
  ])('%s → %s', async (from, to, fault) => {
    expect(await faults(GOOD)).toEqual([]);
    expect(GOOD).toContain(from);
    expect(await faults(GOOD.replace(from, to))).toEqual([fault]);
  });

  test('faults in several places are all there', async () => {
    const text = GOOD.replace('version: 1', 'version: one')
      .replace('staging.*', 'stag ing.*')
      .replace('name: year', 'nmae: year');
    const places = (await faults(text)).map((fault) => /^p\.yml:(\d+:\d+, at "[^"]+")/u.exec(fault)?.[1]);
    expect(places).toEqual([
      '1:10, at "version"',
      '8:15, at "models[0].require.origin"',
      '12:5, at "freeze[0].name"',
      '12:5, at "freeze[0].nmae"',
    ]);
  });
});

describe('the digest of a policy', () => {
  test('does not change with comments, order, quotes and defaults that are left out', async () => {
    const digest = await digestOf(GOOD);
    expect(await digestOf(`# a comment\n${GOOD}`)).toBe(digest);
    expect(await digestOf(GOOD.replace('staging.*', '["staging.*"]'))).toBe(digest);
    expect(
      await digestOf(
        GOOD.replace('      status: approved\n', '').replace(
          '      min-age',
          '      status: "approved"\n      signature: false\n      min-age',
        ),
      ),
    ).toBe(digest);
  });

  test.each([
    ['approved', 'released'],
    ['24h', '23h'],
    ['required', 'allowed'],
    ['2027-01-04 08:00', '2027-01-04 08:01'],
    ['Europe/Berlin', 'Europe/London'],
    ['prod.ml_team.*', 'prod.*'],
    ['version: 1', 'version: 1\nmax-changes: 3'],
  ])('changes with %s → %s', async (from, to) => {
    expect(await digestOf(GOOD.replace(from, to))).not.toBe(await digestOf(GOOD));
  });
});

test(
  'hundreds of mutations: never a stack trace, always line, column and fix',
  { timeout: 120_000 },
  async () => {
    let wrong = 0;
    for (const text of new Set(documentedPolicies().flatMap(mutationsOf))) {
      const result = await read(text);
      if (result.ok) continue;
      wrong += 1;
      expect(result.faults.length).toBeGreaterThan(0);
      const lines = text.split('\n');
      for (const fault of result.faults) {
        const { place, problem, fix } = fault;
        const said = documentFaultText(fault);
        expect(place.line, said).toBeLessThanOrEqual(lines.length);
        expect(place.column, said).toBeLessThanOrEqual((lines[place.line - 1] ?? '').length + 1);
        expect(problem, said).toMatch(/^[^\n]{5,400}[.?]$/u);
        expect(fix, said).toMatch(/^[A-Z][^\n]{4,300}\.$/u);
        expect(said).not.toMatch(/undefined|\[object|Invalid input|Error:|\bat \S+ \(|node_modules/u);
      }
    }
    expect(wrong).toBeGreaterThan(500);
  },
);
