import { describe, expect, test } from 'vitest';
import { splitLines } from '../../../src/inputs/lines.ts';
import { parseDistinct, parsePeople } from '../../../src/policy/separation-of-duties/lines.ts';

const distinct = (text: string) => parseDistinct(splitLines(text));
const people = (text: string) => parsePeople(splitLines(text));

describe('require-distinct', () => {
  test('one rule a line, in any case and with any blanks; the same rule counts once', () => {
    const text = '# duties\ntrainer != approver\n\n  Requester!=PROMOTER \napprover != trainer';
    expect(distinct(text)).toEqual({
      value: [
        ['trainer', 'approver'],
        ['requester', 'promoter'],
      ],
      faults: [],
    });
  });

  test.each([
    ['trainer', '"trainer" is not role != role.'],
    ['trainer = approver', '"trainer = approver" is not role != role.'],
    ['trainer != approver != promoter', '"trainer != approver != promoter" is not role != role.'],
    ['!= approver', '"" is not a role.'],
    ['trainr != approver', '"trainr" is not a role. Did you mean trainer?'],
    ['trainer != aprover', '"aprover" is not a role. Did you mean approver?'],
    ['trainer != Trainer', 'trainer is on both sides, and a role cannot differ from itself.'],
    ['trainer != zzzzzzzz', '"zzzzzzzz" is not a role.'],
    ['trainer != аpprover', '"аpprover" is not a role. Did you mean approver?'],
  ])('%s', (line, problem) => {
    const { value, faults } = distinct(`requester != approver\n${line}`);
    expect(value).toEqual([['requester', 'approver']]);
    expect(faults).toEqual([{ line: 2, problem, fix: expect.stringContaining('role != role') as string }]);
  });

  test('both sides of a line are faulty: both are told', () => {
    expect(distinct('trainr != promotr').faults.map(({ line }) => line)).toEqual([1, 1]);
  });
});

describe('people', () => {
  test('logins in any case, apps, and several logins of one user', () => {
    const { value, faults } = people(
      'Ada = ada@example.com\n@grace=Grace@Example.com\nada_acme = ada@example.com\ndeploy[bot] = 5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe',
    );
    expect(faults).toEqual([]);
    expect([...value]).toEqual([
      ['ada', 'ada@example.com'],
      ['grace', 'Grace@Example.com'],
      ['ada_acme', 'ada@example.com'],
      ['deploy[bot]', '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe'],
    ]);
  });

  test.each([
    ['grace', '"grace" is not login = user.'],
    ['= ada@example.com', '"= ada@example.com" is not login = user.'],
    ['grace@example.com = grace', '"grace@example.com" is not a GitHub login. Are the sides swapped?'],
    ['gr ace = grace@example.com', '"gr ace" is not a GitHub login.'],
    [
      'grace = Grace Hopper',
      `"Grace Hopper" is neither a user's e-mail address nor the application id of a service principal.`,
    ],
    ['grace =', `"" is neither a user's e-mail address nor the application id of a service principal.`],
    ['ADA = other@example.com', 'the login "ADA" is repeated.'],
    ['gr\u202eace = grace@example.com', '"gr\\u{202e}ace" is not a GitHub login.'],
  ])('%s', (line, problem) => {
    const { value, faults } = people(`ada = ada@example.com\n${line}`);
    expect([...value]).toEqual([['ada', 'ada@example.com']]);
    expect(faults).toEqual([
      { line: 2, problem, fix: expect.stringContaining('login = user@example.com') as string },
    ]);
  });
});
