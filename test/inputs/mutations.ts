/** What a value may be by mistake. */
const VALUES = [
  '5',
  '-1',
  '1.5',
  'true',
  'null',
  '~',
  '[]',
  '{}',
  '"',
  "'",
  '&a x',
  '*a',
  '!!str x',
  '[1, [2]]',
  '{a: b}',
  'x: y',
  '',
  ' ',
  '.nan',
  '| x',
  '@x',
  '%x',
  'a'.repeat(300),
];

/** What a line may be by mistake: each of its lines in turn is misspelt, cut, moved, doubled, or has another value. */
export function mutationsOf(text: string): string[] {
  const lines = text.split('\n');
  const withLine = (index: number, ...put: readonly string[]) =>
    [...lines.slice(0, index), ...put, ...lines.slice(index + 1)].join('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '' || line.trim().startsWith('#')) return [];
    const [, head = '', key = '', rest = ''] = /^(\s*(?:- )?)([\w-]+):(.*)$/u.exec(line) ?? [];
    const put = (...texts: readonly string[]) => withLine(index, ...texts);
    return [
      put(),
      put(line, line),
      put(` ${line}`),
      put(`\t${line}`),
      put(line.replace(/^ {2}/u, '')),
      put(`${line} extra`),
      put(`${line}: extra`),
      put(line.slice(0, Math.ceil(line.length / 2))),
      put(line, `${/^\s*/u.exec(line)?.[0] ?? ''}another: 1`),
      put(line.replace(/[[\]{}]/u, '')),
      put(line.replace(':', '')),
      put(line.replace(': ', ':')),
      put(`${line}\u00A0`),
      [...lines.slice(0, index), line].join('\n'),
      ...(key === ''
        ? []
        : [
            put(`${head}${key.slice(1)}:${rest}`),
            put(`${head}${key}s:${rest}`),
            put(`${head}${key.toUpperCase()}:${rest}`),
            put(`${head}${key.slice(0, 1)}${key.slice(2)}${key.slice(1, 2)}:${rest}`),
            ...VALUES.map((value) => put(`${head}${key}: ${value}`)),
          ]),
    ];
  });
}
