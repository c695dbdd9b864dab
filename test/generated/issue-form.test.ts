import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { ACTIONS } from '../../src/index.ts';
import { ROOT } from '../imports.ts';

const words = z.string().min(1);
const id = z.string().regex(/^[\w-]+$/u);
const validations = z.strictObject({ required: z.boolean() }).optional();
const about = { label: words, description: words.optional() };
const items = z.array(words).min(1);

/** GitHub's documentation, "Syntax for GitHub's form schema", as far as our form needs it. */
const form = z.strictObject({
  name: words,
  description: words,
  labels: z.array(words),
  body: z.array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: words }) }),
      z.strictObject({
        type: z.literal('textarea'),
        id,
        attributes: z.strictObject({ ...about, render: z.enum(['json', 'text']).optional() }),
        validations,
      }),
      z.strictObject({
        type: z.literal('input'),
        id,
        attributes: z.strictObject({ ...about, placeholder: words.optional() }),
        validations,
      }),
      z.strictObject({
        type: z.literal('dropdown'),
        id,
        attributes: z.strictObject({ ...about, options: items }),
        validations,
      }),
      z.strictObject({
        type: z.literal('checkboxes'),
        id,
        attributes: z.strictObject({
          label: words,
          options: z.array(z.strictObject({ label: words, required: z.boolean() })),
        }),
      }),
    ]),
  ),
});

const bug = form.parse(parse(readFileSync(join(ROOT, '.github/ISSUE_TEMPLATE/bug.yml'), 'utf8')));
const fields = bug.body.flatMap((field) => (field.type === 'markdown' ? [] : [field]));

test('the first thing that a bug report is asked for is the summary of check-connection', () => {
  const [first] = fields;
  expect(first).toMatchObject({ id: 'check-connection', validations: { required: true } });
});

test('ids and labels are each given once', () => {
  for (const values of [fields.map((field) => field.id), fields.map(({ attributes }) => attributes.label)]) {
    expect(new Set(values).size).toBe(values.length);
  }
});

test('every action can be named', () => {
  const field = fields.find((each) => each.id === 'action');
  const options = field?.type === 'dropdown' ? field.attributes.options : [];
  expect([...options].sort()).toEqual(Object.keys(ACTIONS).sort());
});
