import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GOOD_FILES, moreVersions, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { syncAliases } from '../../../src/actions/sync-aliases.ts';
import { readPins } from '../../../src/documents/pins/read-pins.ts';
import { formatFullName } from '../../../src/domain/full-name.ts';
import { formatTarget } from '../../../src/domain/pin.ts';
import { expectRefused } from '../expectations.ts';
import { world, type ActionRun } from '../harness.ts';
import { championOf, copyOf, pins, pinsOf } from './scene.ts';

/** Folders on this machine: what is pinned now, and what was. */
async function folders(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'uc-promote-pins-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const NO_APPROVAL = { 'approval-review': 'false' };

describe('two local copies of the pins', () => {
  const FILES = {
    'before/fraud.yml': pins({ Champion: 1 }),
    'after/team/fraud.yaml': pins({ Champion: copyOf(1) }),
    'after/README.md': 'no: [pins',
  };

  test('are compared, and carried out, without GitHub', async () => {
    const root = await folders(FILES);
    const { run } = await world();
    const inputs = { pins: `${root}/after/`, 'base-pins': `${root}/before`, ...NO_APPROVAL };
    const seen = await run(syncAliases, inputs);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(championOf(seen)).toBe(2);
    const again = await run(syncAliases, inputs);
    expect(again.outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
  });

  test('an approval cannot be read there, and is not left out unasked', async () => {
    const root = await folders(FILES);
    const { run } = await world();
    const seen = await run(syncAliases, { pins: `${root}/after`, 'base-pins': `${root}/before` });
    expect(seen.outputs).toMatchObject({ outcome: 'invalid', changed: 'false' });
    expect(seen.log.join('\n')).toContain('approval-review');
  });

  test.each([
    ['pins', { pins: 'nowhere', 'base-pins': 'before' }],
    ['base-pins', { pins: 'after', 'base-pins': 'nowhere' }],
  ])('nothing is at %s', async (input, paths) => {
    const root = await folders(FILES);
    const { run } = await world();
    const at = (path: string) => `${root}/${path}`;
    const seen = await run(syncAliases, {
      pins: at(paths.pins),
      'base-pins': at(paths['base-pins']),
      ...NO_APPROVAL,
    });
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain(`\`${input}\``);
  });

  test('a symbolic link is another file', async () => {
    const root = await folders(FILES);
    await symlink(join(root, 'before/fraud.yml'), join(root, 'after/linked.yml'));
    const { run } = await world();
    const seen = await run(syncAliases, {
      pins: `${root}/after`,
      'base-pins': `${root}/before`,
      ...NO_APPROVAL,
    });
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain('not a regular file');
  });
});

describe('inputs that do not fit', () => {
  test.each<readonly [Readonly<Record<string, string>>, string]>([
    [{}, '`pins`'],
    [{ pins: 'aliases', import: 'prod.*' }, '`pins`'],
    [{ pins: 'aliases' }, '`github-token`'],
    [{ 'base-pins': 'before', import: 'prod.*' }, '`base-pins`'],
    [{ pins: '/', 'github-token': 'x' }, '`pins`'],
    [{ pins: 'aliases', 'base-pins': 'before' }, '`approval-review`'],
    [{ pins: 'aliases', 'base-pins': 'before', 'approval-environment': 'production' }, '`github-token`'],
    [{ pins: 'aliases', 'github-token': 'x', 'max-changes': '0' }, '`max-changes`'],
    [
      { pins: 'aliases', 'github-token': 'x', 'approval-review': 'true', 'approval-environment': 'prod' },
      '`approval-review`',
    ],
  ])('%j', async (inputs, said) => {
    const { run } = await world();
    const seen = await run(syncAliases, inputs);
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain(said);
  });
});

describe('import', () => {
  const fileOf = async (seen: ActionRun) => readFile(seen.outputs['pins-file'] ?? '', 'utf8');

  test('writes the pins of what is live, which the next run has nothing to do for', async () => {
    const { run, emulator } = await world();
    const { metastore } = emulator;
    moreVersions(metastore);
    metastore.addVersion(PROD, {
      files: { ...GOOD_FILES, 'notes.txt': 'copied' },
      tags: { uc_promote_origin: `models:/${STAGING}/1` },
    });
    metastore.addVersion(PROD, {
      files: GOOD_FILES,
      tags: { uc_promote_origin: `models:/${STAGING}/1 in metastore 11-22` },
    });
    metastore.setAlias(PROD, 'Challenger', 7);
    metastore.setAlias(PROD, 'Foreign', 8);
    let text = '';
    const seen = await run(
      syncAliases,
      { import: 'prod.ml_team.*' },
      { ended: async (run) => (text = await fileOf(run)) },
    );
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', changed: 'false', allowed: 'true' });
    expect(text).toBe(`${PROD}:\n  Challenger: ${copyOf(1)}\n  Champion: 1\n  Foreign: 8\n`);
    expect(seen.verdict).toContain('3 aliases of 1 model');
  });

  test('of 400 models in one command, the same each time', async () => {
    const { run, emulator } = await world();
    for (let number = 0; number < 400; number += 1) {
      const name = `prod.ml_team.m${number}`;
      emulator.metastore.createModel(name, { owner: 'ml-deployers' });
      emulator.metastore.addVersion(name, { files: GOOD_FILES });
      emulator.metastore.setAlias(name, 'Champion', 1);
    }
    const texts: string[] = [];
    const kept = async (run: ActionRun) => void texts.push(await fileOf(run));
    const seen = await run(syncAliases, { import: 'prod.*' }, { ended: kept });
    await run(syncAliases, { import: 'prod.ml_team.*' }, { ended: kept });
    expect(seen.verdict).toContain('401 aliases of 401 models');
    expect(texts[0]).toBe(texts[1]);
    const read = await readPins([{ path: 'a.yml', bytes: Buffer.from(texts[0] ?? '') }], {
      names: 'three-level',
      aliases: 'case-insensitive',
    });
    expect(
      read.ok &&
        read.pins.map(
          ({ name, alias, target }) => `${formatFullName(name)}@${alias}=${formatTarget(target)}`,
        ),
    ).toHaveLength(401);
  });

  test('a pattern that matches nothing says so', async () => {
    const { run } = await world();
    const seen = await run(syncAliases, { import: 'prod.ml_team.*\nprod.ml_taem.*' });
    expectRefused(seen, 'blocked');
    expect(seen.log.join('\n')).toContain('prod.ml_taem.* matches no model');
    expect(seen.outputs['pins-file']).toBeUndefined();
    expect(pinsOf(seen)).toEqual([]);
  });
});
