import { show } from '../src/domain/printable.ts';

/** What nothing that leaves the suite may hold, by its form: what a server may say of others. */
const FORMS: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/giu, '(address)'],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+/gu, '(person)'],
  [/\b(?:eyJ[\w-]{8,}\.[\w.-]+|dapi[\w-]{8,}|dose[\w-]{8,})/gu, '(secret)'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/giu, '(id)'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/gu, '(address)'],
  [/\b(?=\w*\d)[\w-]{24,}\b/gu, '(id)'],
  [/\b\d{7,}\b/gu, '(number)'],
  [/\b[\w-]+\.[\w-]+\.[\w-]+(?:\.[\w-]+)*\b/gu, '(name)'],
];

/** Takes out of every text that leaves the suite what it is to withhold, and what looks like a name or a secret. */
export class Redactor {
  readonly #known: { readonly text: string; readonly placeholder: string }[] = [];

  /** Withholds a text from now on; one of one or two characters only in quotes: it would be found in every word. */
  add(text: string, placeholder: string): void {
    if (text === '') return;
    this.#known.push({ text, placeholder });
    this.#known.sort((a, b) => b.text.length - a.text.length);
  }

  /** The text without any of it, on one line, at most 300 characters. */
  hide(text: string): string {
    const known = this.#known.reduce(
      (shown, { text: secret, placeholder }) => shown.replaceAll(patternOf(secret), () => placeholder),
      text,
    );
    return show(
      FORMS.reduce((shown, [pattern, placeholder]) => shown.replace(pattern, placeholder), known),
      300,
    );
  }
}

function patternOf(text: string): RegExp {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
  return new RegExp(text.length < 3 ? `(?<=['"\`])${literal}(?=['"\`])` : literal, 'giu');
}
