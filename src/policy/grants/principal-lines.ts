import { samePrincipal } from '../../domain/principal.ts';
import { show, visible } from '../../domain/printable.ts';

/** A line that names no principal: `line` counts from 1. */
export interface PrincipalFault {
  readonly line: number;
  readonly problem: string;
  readonly fix: string;
}

/** The principals of all good lines, each once, and the faults of the others. */
export interface ParsedPrincipals {
  readonly principals: readonly string[];
  readonly faults: readonly PrincipalFault[];
}

/** A principal's name is no longer than this in Unity Catalog's lists of people and groups. */
const MAX_NAME = 255;

/**
 * Reads lines of principals as grants name them: a user's e-mail address, a group's name, a service principal's
 * application id. Blank lines and those that begin with `#` are left out, and so are repetitions. Names compare
 * exactly, so a character that nobody sees is a fault.
 */
export function parsePrincipals(text: string): ParsedPrincipals {
  const principals: string[] = [];
  const faults: PrincipalFault[] = [];
  for (const [index, raw] of text.split(/\r\n|[\r\n]/u).entries()) {
    const name = raw.trim();
    if (name === '' || name.startsWith('#')) continue;
    const fault = faultOf(name);
    if (fault !== undefined) faults.push({ line: index + 1, ...fault });
    else if (!principals.some((each) => samePrincipal(each, name))) principals.push(name);
  }
  return { principals, faults };
}

function faultOf(name: string): { problem: string; fix: string } | undefined {
  if (name.length > MAX_NAME) {
    return {
      problem: `"${show(name, 40)}" has more than ${MAX_NAME} characters.`,
      fix: 'Name one principal per line.',
    };
  }
  if (visible(name) !== name) {
    return {
      problem: `"${show(name)}" contains an invisible character, and names are compared exactly.`,
      fix: 'Retype the name without the character that is shown here as \\u{…}.',
    };
  }
  if (name.normalize('NFC') !== name) {
    return {
      problem: `"${show(name)}" is written with combining marks (Unicode NFD), and names are compared exactly.`,
      fix: 'Retype the name, or copy it from the list of grants.',
    };
  }
  return undefined;
}
