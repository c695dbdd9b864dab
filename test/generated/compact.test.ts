import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compact } from '../../scripts/bundle/compact.ts';
import { joinLicenses } from '../../scripts/bundle/licenses.ts';

describe('compact', () => {
  test.each([
    ['a comment on a line of its own', '/** Says. */\nlet a;\n  // More.\nlet b;\n', 'let a;\nlet b;\n'],
    ['a comment of several lines', 'let a; /* one\n  two */\n\nlet b;\n', 'let a;\nlet b;\n'],
    ['a comment within a line', 'f(/* first */ 1, 2); // last\n', 'f( 1, 2);\n'],
    [
      'half of the indentation',
      'if (a) {\n    if (b) {\n        c();\n    }\n}\n',
      'if (a) {\n  if (b) {\n    c();\n  }\n}\n',
    ],
    [
      'what looks like a comment in a string',
      'let a = \'// b\', c = "/* d */";\n',
      'let a = \'// b\', c = "/* d */";\n',
    ],
    [
      'what looks like one in an expression of characters',
      'let a = /\\/\\*[/*]/u; // b\n',
      'let a = /\\/\\*[/*]/u;\n',
    ],
    ['lines of a text', 'let a = `// b\n\n    /* c */\n`;\n', 'let a = `// b\n\n    /* c */\n`;\n'],
    ['code within a text', 'let a = `x${\n    /* y */ b\n}\n    z`;\n', 'let a = `x${\n   b\n}\n    z`;\n'],
    [
      'a comment behind a text of several lines',
      'let a = `b\n    c`; // d\nlet e = `\n  f`; /* g\n h */\n',
      'let a = `b\n    c`;\nlet e = `\n  f`;\n',
    ],
    [
      'a notice of copyright',
      '// Copyright A\n/*! B. MIT License */\n// of copyRights\nlet a;\n',
      '// Copyright A\n/*! B. MIT License */\nlet a;\n',
    ],
    ['brackets around a function', 'f({ a: (() => {}) });\n', 'f({ a: (() => {}) });\n'],
  ])('%s', (_, text, expected) => {
    expect(compact(text)).toBe(expected);
  });

  test('a comment that keeps two words apart is no comment to leave out', () => {
    expect(() => compact('function f(a) { return/**/a; }\n')).toThrow('would be another program');
  });
});

describe('joinLicenses', () => {
  function packages(...names: string[]): string {
    const root = mkdtempSync(join(tmpdir(), 'uc-promote-licenses-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    for (const name of names) {
      mkdirSync(join(root, 'node_modules', name), { recursive: true });
      writeFileSync(join(root, 'node_modules', name, 'package.json'), '{}');
    }
    return root;
  }

  test('each package once, by its name, with its whole text', () => {
    const root = packages('zod', '@actions/core', 'undici');
    const first = '\nundici\nMIT\nMIT License\n\nCopyright A\n\nzod\nMIT\n\nCopyright B\n';
    const second = '@actions/core\nMIT\nCopyright C\n\nzod\nMIT\n\nCopyright B\n';
    expect(joinLicenses([first, second], new Set(['zod', 'undici', '@actions/core']), root)).toBe(
      '@actions/core\nMIT\nCopyright C\n\nundici\nMIT\nMIT License\n\nCopyright A\n\nzod\nMIT\n\nCopyright B\n',
    );
  });

  test('a package that only another one has is known by the bundle', () => {
    const root = packages('zod');
    const text = 'nested\nMIT\n\nCopyright A\n\nzod\nMIT\n';
    expect(joinLicenses([text], new Set(['nested', 'zod']), root)).toBe(
      'nested\nMIT\n\nCopyright A\n\nzod\nMIT\n',
    );
  });

  test('a package of the bundle without a licence is an error', () => {
    const root = packages('zod', 'undici');
    expect(() => joinLicenses(['zod\nMIT\n'], new Set(['zod', 'undici']), root)).toThrow(
      'The licences of these packages are missing: undici',
    );
  });
});
