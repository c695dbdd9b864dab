import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { workflowInputs } from '../../src/inputs/workflow.ts';
import { code } from '../../src/report/document.ts';
import { TOKENS, world, type ActionRun, type ActionBench } from '../actions/harness.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { shownTexts } from './judge.ts';
import { HOSTILE_PRINCIPALS, texts } from './names.ts';
import { codeIn, runPrinted } from './run-printed.ts';
import { inputsOf } from './workflow.ts';

type Inputs = Readonly<Record<string, string>>;

/** The state but for our own records; an empty description and none are the same to who reads one. */
function compared(state: MetastoreSnapshot): MetastoreSnapshot {
  const copy = structuredClone(state);
  for (const model of Object.values(copy.models)) {
    model.description ??= '';
    for (const version of Object.values(model.versions)) {
      version.description ??= '';
    }
    for (const key of Object.keys(model.tags))
      if (key.startsWith('uc_promote_moves_')) delete model.tags[key];
  }
  return copy;
}

/** Does what a run says under "How to undo": inputs as they stand in a step of their own, then what is to be run. */
async function pasteBack({ run, emulator }: ActionBench, { report, blocks }: ActionRun): Promise<void> {
  for (const block of report.undo) if (block.kind === 'code') expect(blocks).toContainEqual(block);
  for (const text of codeIn(report.undo, 'yaml')) {
    const again = await run(tagStatus, inputsOf(text));
    expect([text, again.outputs['outcome'], again.verdict]).toEqual([text, 'ok', again.verdict]);
  }
  await runPrinted(emulator, report.undo, TOKENS.promoter);
}

/** Runs an action that writes, and holds that what it prints brings back what there was. */
async function expectUndone(started: ActionBench, action: Action, inputs: Inputs): Promise<ActionRun> {
  const seen = await started.run(action, inputs);
  expect([seen.outputs['outcome'], seen.outputs['changed'], seen.verdict]).toEqual([
    'ok',
    'true',
    seen.verdict,
  ]);
  expect(compared(seen.after)).not.toEqual(compared(seen.before));
  await pasteBack(started, seen);
  expect(compared(started.emulator.state())).toEqual(compared(seen.before));
  return seen;
}

async function startWith(prepare: (metastore: Metastore) => void): Promise<ActionBench> {
  const started = await world();
  moreVersions(started.emulator.metastore);
  prepare(started.emulator.metastore);
  return started;
}

describe('an alias', () => {
  const CASES: readonly [what: string, inputs: Inputs][] = [
    ['set', { alias: 'Challenger', version: '2' }],
    ['moved', { alias: 'Champion', version: '2' }],
    ['deleted', { alias: 'Champion', delete: 'true' }],
  ];

  test.each(CASES)('%s: by the command', async (_, inputs) => {
    await expectUndone(await world().then(withVersions), setAlias, { model: PROD, ...inputs });
  });

  test.each(CASES)('%s: by the inputs', async (_, inputs) => {
    const { run, emulator } = await world().then(withVersions);
    const seen = await run(setAlias, { model: PROD, ...inputs });
    const [said] = seen.report.undo;
    const sentence = said?.kind === 'paragraph' ? said.text.replaceAll('`', '') : '';
    const [, list = ''] = /[Rr]un set-alias with (.*?)(?:, or:|\.)$/u.exec(sentence) ?? [];
    const again = inputsOf(list.split(' and ').join('\n'));
    await run(setAlias, { model: PROD, alias: inputs['alias'] ?? '', ...again });
    expect(compared(emulator.state())).toEqual(compared(seen.before));
  });

  test('that named a version which no check lets through: the inputs are refused, the command undoes it', async () => {
    const started = await startWith((metastore) => metastore.setAlias(PROD, 'Champion', 3));
    const inputs = { model: PROD, alias: 'Champion', version: '2' };
    const seen = await started.run(setAlias, inputs);
    const refused = await started.run(setAlias, { ...inputs, version: '3', 'expected-version': '2' });
    expect([refused.outputs['outcome'], refused.after]).toEqual(['blocked', seen.after]);
    await pasteBack(started, seen);
    expect(compared(started.emulator.state())).toEqual(compared(seen.before));
  });

  async function withVersions(started: ActionBench): Promise<ActionBench> {
    moreVersions(started.emulator.metastore);
    return started;
  }
});

interface LabelCase {
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly inputs: Inputs;
}

const LABELS: Readonly<Record<string, LabelCase>> = {
  'a status that was not set': { inputs: { status: 'approved' } },
  'a status changed': { tags: { validation_status: 'pending' }, inputs: { status: 'rejected' } },
  'a status of another key, that was not set': { inputs: { status: 'b', 'status-key': 'review' } },
  'a status of another key': { tags: { review: 'a' }, inputs: { status: 'b', 'status-key': 'review' } },
  'a status of another key beside the usual one': {
    tags: { review: 'a', validation_status: 'pending' },
    inputs: { status: 'b', 'status-key': 'review', tags: 'validation_status=approved' },
  },
  'a status of a key that approves a deployment job': {
    tags: { approval_check: 'open' },
    inputs: { status: 'approved', 'status-key': 'approval_check', 'allow-approval-tags': 'true' },
  },
  'a status that was empty': { tags: { review: '' }, inputs: { status: 'b', 'status-key': 'review' } },
  'a status that was of several lines': {
    tags: { validation_status: 'rejected:\n- no test\n' + '- no owner' },
    inputs: { status: 'pending' },
  },
  'a status taken away': {
    tags: { validation_status: 'approved' },
    inputs: { 'remove-tags': 'validation_status' },
  },
  'a status written as a tag': {
    tags: { validation_status: 'approved' },
    inputs: { tags: 'validation_status=no' },
  },
  'tags set': { inputs: { tags: 'a=1\nb=two words\nempty=' } },
  'tags overwritten': { tags: { a: '1', b: 'x=y', c: '' }, inputs: { tags: 'a=2\nb=3\nc=4' } },
  'tags deleted': { tags: { a: '1', b: 'two words', c: '' }, inputs: { 'remove-tags': 'a\nb\nc' } },
  'a hold set by hand': { inputs: { tags: 'uc_promote_hold=incident 7' } },
  'a hold taken away': {
    tags: { uc_promote_hold: 'incident 7' },
    inputs: { 'remove-tags': 'uc_promote_hold' },
  },
  'values that YAML reads as something else': {
    tags: {
      a: 'true',
      b: '1.0',
      c: 'null',
      d: '# x',
      e: '- x',
      f: 'a: b',
      g: '0x1f',
      h: '2026-01-01',
      i: '~',
    },
    inputs: { 'remove-tags': 'a\nb\nc\nd\ne\nf\ng\nh\ni' },
  },
  'a value alone that YAML reads as something else': {
    tags: { validation_status: 'no' },
    inputs: { status: 'yes' },
  },
  'values that GitHub would evaluate': {
    tags: { a: '${{ secrets.TOKEN }}', validation_status: "${{ '${{' }}" },
    inputs: { status: 'pending', 'remove-tags': 'a' },
  },
  'one value of several lines': { tags: { a: '1', note: 'x\ny' }, inputs: { tags: 'a=2\nnote=z' } },
  'several values of several lines': {
    tags: { a: '1', b: 'x\ny', c: 'x\r\ny', validation_status: 'a\nb' },
    inputs: { status: 'pending', tags: 'a=2\nb=z', 'remove-tags': 'c' },
  },
  'values with white space around them': {
    tags: { a: ' x', b: 'x\n', c: '\u00a0' },
    inputs: { tags: 'a=1\nb=2\nc=3' },
  },
  'keys that no line of tags can say': {
    tags: { 'a=b': 'x', 'c=d': '', e: 'f' },
    inputs: { 'remove-tags': 'a=b\nc=d\ne' },
  },
  'a key of several lines': { inputs: { status: 'x', 'status-key': 'a\nb' } },
  'a key that begins like a comment': { tags: { '#a': '1' }, inputs: { status: '2', 'status-key': '#a' } },
  'a description that there was not': { inputs: { description: 'Checked.' } },
  'a description replaced': { description: 'Trained on Q3.', inputs: { description: 'Checked.' } },
  'a description emptied': { description: 'Trained on Q3.', inputs: { 'remove-description': 'true' } },
  'a description of several lines': {
    description: '# Fraud\n\nSee **notes**:\n\n  - it\'s "new"\n\t- tab\\end # no comment\n...\n---',
    inputs: { description: 'one line' },
  },
  'a description with white space around it': { description: '\n  indented\n', inputs: { description: 'x' } },
  'a description that begins with a blank alone': { description: ' ', inputs: { description: 'x' } },
  'everything at once': {
    tags: { a: '1', b: 'x\ny', gone: 'was here', validation_status: 'pending' },
    description: 'Before.\nAnd after.',
    inputs: {
      status: 'approved',
      tags: 'a=2\nb=3\nnew=4',
      'remove-tags': 'gone',
      description: 'After.',
    },
  },
};

function prepare(metastore: Metastore, { tags = {}, description }: LabelCase, version?: number): void {
  metastore.setTags(PROD, tags, version);
  const model = metastore.state.models.get(PROD);
  const target = version === undefined ? model : model?.versions.get(version);
  if (target !== undefined && description !== undefined) target.description = description;
}

describe('tag-status', () => {
  test.each(Object.entries(LABELS))('%s', async (_, each) => {
    const started = await startWith((metastore) => prepare(metastore, each, 2));
    await expectUndone(started, tagStatus, { model: PROD, version: '2', ...each.inputs });
  });

  test.each(Object.entries(LABELS).filter(([, { inputs }]) => inputs['status'] === undefined))(
    'of the model itself: %s',
    async (_, each) => {
      const started = await startWith((metastore) => prepare(metastore, each));
      await expectUndone(started, tagStatus, { model: PROD, ...each.inputs });
    },
  );

  test('what was in a hostile registry', async () => {
    const values = HOSTILE_PRINCIPALS.filter((text) => !text.includes('\u0000'));
    for (let first = 0; first < values.length; first += 12) {
      const tags = Object.fromEntries(values.slice(first, first + 12).map((value, i) => [`k${i}`, value]));
      const each = { tags, description: values[first] ?? '', inputs: {} };
      const started = await startWith((metastore) => prepare(metastore, each, 2));
      await expectUndone(started, tagStatus, {
        model: PROD,
        version: '2',
        'remove-tags': Object.keys(tags).join('\n'),
        'remove-description': 'true',
      });
    }
  }, 60_000);

  test('any values', async () => {
    const each = fc.record({
      tags: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/u), texts, { minKeys: 1, maxKeys: 6 }),
      description: fc.option(texts, { nil: '' }),
      removes: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(each, async ({ tags, description, removes }) => {
        const started = await startWith((metastore) =>
          prepare(metastore, { tags, description, inputs: {} }, 2),
        );
        const keys = Object.keys(tags);
        const inputs = removes
          ? { 'remove-tags': keys.join('\n') }
          : { tags: keys.map((key) => `${key}=NEW`).join('\n') };
        await expectUndone(started, tagStatus, {
          model: PROD,
          version: '2',
          description: 'something new and plain',
          ...inputs,
        });
        await started.emulator.close();
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);

  test('by an alias: the undo names the version, which the alias may no longer name', async () => {
    const started = await startWith(() => undefined);
    const seen = await started.run(tagStatus, { model: PROD, alias: 'Champion', status: 'rejected' });
    expect(codeIn(seen.report.undo, 'yaml')).toEqual([
      `model: ${PROD}\nversion: 1\nremove-tags: validation_status`,
    ]);
  });

  test('the key is said where it is not the usual one, in its place and nowhere else', async () => {
    const started = await startWith((metastore) => metastore.setTags(PROD, { review: 'a' }, 2));
    const seen = await started.run(tagStatus, {
      model: PROD,
      version: '2',
      status: 'b',
      'status-key': 'review',
    });
    expect(codeIn(seen.report.undo, 'yaml')).toEqual([
      `model: ${PROD}\nversion: 2\nstatus: a\nstatus-key: review`,
    ]);
  });

  test.each([
    ['a signature', '3', { 'require-signature': 'off' }],
    ['privileges', '2', { 'check-privileges': 'warn' }],
    ['another word that approves', '3', { 'approving-statuses': 'green' }],
  ])('the undo goes through where the run did: %s', async (_, version, more) => {
    const tags = { validation_status: 'approved' };
    const started = await startWith((metastore) => metastore.setTags(PROD, tags, Number(version)));
    const inputs = { model: PROD, version, status: 'no', ...more };
    const seen = await expectUndone(started, tagStatus, inputs);
    expect(inputsOf(codeIn(seen.report.undo, 'yaml')[0] ?? '')).toMatchObject(more);
  });

  test('a status that approves passes the same checks when it is given back', async () => {
    const started = await startWith((metastore) =>
      metastore.setTags(PROD, { validation_status: 'approved' }, 3),
    );
    const seen = await started.run(tagStatus, { model: PROD, version: '3', status: 'rejected' });
    const [text = ''] = codeIn(seen.report.undo, 'yaml');
    const refused = await started.run(tagStatus, inputsOf(text));
    expect([refused.outputs['outcome'], refused.after]).toEqual(['blocked', seen.after]);
  });

  test('what was written before a later write failed is taken back, and nothing else', async () => {
    const started = await startWith((metastore) => metastore.setTags(PROD, { a: '1', b: '2' }, 2));
    const { emulator, run } = started;
    emulator.faults.add({
      method: 'PATCH',
      template: /model-versions\/update/u,
      kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
    });
    const seen = await run(tagStatus, {
      model: PROD,
      version: '2',
      tags: 'a=x',
      'remove-tags': 'b',
      description: 'new',
    });
    expect(seen.outputs).toMatchObject({ outcome: 'denied', changed: 'true' });
    await pasteBack(started, seen);
    expect(compared(emulator.state())).toEqual(compared(seen.before));
  });

  test('a dry run has nothing to undo', async () => {
    const { run } = await startWith(() => undefined);
    const seen = await run(tagStatus, { model: PROD, version: '2', status: 'approved', 'dry-run': 'true' });
    expect(seen.report.undo).toEqual([]);
  });

  test.each([
    ['alone', (host: string) => `Notebook: https://${host}/#notebook/1`],
    ['on a line of its own', (host: string) => `Notebook:\n${host}/#notebook/1`],
    ['behind a character that nobody sees', (host: string) => `\u200b${host} `],
  ])('an old text that names the host, %s, is not printed changed', async (_, describe) => {
    const started = await world();
    const { host } = new URL(started.emulator.url);
    moreVersions(started.emulator.metastore);
    prepare(started.emulator.metastore, { description: describe(host), inputs: {} }, 2);
    const seen = await started.run(tagStatus, { model: PROD, version: '2', description: 'x' });
    expect(seen.report.undo.filter(({ kind }) => kind === 'code')).toEqual([]);
    expect(JSON.stringify(seen.report.undo)).toContain('contains a host, which is never printed');
  });
});

describe('promote', () => {
  const INPUTS = { source: `models:/${STAGING}/1`, destination: PROD };

  test('of a copy that was there: alias and status are as they were', async () => {
    const started = await world();
    await started.run(promote, { ...INPUTS, until: 'copy' });
    started.emulator.metastore.setTags(PROD, { review: 'open' }, 2);
    const seen = await expectUndone(started, promote, {
      ...INPUTS,
      'set-status': 'approved',
      'status-key': 'review',
    });
    expect(seen.report.undo[0]).toMatchObject({ text: expect.stringContaining('set-alias') as string });
  });

  test('of a new copy: every model and version that was there is as it was, and the copy has no alias', async () => {
    const started = await world();
    const seen = await started.run(promote, { ...INPUTS, 'set-status': 'approved' });
    await pasteBack(started, seen);
    const after = compared(started.emulator.state());
    expect(after.models[PROD]?.versions['2']?.tags['validation_status']).toBe('approved');
    delete after.models[PROD]?.versions['2'];
    expect(after).toEqual(compared(seen.before));
  });
});

test('an input is what was to be said, however YAML, GitHub and the page read it', () => {
  const text = fc.oneof(
    texts,
    fc.constantFrom('yes', 'No', 'ON', 'null', 'Y', '1', '1e3', '.5', '-', '=', '<<', 'a: b'),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (values) => {
      const inputs = Object.fromEntries(values.map((value, index) => [`input-${index}`, value]));
      const [shown = ''] = shownTexts([code('yaml', workflowInputs(inputs))]);
      expect(inputsOf(shown)).toEqual(inputs);
    }),
    { numRuns: 300 },
  );
});

describe('holds', () => {
  const REASONS = [
    'incident 7',
    'it\'s: "#8" ${{ x }}',
    "'quoted'",
    'two\nlines',
    '- list',
    'true',
    '🚨 {a: b}',
  ];
  const holdsOf = (state: MetastoreSnapshot) =>
    Object.entries(state.models[PROD]?.tags ?? {}).flatMap(([key, value]) =>
      key.startsWith('uc_promote_hold_') ? [(JSON.parse(value) as { reason: string }).reason] : [],
    );

  test.each(REASONS)('one that is set is lifted, and one that is lifted is set again: %j', async (reason) => {
    const started = await startWith(() => undefined);
    await expectUndone(started, tagStatus, { model: PROD, version: '2', hold: reason });
    await started.run(tagStatus, { model: PROD, version: '2', hold: reason });
    const lifted = await started.run(tagStatus, { model: PROD, version: '2', 'lift-hold': 'true' });
    expect(holdsOf(lifted.after)).toEqual([]);
    await pasteBack(started, lifted);
    expect(holdsOf(started.emulator.state())).toEqual(holdsOf(lifted.before));
    expect(holdsOf(lifted.before)).toEqual([reason]);
  });

  test('a rollback is undone: the alias, and the hold', async () => {
    const started = await startWith((metastore) => metastore.setAlias(PROD, 'Champion', 2));
    const inputs = { model: PROD, alias: 'Champion', 'from-version': '2', 'to-version': '1', reason: 'x' };
    await expectUndone(started, rollback, inputs);
  });
});
