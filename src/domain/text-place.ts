/** Where something stands in a text file that people edit; line and column begin at 1. */
export interface TextPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `aliases/prod.yml:12:5`, as compilers and editors write it. */
export function formatPlace({ file, line, column }: TextPlace): string {
  return `${file}:${line}:${column}`;
}
