import { expect, test } from 'vitest';
import { digestsOf } from '../../src/transfer/digest.ts';
import { modelSignaturePredicate } from '../../src/transfer/predicate.ts';

const fileAt = (path: string) => ({ path, size: 1, sha256: 'ab'.repeat(32) });
const MODEL = ['MLmodel', 'data/.gitignore', '.gitkeep'].map(fileAt);
const GIT = ['.git/HEAD', '.gitattributes', '.github/x.yml', '.gitignore'].map(fileAt);

test('content leaves out what model_signing leaves out, listing counts it', () => {
  const without = digestsOf(MODEL);
  const all = digestsOf([...GIT, ...MODEL]);
  expect(all.content).toBe(without.content);
  expect(all.listing).not.toBe(without.listing);
});

test('the predicate names what content covers, and says what it does not', () => {
  const predicate = modelSignaturePredicate([...GIT, ...MODEL]);
  expect(predicate).toEqual({
    ...modelSignaturePredicate(MODEL),
    serialization: expect.objectContaining({
      ignore_paths: ['.git', '.gitattributes', '.github', '.gitignore'],
    }) as unknown,
  });
  expect(predicate['resources']).toMatchObject([
    { name: '.gitkeep' },
    { name: 'MLmodel' },
    { name: 'data/.gitignore' },
  ]);
});
