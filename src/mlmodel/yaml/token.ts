/** A mark of YAML that stands for itself, or for where a block begins or ends. */
export type Mark =
  | 'end of the file'
  | 'document start'
  | 'document end'
  | 'block list'
  | 'block map'
  | 'end of the block'
  | '['
  | ']'
  | '{'
  | '}'
  | '-'
  | ','
  | '?'
  | ':';

/** A scalar as it stands in the text. */
export interface ScalarToken {
  readonly kind: 'scalar';
  readonly line: number;
  readonly text: string;
  /** False for what stands in quotes or is a block of text. */
  readonly isPlain: boolean;
}

/** What the scanner makes of a YAML text, piece by piece. */
export type Token =
  | ScalarToken
  | { readonly kind: Mark; readonly line: number }
  | { readonly kind: 'alias' | 'anchor'; readonly line: number; readonly name: string }
  | { readonly kind: 'tag'; readonly line: number; readonly tag: TagText }
  | { readonly kind: 'directive'; readonly line: number; readonly directive: Directive };

/** A tag as it stands in the text; a handle such as `!!` stands for a beginning, `null` for none. */
export interface TagText {
  readonly handle: string | null;
  readonly suffix: string;
}

/** A line that begins with `%`. */
export type Directive =
  | { readonly kind: 'version'; readonly major: string }
  | { readonly kind: 'handle'; readonly handle: string; readonly prefix: string }
  | { readonly kind: 'unknown' };
