import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../imports.ts';
import { commandsIn, faultsOfCommand } from './commands.ts';

const pages = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, commandsIn(readFileSync(join(ROOT, 'docs', name), 'utf8'))] as const)
  .filter(([, commands]) => commands.length > 0);

test('commands are found, with all of their lines', () => {
  expect(
    commandsIn('```sh\nuc-promote promote --a b \\\n  --c d\nls\n```\nuc-promote audit-aliases\n'),
  ).toEqual(['promote --a b --c d']);
  expect(commandsIn('```yaml\n- >-\n  node x/dist/cli.js promote --a\n  --b "$C"\n```\n')).toEqual([
    'promote --a --b "$C"',
  ]);
  const found = new Map(pages);
  expect(found.get('other-ci.md')).toHaveLength(12);
  expect(found.get('command-line.md')?.length).toBeGreaterThan(2);
});

describe.each(pages)('docs/%s', (_, commands) => {
  test.each(commands)('%s', async (command) => {
    expect(await faultsOfCommand(command)).toEqual([]);
  });
});

test('a command that is wrong is found to be', async () => {
  expect(await faultsOfCommand('promot --x')).toEqual(['no action promot']);
  expect(
    await faultsOfCommand('set-alias --model a.b.c --alias A --version new --nothing-like-it y'),
  ).toEqual(['--nothing-like-it: there is no such flag.', '--version: new']);
});
