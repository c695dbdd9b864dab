import { expect, test } from 'vitest';
import { eventOf } from '../../src/github/event.ts';

const ADA = { login: 'ada', type: 'User' };

test.each<[string, unknown, unknown]>([
  [
    'a pull request',
    { pull_request: { number: 7 }, sender: ADA },
    { sender: { login: 'ada', kind: 'person' }, pull: 7 },
  ],
  ['a comment on a pull request', { issue: { number: 7, pull_request: { url: 'x' } } }, { pull: 7 }],
  ['a comment on an issue', { issue: { number: 7 } }, {}],
  ['an issue that says of itself that it is none', { issue: { number: 7, pull_request: null } }, {}],
  ['an app', { sender: { login: 'x[bot]', type: 'Bot' } }, { sender: { login: 'x[bot]', kind: 'app' } }],
  [
    'an organization',
    { sender: { login: 'acme', type: 'Organization' } },
    { sender: { login: 'acme', kind: 'unknown' } },
  ],
  [
    'an account without a type',
    { sender: { login: 'acme' } },
    { sender: { login: 'acme', kind: 'unknown' } },
  ],
  ['a schedule', { schedule: '0 1 * * *', sender: null }, {}],
  ['a number that is none', { pull_request: { number: 7.5 } }, {}],
  ['a text for a number', { pull_request: { number: '7' } }, {}],
  ['no number', { pull_request: {} }, {}],
  ['an empty login', { sender: { login: '' } }, {}],
  ['a list', [{ pull_request: { number: 7 } }], {}],
  ['a text', 'pull_request', {}],
  ['null', null, {}],
])('what an event says: %s', (_, payload, expected) => {
  expect(eventOf(payload)).toEqual(expected);
});
