import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { show } from '../../src/domain/printable.ts';
import { parseHost } from '../../src/http/host.ts';
import { Redactor } from '../../src/runtime/redactor.ts';
import { encodingsOf } from '../actions/secret-encodings.ts';
import { TOKENS, world, type ActionRun } from '../actions/harness.ts';

/** Everything that a run leaves behind, as it is before the runner masks anything. */
function leftBy({ outputs, summary, log, annotations, state, report }: ActionRun): string {
  return JSON.stringify([outputs, summary, log, annotations, state, report]);
}

const MOVE = { model: PROD, alias: 'Champion', version: '1' };

describe('a secret that a server repeats', () => {
  const token = TOKENS.promoter;
  for (const [title, contentType, body] of [
    [
      'in a message',
      'application/json',
      JSON.stringify({ error_code: 'PERMISSION_DENIED', message: `Bearer ${token} may not` }),
    ],
    [
      'in the address of a message, encoded and in base64',
      'application/json',
      JSON.stringify({
        error_code: 'PERMISSION_DENIED',
        message: `Basic ${Buffer.from(`user:${token}`).toString('base64')} at https://x.example/?t=${encodeURIComponent(token)}`,
      }),
    ],
    ['in the title of a page', 'text/html', `<html><head><title>${token} | Denied</title></head></html>`],
    [
      'where a message is cut within it',
      'application/json',
      JSON.stringify({ error_code: 'PERMISSION_DENIED', message: `${'x '.repeat(200)}${token.repeat(200)}` }),
    ],
  ] as const) {
    test(`${title}: in no output, report, summary, annotation or line`, async () => {
      const { run, emulator } = await world();
      emulator.faults.add({
        method: 'GET',
        path: /\/models\//u,
        times: Infinity,
        kind: { kind: 'status', status: 403, contentType, body },
      });
      const seen = await run(setAlias, { ...MOVE, 'check-privileges': 'off' });
      expect(seen.exitCode).toBe(1);
      const left = leftBy(seen);
      for (const form of Object.values(encodingsOf(token))) expect(left).not.toContain(form);
      expect(left).not.toContain(token.slice(0, 12));
      expect(left).toContain('***');
    });
  }

  test('in tags, values and keys, and in a description', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(PROD, { [`k_${token}`]: `v ${token}` }, 1);
    const seen = await run(tagStatus, { model: PROD, version: '1', tags: 'team=risk' });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(leftBy(seen)).not.toContain(token);
    expect(JSON.parse(seen.outputs['tags'] ?? '')).toMatchObject({ 'k_***': 'v ***', team: 'risk' });
  });

  test('in what it says of a version', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      method: 'GET',
      template: /model-versions\/get$/u,
      times: Infinity,
      kind: { kind: 'set-field', field: 'status', value: 'FAILED_REGISTRATION' },
    });
    emulator.faults.add({
      method: 'GET',
      template: /model-versions\/get$/u,
      times: Infinity,
      kind: { kind: 'set-field', field: 'status_message', value: `upload with ${token} failed` },
    });
    const seen = await run(findVersion, { model: PROD, version: '1', 'require-signature': 'off' });
    expect(leftBy(seen)).not.toContain(token);
  });
});

describe('what is withheld', () => {
  test('is found in every form, in the middle of any text, whole or cut', () => {
    const secrets = fc.string({ unit: 'grapheme', minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const redactor = new Redactor();
        redactor.addSecret(secret);
        for (const [name, form] of Object.entries(encodingsOf(secret))) {
          // A half of a secret is none that anybody repeats.
          if (name.endsWith('ampersand') || form.length < 8 || before.includes(form) || after.includes(form))
            continue;
          expect(redactor.hide(`${before}|${form}|${after}`)).not.toContain(`|${form}|`);
        }
      }),
      { numRuns: 300 },
    );
    const redactor = new Redactor();
    redactor.addSecret('dapi0123456789abcdef');
    expect(redactor.hide(show(`the token dapi0123456789abcdef`, 22))).toBe('the token ***…');
    expect(redactor.hide('dapi0123 is no secret')).toBe('dapi0123 is no secret');
  });

  test('may be a thousand signed addresses, which cost no more than one', () => {
    const signature = (count: number) => createHash('sha256').update(String(count)).digest('hex');
    const redactor = new Redactor();
    for (let count = 0; count < 5000; count += 1) redactor.addSecret(signature(count));
    const text = `${'0123456789abcdef '.repeat(20_000)}${signature(4999)}`;
    const startedAt = performance.now();
    expect(redactor.hide(text).endsWith(' ***')).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('a short word is none: it would tear texts apart', () => {
    const redactor = new Redactor();
    redactor.addSecret('prod');
    expect(redactor.hide('prod.ml_team.m')).toBe('prod.ml_team.m');
  });
});

describe('an invalid address is shown without user and password', () => {
  for (const [text, shown] of [
    ['https://me:pa55word@my host', 'https://my host'],
    ['me:pa55word@my host', 'my host'],
    ['https://me:pa/55@word@host:port', 'https://host:port'],
    ['https://my host', 'https://my host'],
  ] as const) {
    test(text, () => {
      expect(parseHost(text)).toMatchObject({ ok: false, problem: `"${shown}" is not a valid address.` });
    });
  }

  test('in whatever an action leaves behind', async () => {
    const { run } = await world();
    const environment = { DATABRICKS_HOST: 'https://me:pa55word@my host' };
    const seen = await run(setAlias, MOVE, { environment });
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(leftBy(seen)).toContain('https://my host');
    expect(leftBy(seen)).not.toContain('pa55word');
  });
});
