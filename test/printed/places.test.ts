import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourceFiles } from '../imports.ts';

/** A block that people copy, or a sentence that has a command, statement or request in it. */
const PRINTS = /\bcode\((?!'text')|kind: 'command',|(?:Run|Send|else): \$\{/u;

/** Modules that print, and the tests which show that each text means what it is for. */
const TRIED: Readonly<Record<string, string>> = {
  'src/report/sections/call-again': 'undo.test.ts: inputs of tag-status',
  'src/report/sections/rollback':
    'test/actions/rollback.test.ts: the statement after a hold that was refused',
  'src/report/sections/label-undo': 'undo.test.ts: inputs, calls of the client',
  'src/auth/refusal-advice': 'advice.test.ts',
  'src/policy/grants/findings': 'printers.test.ts: the same texts as in the section of grants, in sentences',
  'src/policy/grants/revocation':
    'printers.test.ts: the same texts as in the section of grants, in sentences',
  'src/report/sections/grants': 'other-names.test.ts: statements, changes of owner, requests',
  'src/report/sections/undo': 'other-names.test.ts, undo.test.ts: aliases',
  'src/runtime/summary-document': 'advice.test.ts: shows what refusal-advice prints',
  'src/runtime/unknown-changes': 'printers.test.ts: looks',
};

test('every place that prints something to run or to write is tried', () => {
  const places = sourceFiles('src')
    .filter((file) => file !== 'src/report/document.ts')
    .filter((file) => PRINTS.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(places.map((file) => file.replace(/\.ts$/u, '')).sort()).toEqual(Object.keys(TRIED).sort());
});
