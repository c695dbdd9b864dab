import { describe, expect, test } from 'vitest';
import { filesWith, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { promote } from '../../src/actions/promote.ts';
import { world } from '../actions/harness.ts';

const PLANNED = {
  destination: PROD,
  until: 'validate',
  'require-status': 'approved',
  'set-status': 'approved',
};

/** The text of a page before its first fold, as it is read. */
function beforeTheFolds(summary: string): string {
  const [open = ''] = summary.split('<details>');
  return open
    .replaceAll(/<[^>]+>/gu, ' ')
    .replaceAll(/&#(\d+);/gu, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll(/&nbsp;|\s+/gu, ' ');
}

/** The model with one more optional input. */
const OPTIONAL = filesWith(
  `flavors:\n  sklearn: {}\nsignature:\n  inputs: '${JSON.stringify([
    { type: 'double', name: 'amount', required: true },
    { type: 'long', name: 'country_code', required: true },
    { type: 'double', name: 'merchant_risk', required: false },
    { type: 'boolean', name: 'night', required: true },
  ])}'\n  outputs: '${JSON.stringify([{ type: 'double', name: 'is_fraud', required: true }])}'\n`,
);

describe('a page that waits for approval answers before its first fold', () => {
  test('what changes, what it rests on, who asked, how to approve it, and how it is undone', async () => {
    const { run } = await world();
    const seen = await run(promote, { ...PLANNED, source: `models:/${STAGING}/1` });
    const text = beforeTheFolds(seen.summary);
    expect(text).toContain('Waiting for approval: Champion 1 → 2');
    expect(text).toContain(`${PROD}`);
    expect(text).toMatch(/Signature 4 inputs, 1 output .*no change/u);
    expect(text).toMatch(/Content .*sha256:[0-9a-f]{8}/u);
    expect(text).toMatch(/validation_status .*approved/u);
    expect(text).toContain('Requested by ada');
    expect(text).toContain(seen.outputs['plan-code']);
    expect(text).toMatch(/Undo afterwards: .*version: 1/u);
  });

  test('what could break', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(STAGING, { files: OPTIONAL, tags: { validation_status: 'approved' } });
    const seen = await run(promote, {
      ...PLANNED,
      source: `models:/${STAGING}/3`,
      compatibility: 'none',
    });
    const text = beforeTheFolds(seen.summary);
    expect(text, seen.verdict).toContain('Waiting for approval: Champion 1 → 2');
    expect(text).toContain('What could break:');
    expect(text).toContain('is_fraud');
  });
});
