import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as undici from 'undici';
import { importsOf, parseSource, ROOT, sourceFiles } from '../imports.ts';

const BUNDLED = 'scripts/bundled';

/** Names that a file takes of undici, types left out. */
function namesOfUndici(path: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isVariableDeclaration(node) &&
      ts.isObjectBindingPattern(node.name) &&
      node.initializer?.getText().includes("'undici'") === true
    ) {
      names.push(...node.name.elements.map((element) => element.name.getText()));
    }
    ts.forEachChild(node, visit);
  };
  visit(parseSource(path));
  return names.sort();
}

test('what stands in the bundle for undici is the package itself, as far as it is used', async () => {
  const before = { ...undici.Dispatcher.prototype };
  const parts = (await import(join(ROOT, BUNDLED, 'undici.js'))) as Record<string, unknown>;
  const { Agent, EnvHttpProxyAgent, Pool } = undici;
  expect({ ...parts }).toEqual({ Agent, EnvHttpProxyAgent, Pool });
  // Agents send their requests as before: nothing was put in place of anything.
  expect({ ...undici.Dispatcher.prototype }).toEqual(before);
  const users = sourceFiles('src').filter((file) => importsOf(file).some(({ to }) => to === 'undici'));
  expect([users, namesOfUndici('src/http/transport.ts')]).toEqual([
    ['src/http/transport.ts'],
    Object.keys(parts).sort(),
  ]);
});

test('@actions/core has @actions/http-client for ID tokens alone, and nothing of ours asks it for one', () => {
  const users = ['core', 'exec', 'io'].flatMap((name) => {
    const folder = join(ROOT, 'node_modules/@actions', name, 'lib');
    const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
    const importing = files.filter((file) =>
      /from '@actions\/http-client/u.test(readFileSync(join(folder, file), 'utf8')),
    );
    return importing.map((file) => `${name}/${file}`);
  });
  expect(users).toEqual(['core/oidc-utils.js']);
  const core = readFileSync(join(ROOT, 'node_modules/@actions/core/lib/core.js'), 'utf8');
  expect(core.match(/OidcClient/gu)).toHaveLength(2);
  expect(core).toContain('return yield OidcClient.getIDToken(aud);');
  const ours = sourceFiles('src').map((file) => readFileSync(join(ROOT, file), 'utf8'));
  expect(ours.filter((text) => /core\.getIDToken|@actions\/http-client/u.test(text))).toEqual([]);
});

test('a stand-in of a class that is used all the same says so', async () => {
  const stand = (await import(join(ROOT, BUNDLED, 'http-client.ts'))) as Record<string, new () => unknown>;
  for (const Class of Object.values(stand)) expect(() => new Class()).toThrow('is not in the bundle');
});
