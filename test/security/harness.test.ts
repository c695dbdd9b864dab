import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defineAction } from '../../src/actions/contract/action.ts';
import { optional, text } from '../../src/inputs/fields.ts';
import { textOutput } from '../../src/inputs/outputs.ts';
import { paragraph } from '../../src/report/document.ts';
import { world } from '../actions/harness.ts';
import { leaksOf, requireNoLeak } from '../actions/leaks.ts';
import { encodingsOf } from '../actions/secret-encodings.ts';
import { ROOT, sourceFiles } from '../imports.ts';

/** A secret that looks different in every form. */
const SECRET = `"????????&+größe<'0>/~x y%
second line"`;

const FORMS = Object.entries(encodingsOf(SECRET));

/** Places where an action may leave a text. */
const PLACES = ['log', 'debug', 'output', 'verdict', 'summary', 'state'] as const;

/** An action that leaves a text in one place. */
const planted = defineAction({
  name: 'planted',
  title: 'Planted',
  description: 'Leaves a text.',
  icon: 'eye',
  inputs: {
    place: optional(text, { description: 'Where.' }),
    leave: optional(text, { description: 'What.' }),
  },
  outputs: { left: textOutput('The text.') },
  requirements: { writes: true, privileges: [] },
  async plan({ inputs, record, log }) {
    const what = Buffer.from(inputs.leave ?? '', 'hex').toString('utf8');
    const name = { catalog: 'prod', schema: 'ml_team', model: 'm' };
    if (inputs.place === 'log') log.info(what);
    if (inputs.place === 'debug') log.debug(what);
    if (inputs.place === 'output') record.output('left', what);
    if (inputs.place === 'summary')
      record.sections.push({ title: 'Left', folded: false, blocks: [paragraph(what)] });
    const change = { kind: 'description', target: { kind: 'model', name }, from: '', to: what } as const;
    const conclude = () =>
      ({ outcome: 'ok', verdict: inputs.place === 'verdict' ? what : 'Nothing' }) as const;
    return {
      stages: [
        {
          name: 'tags',
          changes: inputs.place === 'state' ? [change] : [],
          work: { kind: 'values', confirm: async () => [] },
        },
      ],
      asPlanned: conclude,
      asApplied: conclude,
    };
  },
});

async function plant(place: string, what: string): Promise<unknown> {
  const { run } = await world();
  const inputs = { place, leave: Buffer.from(what).toString('hex') };
  return run(planted, inputs, { environment: { A_SECRET: SECRET } });
}

test('the secret of these tests has a form of its own in every encoding', () => {
  expect(FORMS.length).toBeGreaterThan(18);
  expect(new Set(FORMS.map(([, encoded]) => encoded)).size).toBe(FORMS.length);
});

describe('a planted leak is caught', () => {
  test.each(FORMS)('%s, in a whole action', async (form, encoded) => {
    await expect(plant('output', `a ${encoded} b`)).rejects.toThrow(form);
  });

  test.each(PLACES)('in the %s', async (place) => {
    // A form that no escaping of ours changes.
    const hex = Buffer.from(SECRET).toString('hex');
    await expect(plant(place, hex)).rejects.toThrow('A secret leaked');
    await expect(plant(place, 'harmless')).resolves.toBeDefined();
  });

  test.each([0, 1, 2])('in base64 of a longer text, %s bytes in', (before) => {
    const longer = Buffer.from(`${'.'.repeat(before)}${SECRET}...`);
    expect(leaksOf(longer.toString('base64'), [SECRET])).toEqual([`secret 1 as base64 shifted by ${before}`]);
    expect(leaksOf(longer.toString('base64url'), [SECRET])).toEqual([
      `secret 1 as base64url shifted by ${before}`,
    ]);
  });

  test('a secret that was received and not masked, though it stands nowhere', () => {
    const left = { printed: 'nothing', files: [], given: [] };
    expect(() => requireNoLeak({ ...left, received: ['emulator-token'] })).toThrow('not masked');
    expect(() =>
      requireNoLeak({ ...left, printed: '::add-mask::emulator-token', received: ['emulator-token'] }),
    ).not.toThrow();
  });

  test('a masked value that stands beside its mask, on any line, before or after', () => {
    for (const printed of ['::add-mask::hush-hush\nhush-hush', 'hush-hush\n::add-mask::hush-hush']) {
      expect(() => requireNoLeak({ printed, files: [], given: [] })).toThrow('secret 1 as plain');
    }
  });

  test.each(['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.x', '?X-Amz-Signature=00', 'Bearer dapi0123456789'])(
    'what nobody named and looks like one: %s',
    (printed) => {
      expect(() => requireNoLeak({ printed, files: [], given: [] })).toThrow('form of a token');
    },
  );
});

test('every test that runs an action, in whatever way, searches for leaks', () => {
  const RUNS =
    /run-action\.ts'|cli\/run\.ts'|, 'src\/index\.ts'\)|join\(DIST, `|\[manifest\.main\]|'action-process\.ts'|= readRun\(/u;
  const files = sourceFiles('test').filter((file) => !file.includes('/node_modules/'));
  // A process cannot search in what it printed: whatever starts it does, and is found by its name.
  const started = ['test/crash/action-process.ts'];
  const runners = files
    .filter((file) => !started.includes(file))
    .filter((file) => RUNS.test(readFileSync(join(ROOT, file), 'utf8')));
  const searches = (file: string) => /requireNoLeak(?:Of)?\(/u.test(readFileSync(join(ROOT, file), 'utf8'));
  const forgetful = runners.filter((file) => !searches(file));
  expect(forgetful).toEqual([]);
  expect(runners).toEqual(
    expect.arrayContaining([
      'test/actions/harness.ts',
      'test/runtime/cli/bench.ts',
      'test/crash/run-once.ts',
      'test/dist/spawn.ts',
      'test/peers/github/act/repository.ts',
      'test/peers/harness/action.ts',
      'test/peers/harness/check-connection.ts',
      'test/runtime/step.ts',
      'test/security/run-job.ts',
    ]),
  );
});
