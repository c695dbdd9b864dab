import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/domain/instant.ts';

describe('a moment', () => {
  test.each([
    ['2026-11-20T12:00Z', '2026-11-20T12:00:00.000Z'],
    [' 2026-11-20t12:00:30z ', '2026-11-20T12:00:30.000Z'],
    ['2026-11-20T13:00+01:00', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20 12:00:00.5-00:30', '2026-11-20T12:30:00.500Z'],
    ['2024-02-29T00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s', (text, moment) => {
    const read = parseInstant(text);
    expect(read.ok && new Date(read.value).toISOString()).toBe(moment);
  });

  test.each([
    ['2026-11-20', 'is not a point in time'],
    ['yesterday', 'is not a point in time'],
    ['', 'is not a point in time'],
    ['1763640000', 'is not a point in time'],
    ['2026-11-20T12:00', 'has no zone'],
    ['2026-02-30T12:00Z', 'does not exist'],
    ['2025-02-29T12:00Z', 'does not exist'],
    ['2026-13-01T12:00Z', 'does not exist'],
    ['2026-11-20T25:00Z', 'does not exist'],
    ['2026-11-20T12:61Z', 'does not exist'],
  ])('%s: %s', (text, problem) => {
    expect(parseInstant(text)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem) as string,
    });
  });
});
