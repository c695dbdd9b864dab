import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writePredicate } from '../../src/transfer/predicate.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'uc-promote-predicates-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

const file = (path: string, digit: string) => ({ path, size: 1, sha256: digit.repeat(64) });

async function pathsIn(path: string): Promise<string[]> {
  const text = JSON.parse(await readFile(path, 'utf8')) as { resources: { name: string }[] };
  return text.resources.map(({ name }) => name);
}

test('two copies never share a predicate, whatever their models are called, nor do two of one model', async () => {
  const place = await folder();
  const [first, second] = await Promise.all([
    writePredicate([file('Modell-ä', 'a')], place),
    writePredicate([file('Modell-ö', 'b')], place),
  ]);
  expect([await pathsIn(first), await pathsIn(second)]).toEqual([['Modell-ä'], ['Modell-ö']]);
});

test('what another step left in the folder, a link at an older name too, is neither followed nor changed', async () => {
  const place = await folder();
  const victim = join(place, 'victim');
  await writeFile(victim, 'as it was');
  await symlink(victim, join(place, 'uc-promote-predicate-prod-ml-fraud-2.json'));
  await symlink(place, join(place, 'uc-promote-predicate-'));
  const path = await writePredicate([file('MLmodel', 'c')], place);
  expect(await readFile(victim, 'utf8')).toBe('as it was');
  expect(dirname(dirname(path))).toBe(place);
  expect(await readdir(dirname(path))).toEqual(['model-signature.json']);
});
