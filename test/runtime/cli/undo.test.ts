import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../../emulator/index.ts';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';
import { tagStatus } from '../../../src/actions/tag-status.ts';
import { byCommand } from '../../../src/inputs/call-again.ts';
import { isCopyable } from '../../../src/domain/printable.ts';
import { reportSchema, type Report } from '../../../src/report/report.ts';
import { readArguments } from '../../../src/runtime/cli/arguments.ts';
import { world } from '../../actions/harness.ts';
import { HOSTILE_LEVELS, texts } from '../../printed/names.ts';
import { hostileText } from '../../report/arbitrary-document.ts';
import { command, signedIn, wordsOf, type CommandRun } from './bench.ts';

/** The words that a shell makes of commands of ours, a list each; it runs nothing else, and prints nothing else. */
function wordsInShell(commands: readonly string[], locale = 'C'): string[][] {
  const script = `uc-promote() { printf '%s\\0' "$#" "$@"; }\n${commands.join('\n')}\n`;
  const printed = execFileSync('/bin/bash', ['--noprofile', '--norc', '-eu'], {
    input: script,
    encoding: 'utf8',
    env: { PATH: '', LC_ALL: locale },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const parts = printed.split('\0').slice(0, -1);
  const lists: string[][] = [];
  while (parts.length > 0) lists.push(parts.splice(0, Number(parts.shift())));
  return lists;
}

/** What an input can hold: see `isText` of `label-undo.ts`. */
const value = fc
  .oneof(
    texts,
    hostileText,
    fc.constantFrom('-', '--x', '$(id)', '`id`', '!!', "'", '\\', '~', '*', 'a\nb', 'é'),
  )
  .filter((text) => text !== '' && text === text.trim() && text.isWellFormed() && !text.includes('\0'));

test('a command with hostile values stands on one line, is seen whole, and says the same to the action', () => {
  const drawn = fc.sample(
    fc.record({ status: value, key: value, description: value, tags: fc.array(value) }),
    150,
  );
  const inputs = drawn.map(({ status, key, description, tags }) => ({
    model: 'a.b.c',
    status,
    'status-key': key,
    description,
    ...(tags.length === 0 ? {} : { tags: tags.join('\n') }),
    'remove-description': true,
    version: 8,
  }));
  const commands = inputs.map((each) => byCommand.text('tag-status', each));
  for (const text of commands) expect([text, isCopyable(text)]).toEqual([text, true]);
  for (const locale of ['C', 'C.UTF-8']) {
    const read = wordsInShell(commands, locale);
    expect(read).toHaveLength(inputs.length);
    for (const [index, [name, ...words]] of read.entries()) {
      const { faults, inputs: found } = readArguments(tagStatus, words);
      expect([name, faults]).toEqual(['tag-status', []]);
      const wanted = Object.entries(inputs[index] ?? {}).map(([key, each]) => [key, String(each)]);
      const got = [...found].map(([key, each]) => [
        key,
        key === 'tags' && each === '-\n' ? '-' : each.trim(),
      ]);
      expect(got).toEqual(wanted);
    }
  }
});

test('a key that is a lone dash is no stream', () => {
  const [[, ...words] = []] = wordsInShell([
    byCommand.text('tag-status', { model: 'a.b.c', 'remove-tags': '-' }),
  ]);
  const { fromStream, inputs } = readArguments(tagStatus, words);
  expect([fromStream, inputs.get('remove-tags')?.trim()]).toEqual([undefined, '-']);
});

const JENKINS = { JENKINS_URL: 'https://ci.example.com/', JOB_NAME: 'promote', BUILD_NUMBER: '17' };

/** The commands of ours that a report prints to undo what it did. */
function undoOf(run: CommandRun): string[] {
  const report: Report = reportSchema.parse(JSON.parse(run.stdout));
  return report.undo.flatMap((block) =>
    block.kind === 'code' && block.language === 'shell' && block.text.startsWith('uc-promote ')
      ? [block.text]
      : [],
  );
}

async function call(emulator: Emulator, words: readonly string[]): Promise<CommandRun> {
  return command([...words, '--json'], { environment: { ...signedIn(emulator), ...JENKINS } });
}

/** Does what a run prints to undo it, as its text stands on the page. */
async function undo(emulator: Emulator, run: CommandRun): Promise<void> {
  const commands = undoOf(run);
  expect(commands).not.toEqual([]);
  for (const text of commands) expect(run.stderr).toContain(text);
  for (const words of wordsInShell(commands)) {
    const again = await call(emulator, [...words, '--registry=databricks']);
    expect([again.exitCode, again.stderr]).toEqual([0, again.stderr]);
  }
}

describe('what a run outside of GitHub prints to undo it, as a command', () => {
  test.each([
    [{ alias: 'Challenger', version: '1' }, undefined],
    [{ alias: 'Champion', version: '2' }, 1],
    [{ alias: 'Champion', delete: 'true' }, 1],
  ])('brings an alias back: %j', async (inputs, before) => {
    const { emulator } = await world();
    moreVersions(emulator.metastore);
    const run = await call(emulator, wordsOf('set-alias', { model: PROD, ...inputs }));
    const named = () =>
      Object.entries(emulator.state().models[PROD]?.aliases ?? {}).find(
        ([name]) => name.toLowerCase() === inputs.alias.toLowerCase(),
      )?.[1];
    expect([run.exitCode, named() === before]).toEqual([0, false]);
    await undo(emulator, run);
    expect(named()).toBe(before);
  });

  test('refuses where the alias was moved meanwhile', async () => {
    const { emulator } = await world();
    moreVersions(emulator.metastore);
    const run = await call(emulator, wordsOf('set-alias', { model: PROD, alias: 'Champion', version: '2' }));
    emulator.metastore.setAlias(PROD, 'Champion', 4);
    const [[...words] = []] = wordsInShell(undoOf(run));
    expect((await call(emulator, [...words, '--registry=databricks'])).exitCode).toBe(5);
  });

  test('brings labels back, with what strangers wrote', async () => {
    const { emulator } = await world();
    const old = HOSTILE_LEVELS.filter((text) => text === text.trim());
    expect(old.length).toBeGreaterThan(5);
    for (const [index, text] of old.entries()) {
      emulator.metastore.setTags(PROD, { validation_status: text }, 1);
      const before = emulator.state().models[PROD]?.versions['1']?.tags;
      const run = await call(
        emulator,
        wordsOf('tag-status', {
          model: PROD,
          version: '1',
          status: `state-${index}`,
          'allow-approval-tags': 'true',
        }),
      );
      expect([text, run.exitCode]).toEqual([text, 0]);
      await undo(emulator, run);
      expect(emulator.state().models[PROD]?.versions['1']?.tags).toEqual(before);
    }
  });

  test('lifts a hold that was set, and sets one again that was lifted, with its reason', async () => {
    const { emulator } = await world();
    const reason = "it's `odd` $(id) ##vso[x]";
    const set = await call(emulator, wordsOf('tag-status', { model: PROD, version: '1', hold: reason }));
    const held = () => JSON.stringify(emulator.state().models[PROD]?.tags).includes('uc_promote_hold_');
    expect([set.exitCode, held()]).toEqual([0, true]);
    await undo(emulator, set);
    expect(held()).toBe(false);
    await call(emulator, wordsOf('tag-status', { model: PROD, version: '1', hold: reason }));
    const lifted = await call(
      emulator,
      wordsOf('tag-status', { model: PROD, version: '1', 'lift-hold': 'true' }),
    );
    expect([lifted.exitCode, held()]).toEqual([0, false]);
    await undo(emulator, lifted);
    expect(JSON.stringify(emulator.state().models[PROD]?.tags)).toContain('$(id)');
  });

  test('is a step of a workflow in a job of GitHub, by the command line too', async () => {
    const { emulator } = await world();
    const environment = { ...signedIn(emulator), GITHUB_ACTIONS: 'true' };
    const words = wordsOf('set-alias', { model: PROD, alias: 'Challenger', version: '1' });
    const run = await command([...words, '--json'], { environment });
    expect([undoOf(run), run.stderr]).toEqual([
      [],
      expect.stringContaining('run set-alias with `delete: true`'),
    ]);
  });
});
