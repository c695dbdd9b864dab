import { copyable } from './printable.ts';

/** A value as JSON on one line that can be copied as it is shown. */
export function jsonLiteral(value: unknown): string {
  return copyable(JSON.stringify(value), jsonEscape);
}

/** The same in ASCII. */
export function asciiLiteral(value: unknown): string {
  return jsonLiteral(value).replace(/[^ -~]/gu, jsonEscape);
}

/**
 * A text between double quotes that can be copied as it is shown. Python and YAML read its escapes alike: those of JSON,
 * and `\U` with eight digits for what is beyond U+FFFF, where neither puts two halves together.
 */
export function quotedLiteral(text: string): string {
  return copyable(JSON.stringify(text), (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  });
}

function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i), 4)}`).join('');
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
