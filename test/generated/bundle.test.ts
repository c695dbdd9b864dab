import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as undici from 'undici';
import { importsOf, ROOT, sourceFiles } from '../imports.ts';

const STAND_IN = 'scripts/stand-in/undici.cjs';

function standIn(): Record<string, unknown> {
  return { ...(createRequire(import.meta.url)(join(ROOT, STAND_IN)) as Record<string, unknown>) };
}

/** The names that a text takes of undici: by an import, a dynamic one, or as TypeScript compiles one for CommonJS. */
function namesOfUndici(text: string): string[] {
  const bindings = /\{([^{}]*)\}(?: from|\s*=\s*await import\((?:\/\*.*\*\/)?)\s*'undici'/gu;
  const imported = [...text.matchAll(bindings)].flatMap(([, names = '']) => names.split(','));
  const compiled = [...text.matchAll(/\bundici_1\.(\w+)/gu)].map(([, name = '']) => name);
  return [...imported, ...compiled].map((name) => name.trim());
}

/** The compiled files of the packages of GitHub's runner and of Octokit: all that the bundle takes of others that may ask for undici. */
function packageFiles(): string[] {
  return ['@actions', '@octokit'].flatMap((scope) => {
    const folder = join(ROOT, 'node_modules', scope);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?js$/u.test(file))
      .map((file) => join(folder, file));
  });
}

test('the classes that stand in the bundle for undici are those of the package', async () => {
  const before = { ...undici.Dispatcher.prototype };
  const { fetch, ...classes } = standIn();
  const { Agent, EnvHttpProxyAgent, Pool, ProxyAgent } = undici;
  expect(classes).toEqual({ Agent, EnvHttpProxyAgent, Pool, ProxyAgent });
  // Octokit is handed it and never calls it: src/github/octokit.ts sends what it asks.
  expect(fetch).toBe(globalThis.fetch);
  // Agents send their requests as before: nothing was put in place of anything.
  expect({ ...undici.Dispatcher.prototype }).toEqual(before);
});

test('nothing in the bundle takes more of undici than stands in for it', async () => {
  const ours = sourceFiles('src').filter((file) => importsOf(file).some(({ to }) => to === 'undici'));
  expect(ours).toEqual(['src/http/transport.ts']);
  const texts = [...ours.map((file) => join(ROOT, file)), ...packageFiles()].map((file) =>
    readFileSync(file, 'utf8').replace(/^import type .*$/gmu, ''),
  );
  const taking = texts.filter((text) => /(?:^import .*|import\(.*|require\()['"]undici['"]/mu.test(text));
  const names = new Set(taking.flatMap(namesOfUndici));
  expect(taking.filter((text) => namesOfUndici(text).length === 0)).toEqual([]);
  expect([...names].sort()).toEqual(Object.keys(standIn()).sort());
});

test('@actions/github is evaluated in one place, and only when GitHub is called', () => {
  const users = sourceFiles('src').filter((file) =>
    importsOf(file).some(({ to }) => to === '@actions/github'),
  );
  expect(users).toEqual(['src/github/octokit.ts']);
  const text = readFileSync(join(ROOT, 'src/github/octokit.ts'), 'utf8');
  expect(text.match(/^import (?!type ).*@actions\/github/gmu)).toBeNull();
});
