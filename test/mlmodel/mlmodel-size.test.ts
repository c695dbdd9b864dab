import { describe, expect, test } from 'vitest';
import { MAX_MLMODEL_BYTES, parseMlmodel } from '../../src/mlmodel/mlmodel.ts';

/**
 * Milliseconds of the processor, of all threads. What grows faster than the file takes minutes; how long it does take, under
 * two seconds alone on a processor, is no matter of a test.
 */
const LIMIT = 15_000;

/** What a file of the text says, and its size in bytes. */
function readInTime(text: string) {
  const bytes = Buffer.from(text);
  const start = process.cpuUsage();
  const { signature } = parseMlmodel(bytes);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(LIMIT);
  return { signature, size: bytes.length };
}

/** A text as PyYAML writes it: in quotes, folded where a line has 80 characters. */
function folded(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length > 75) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return `'${[...lines, line].join('\n    ')}'`;
}

const SIGNATURE = `signature:\n  inputs: '[{"type": "long"}]'\n  outputs: '[{"type": "long"}]'\n`;

describe('a large file that MLflow may write is read within two seconds', () => {
  test('200,000 columns, 14 MB', () => {
    const columns = Array.from(
      { length: 200_000 },
      (_, at) => `{"type": "double", "name": "feature_number_${at}", "required": true}`,
    );
    const inputs = folded(`[${columns.join(', ')}]`);
    const { signature, size } = readInTime(
      `signature:\n  inputs: ${inputs}\n  outputs: '[{"type": "long"}]'\n  params: null\n`,
    );
    expect(size).toBeGreaterThan(14_000_000);
    expect(signature.state === 'declared' && signature.signature.inputs?.length).toBe(200_000);
  });

  test('45,000 labels, as a list and as two maps, 12 MB', () => {
    const labels = Array.from({ length: 45_000 }, (_, at) => `label ${at} ${'x'.repeat(70)}`);
    const list = labels.map((label) => `  - ${label}\n`).join('');
    const byId = labels.map((label, at) => `    ${at}: ${label}\n`).join('');
    const byLabel = labels.map((label, at) => `    '${label}': ${at}\n`).join('');
    const { signature, size } = readInTime(
      `metadata:\n  labels:\n${list}  id2label:\n${byId}  label2id:\n${byLabel}${SIGNATURE}`,
    );
    expect(size).toBeGreaterThan(12_000_000);
    expect(signature.state).toBe('declared');
  });
});

describe('a hostile file of any size ends within two seconds', () => {
  const size = MAX_MLMODEL_BYTES / 4;
  test.each([
    ['lines', 'a: b\n'.repeat(size / 5)],
    ['words', `a: ${'b '.repeat(size / 2)}`],
    ['colons', `a: ${'b:'.repeat(size / 2)}\n`],
    ['empty lines', `${'\r'.repeat(size)}a: b`],
    ['blanks in quotes', `a: '${' '.repeat(size)}x'\n`],
    ['escapes', `a: "${'\\x41'.repeat(size / 4)}"\n`],
    ['quotes', `a: '${"''".repeat(size / 2)}'\n`],
    ['brackets', `a: ${'['.repeat(size)}`],
    ['empty lists', `a: [${'[],'.repeat(size / 3)}]\n`],
    ['a tag', `a: !${'a'.repeat(size)} x\n`],
    ['keys in brackets', `{${'a: b, '.repeat(size / 6)}}`],
    ['a number', `a: ${'1'.repeat(size)}\n`],
    ['a date', `a: 2024-01-01${' '.repeat(size)}x\n`],
    ['objects of JSON', `signature:\n  inputs: '[${'{},'.repeat(size / 3)}{}]'\n`],
    ['lists of JSON', `signature:\n  inputs: '[${'[],'.repeat(size / 3)}[]]'\n`],
    ['a text of JSON', `signature:\n  inputs: '["${'\\n'.repeat(size / 2)}"]'\n`],
  ])('%s', (_name, text) => {
    expect(readInTime(text).signature.state).not.toBe('declared');
  });
});
