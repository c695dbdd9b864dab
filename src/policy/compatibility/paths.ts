import { visible } from '../../domain/printable.ts';

const PLAIN = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** The path of a part with a name behind it: `inputs.amount`, or `inputs["a.b"]` where the name is no plain word. */
export function named(path: string, name: string): string {
  return PLAIN.test(name) ? `${path}.${name}` : `${path}[${visible(JSON.stringify(name))}]`;
}

/** The path of a column or tensor without a name, counted from 0. */
export function positioned(path: string, index: number): string {
  return `${path}[${index}]`;
}

/** A name as the eye takes it: compatibility forms, letter case and characters that are not seen left out. */
export function looks(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\s]/gu, '')
    .toLowerCase();
}
