import { numberOutput } from '../../src/inputs/outputs.ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { defineAction } from '../../src/actions/contract/action.ts';
import { boolean, defaulted, optional, required, text } from '../../src/inputs/fields.ts';
import { ACTIONS } from '../../src/index.ts';
import { actionYml, folderOf, ROOT_ACTION } from '../../scripts/generate-action-yml.ts';
import { ROOT } from '../imports.ts';

const manifest = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1).max(200),
  author: z.string(),
  branding: z.strictObject({ icon: z.string(), color: z.enum(['blue', 'orange']) }),
  inputs: z.record(
    z.string().regex(/^[a-z]+(?:-[a-z]+)*$/u),
    z.strictObject({
      description: z.string().min(10),
      required: z.boolean(),
      default: z.string().optional(),
    }),
  ),
  outputs: z.record(
    z.string().regex(/^[a-z]+(?:-[a-z]+)*$/u),
    z.strictObject({ description: z.string().min(5) }),
  ),
  runs: z.strictObject({ using: z.literal('node24'), main: z.string(), post: z.string().optional() }),
});

function sample(writes: boolean) {
  return defineAction({
    name: 'sample',
    title: 'Sample: "with" quotes',
    description: 'Does | nothing: # not a comment.',
    icon: 'tag',
    inputs: {
      model: required(text, { description: 'A name, such as ${{ env.MODEL }} or `x`.' }),
      flag: defaulted(boolean, { description: 'A flag of the sample.', default: 'false' }),
      note: optional(text, { description: 'A note: "quoted".', environment: 'SAMPLE_NOTE' }),
    },
    outputs: { version: numberOutput('Number, for ${{ fromJSON(steps.x.outputs.version) }}.') },
    requirements: { writes, privileges: [] },
    run: () => Promise.resolve({ outcome: 'ok' as const, verdict: 'Done' }),
  });
}

describe('action.yml of a declaration', () => {
  test('says what the fields say, and nothing that the runner would evaluate', () => {
    const written = actionYml(sample(true));
    expect(written).toMatch(/^# Generated from src\/actions\/sample\.ts/u);
    expect(written).not.toContain('${{');
    const read = manifest.parse(parse(written));
    expect(read.inputs['model']).toEqual({
      description: 'A name, such as env.MODEL or `x`.',
      required: true,
    });
    expect(read.inputs['flag']).toMatchObject({ required: false, default: 'false' });
    expect(read.outputs['version']?.description).toBe('Number, for fromJSON(steps.x.outputs.version).');
    expect(read.description).toBe('Does | nothing: # not a comment.');
  });

  test('an input that a variable may give is not required, and its default says no more than that it is left out', () => {
    const { inputs } = manifest.parse(parse(actionYml(sample(true))));
    expect(inputs['token']).toMatchObject({ required: false });
    for (const name of ['token', 'host', 'note']) expect(inputs[name]).toMatchObject({ default: 'none' });
  });

  test('only a writing action has a post step', () => {
    expect(manifest.parse(parse(actionYml(sample(true)))).runs.post).toBe('../dist/post.js');
    expect(manifest.parse(parse(actionYml(sample(false)))).runs).not.toHaveProperty('post');
  });
});

describe.each(Object.keys(ACTIONS))('%s', (name) => {
  const folder = name === ROOT_ACTION ? '' : name;
  const read = () => manifest.parse(parse(readFileSync(join(ROOT, folder, 'action.yml'), 'utf8')));

  test('has a manifest that GitHub takes, and its scripts exist', () => {
    const { runs, description } = read();
    // The Marketplace lists the root action, and shows no more than this.
    if (folder === '') expect(description.length).toBeLessThanOrEqual(125);
    for (const script of [runs.main, runs.post ?? runs.main]) {
      expect(existsSync(join(ROOT, folder, script)), script).toBe(true);
    }
  });

  test('stands in its folder under its name', async () => {
    const load = Object.entries(ACTIONS).find(([key]) => key === name)?.[1];
    const action = await load?.();
    expect(action?.name).toBe(name);
    if (action !== undefined) expect(folderOf(action)).toBe(folder === '' ? '' : `${folder}/`);
  });
});

test('every action has a name of its own', () => {
  const names = Object.keys(ACTIONS).map((name) => {
    const path = join(ROOT, name === ROOT_ACTION ? '' : name, 'action.yml');
    return manifest.parse(parse(readFileSync(path, 'utf8'))).name;
  });
  expect(new Set(names).size).toBe(names.length);
});
