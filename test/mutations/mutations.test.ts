import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENFORCER_MUTATIONS } from './enforcer-mutations.ts';
import { GATE_MUTATIONS } from './gate-mutations.ts';

const ROOT = new URL('../../', import.meta.url);

test.each([...GATE_MUTATIONS, ...ENFORCER_MUTATIONS])(
  '$file: $breaks: its text stands there once',
  (mutation) => {
    const parts = readFileSync(new URL(mutation.file, ROOT), 'utf8').split(mutation.from);
    expect(parts).toHaveLength(2);
  },
);
