import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isListed } from '../../emulator/evidence/listed.ts';
import { EVERYWHERE } from '../../emulator/evidence/givers.ts';
import { refusals, routes } from '../../emulator/index.ts';
import { ROOT, sourceFiles } from '../imports.ts';
import { bench, call, L, N } from './request-bench.ts';

const sources = sourceFiles('emulator')
  .filter((path) => !path.startsWith('emulator/evidence/'))
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .join('\n');

test('no row is dead: each code and each piece of a message stands in the code', () => {
  const wanted = refusals.flatMap(({ code, message }) => [code, ...message.split('{…}')]);
  const pieces = new Set(wanted.map((piece) => piece.trim()).filter((piece) => /[a-z]{4}/iu.test(piece)));
  const spelled = sources.replaceAll(String.raw`\'`, "'");
  expect([...pieces].filter((piece) => !spelled.includes(piece))).toEqual([]);
});

test('each row is given by endpoints that exist, and says where it is known from', () => {
  const sections = new Set([EVERYWHERE, ...routes.map(({ source }) => source.section)]);
  expect(refusals.flatMap(({ by }) => by).filter((section) => !sections.has(section))).toEqual([]);
  const unsaid = refusals.filter(({ from, source }) => from !== 'assumed' && source === '');
  expect(unsaid).toEqual([]);
});

test('what is not in the tables is seen', () => {
  const route = routes.find(({ template }) => template === `${N}/models/{full_name}`);
  expect(isListed(route, { status: 200 })).toBe(true);
  expect(isListed(route, { status: 201 })).toBe(false);
  const message = "Routine or Model 'a.b.c' does not exist.";
  expect(isListed(route, { status: 404, code: 'RESOURCE_DOES_NOT_EXIST', message })).toBe(true);
  expect(isListed(route, { status: 410, code: 'RESOURCE_DOES_NOT_EXIST', message })).toBe(false);
  expect(isListed(route, { status: 404, code: 'NOT_FOUND', message })).toBe(false);
  expect(isListed(route, { status: 404, code: 'RESOURCE_DOES_NOT_EXIST', message: 'Gone' })).toBe(false);
  const store = { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' };
  expect(isListed(route, store)).toBe(false);
});

test('an answer that the tables lack becomes a violation of the emulator', async () => {
  const { emulator } = await bench();
  // A fault of the emulator itself: 500 with a message that no row has.
  const world = emulator.metastore.state;
  Object.defineProperty(world, 'models', {
    get() {
      throw new Error('broken');
    },
  });
  const seen = await call(emulator, 'token-owner', 'GET', `${L}/registered-models/get`, {
    query: { name: 'prod.ml.fraud' },
  });
  expect(seen.status).toBe(500);
  expect(emulator.violations.join()).toContain('which the tables of evidence do not list');
  emulator.violations.length = 0;
});
