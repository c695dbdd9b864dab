import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { parsed } from './fields.ts';

/** A path of a repository: with slashes, below its root. */
export const repositoryPath = parsed((text): Parsed<string> => {
  const path = text
    .trim()
    .replace(/^(?:\.\/)+/u, '')
    .replace(/\/+$/u, '');
  return path === ''
    ? {
        ok: false,
        problem: `"${show(text, 80)}" names no file and no folder.`,
        fix: 'Write a path such as aliases.',
      }
    : { ok: true, value: path };
});
