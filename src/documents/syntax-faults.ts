import type { ErrorCode, YAMLError } from 'yaml';
import { show } from '../domain/printable.ts';

/** What is wrong at an offset of a text, before its place is known. */
export interface OffsetFault {
  readonly offset: number;
  readonly problem: string;
  readonly fix: string;
}

const PLAIN_FIX = 'Correct the line: a key, a colon, a space and a value, or "- " and a value.';

/** What to do about what the parser finds, by its code. */
const FIXES: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'Write a backslash twice, or the text in single quotes.',
  BAD_INDENT:
    'Indent the line by as many spaces as the others of its list or mapping, and close every bracket.',
  BAD_SCALAR_START: 'Write the text in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'Write the value on its own line with deeper indentation, or in quotes if the colon belongs to it.',
  BLOCK_IN_FLOW: 'Write the list or mapping on lines of its own, without brackets.',
  KEY_OVER_1024_CHARS: 'Shorten the key.',
  MISSING_CHAR: 'Add the missing character: a closing quote, bracket or comma, or a space after the colon.',
  MULTILINE_IMPLICIT_KEY: 'Write the key on one line, with a colon and a space after it.',
  TAB_AS_INDENT: 'Indent by spaces.',
};

/** What the parser says that is wrong with a text. */
export function syntaxFault({ code, message, pos }: YAMLError): OffsetFault {
  const [offset] = pos;
  return {
    offset,
    problem: `This is not valid YAML: ${show(message, 200)}.`,
    fix: FIXES[code] ?? PLAIN_FIX,
  };
}
