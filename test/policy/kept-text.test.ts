import { expect, test } from 'vitest';
import type { Account } from '../../src/domain/account.ts';
import type { KeptText, TextContent } from '../../src/domain/kept-text.ts';
import { decideKept, isAuthor, textMarker } from '../../src/policy/kept-text.ts';

const marker = textMarker('page', ['acme/models', 'prod.ml.fraud', 'Champion']);
const BOT: Account = { login: 'github-actions[bot]', kind: 'app' };
const mark = { marker, author: 'github-actions[bot]' };

function text(id: number, parts: Partial<KeptText> = {}): KeptText {
  return { id, author: BOT, body: `${marker}\nold`, isOpen: true, page: `https://x/${id}`, ...parts };
}

const OPEN: TextContent = { body: `${marker}\nnew`, isOpen: true };
const CLOSED: TextContent = { body: `${marker}\nclean`, isOpen: false };

test('a marker is one line, names nothing, and is the same in any case', () => {
  expect(marker).toMatch(/^<!-- uc-promote:v1 page [0-9a-f]{12} -->$/u);
  expect(textMarker('page', ['acme/models', 'PROD.ml.Fraud', 'champion'])).toBe(marker);
});

test.each<[string, readonly string[]]>([
  ['another alias', ['acme/models', 'prod.ml.fraud', 'Challenger']],
  ['the same letters in other parts', ['acme/models', 'prod.ml.fraudChampion', '']],
  ['fewer parts', ['acme/models', 'prod.ml.fraud']],
])('a marker of another text is another one: %s', (_, about) => {
  expect(textMarker('page', about)).not.toBe(marker);
});

test('a marker of another kind is another one', () => {
  expect(textMarker('audit', ['a'])).not.toBe(textMarker('page', ['a']));
});

test.each<[string, readonly KeptText[], TextContent, string, number | undefined]>([
  ['nothing there', [], OPEN, 'create', undefined],
  ['nothing there, and nothing to say', [], CLOSED, 'none', undefined],
  ['ours', [text(7)], OPEN, 'edit', 7],
  ['ours, among others', [text(3, { body: 'hello' }), text(7)], OPEN, 'edit', 7],
  ['ours says so already', [text(7, { body: `${marker}\r\nnew\n` })], OPEN, 'keep', 7],
  ['ours under another title', [text(7, { ...OPEN, title: 'x' })], { ...OPEN, title: 'y' }, 'edit', 7],
  ['ours is closed', [text(7, { isOpen: false })], OPEN, 'reopen', 7],
  ['ours is open and all is clean', [text(7)], CLOSED, 'close', 7],
  ['ours is closed and all is clean', [text(7, { isOpen: false })], CLOSED, 'keep', 7],
  ['the marker is quoted', [text(7, { body: `> ${marker}\nold` })], OPEN, 'create', undefined],
  ['the marker is not at the beginning', [text(7, { body: `see ${marker}` })], OPEN, 'create', undefined],
  [
    'a person wrote it',
    [text(7, { author: { login: 'mallory', kind: 'person' } })],
    OPEN,
    'create',
    undefined,
  ],
  ['a deleted account wrote it', [text(7, { author: { kind: 'unknown' } })], OPEN, 'create', undefined],
  [
    'another app wrote it',
    [text(7, { author: { login: 'x[bot]', kind: 'app' } })],
    OPEN,
    'create',
    undefined,
  ],
  ['of another model', [text(7, { body: textMarker('page', ['z']) })], OPEN, 'create', undefined],
])('%s', (_, found, wanted, step, id) => {
  const decision = decideKept(found, mark, wanted);
  expect(decision.step.kind).toBe(step);
  expect('text' in decision.step ? decision.step.text.id : undefined).toBe(id);
  expect(decision.surplus).toEqual([]);
});

test('of several of ours the oldest is kept, whatever their order; those that are closed stay', () => {
  const found = [text(9), text(4, { isOpen: false }), text(12, { isOpen: false }), text(5)];
  const { step, surplus } = decideKept(found, mark, OPEN);
  expect(step).toMatchObject({ kind: 'reopen', text: { id: 4 } });
  expect(surplus.map(({ id }) => id)).toEqual([5, 9]);
});

test.each<[Account, string, boolean]>([
  [BOT, 'github-actions[bot]', true],
  [BOT, 'github-actions', true],
  [BOT, 'GitHub-Actions[bot]', true],
  [{ login: 'ada', kind: 'person' }, 'Ada', true],
  [{ login: 'github-actions', kind: 'person' }, 'github-actions[bot]', false],
  [{ login: 'ada[bot]', kind: 'person' }, 'ada', false],
  [{ kind: 'app' }, 'github-actions[bot]', false],
])('the author %o of a token that writes as %s: %s', (account, author, expected) => {
  expect(isAuthor(account, author)).toBe(expected);
});
