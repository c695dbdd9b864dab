/** A text as a sentence with its period; one that already ends in a mark keeps it. */
export function sentence(text: string): string {
  return /[.!?:…]$/u.test(text) ? text : `${text}.`;
}
