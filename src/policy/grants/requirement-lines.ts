import { counted } from '../../domain/count.ts';
import { nearestWord } from '../../domain/nearest-word.ts';
import { show } from '../../domain/printable.ts';
import {
  canonicalPrivilege,
  sqlPrivilege,
  type Privilege,
  type Securable,
  type SecurableType,
} from '../../domain/privilege.ts';
import { ALL_PRIVILEGES, grantableOn, KNOWN_PRIVILEGES } from './privileges.ts';
import { mergeRights } from './required.ts';
import type { RequiredRight } from './right.ts';

/** A line that does not parse: `line` counts from 1. */
export interface RequirementFault {
  readonly line: number;
  readonly problem: string;
  readonly fix: string;
}

/** The rights of all good lines, duplicates merged, and the faults of the others. */
export interface ParsedRequirements {
  readonly rights: readonly RequiredRight[];
  readonly faults: readonly RequirementFault[];
}

type NamedType = Exclude<SecurableType, 'metastore'>;

const TYPES: readonly NamedType[] = ['catalog', 'schema', 'function'];
const MODEL_WORDS: readonly string[] = ['model', 'registered_model', 'registered-model', 'routine'];
const EXAMPLE =
  'Write [catalog|schema|function] name: PRIVILEGE, for example schema prod.ml_team: USE_SCHEMA.';
const FORBIDDEN = /[\s/\p{Cc}]/u;

/** A part of a line, or what is wrong with it. */
type Part<T> = { readonly value: T } | { readonly problem: string; readonly fix: string };

/**
 * Reads the lines of `require`: `[catalog|schema|function] name: PRIVILEGE[, PRIVILEGE]`, the type by the number of
 * levels where it is left out. Privileges are read in any case and with spaces, as SQL writes them; `OWNERSHIP` is
 * one of them here. Blank lines and what follows a `#` at the start of a line or after a space are left out.
 */
export function parseRequirements(text: string, purpose = 'satisfy a require line'): ParsedRequirements {
  const rights: RequiredRight[] = [];
  const faults: RequirementFault[] = [];
  for (const [index, raw] of text.split(/\r\n|[\r\n]/u).entries()) {
    const line = raw.replace(/(?:^|\s)#.*$/u, '').trim();
    if (line === '') continue;
    for (const part of parseLine(line, purpose)) {
      if ('value' in part) rights.push(part.value);
      else faults.push({ line: index + 1, ...part });
    }
  }
  return { rights: mergeRights(rights), faults };
}

function parseLine(line: string, purpose: string): Part<RequiredRight>[] {
  const colon = line.lastIndexOf(':');
  const privileges = line
    .slice(colon + 1)
    .split(',')
    .map((word) => word.trim());
  if (colon < 0 || privileges.every((word) => word === '')) {
    return [{ problem: `"${show(line)}" has no privilege after a colon.`, fix: EXAMPLE }];
  }
  const target = parseTarget(line.slice(0, colon).trim());
  if (!('value' in target)) return [target];
  const securable = target.value;
  return privileges.map((word) => {
    const privilege = parsePrivilege(word, securable);
    if (!('value' in privilege)) return privilege;
    return {
      value: { securable, privilege: privilege.value, alternatives: [], for: [purpose] },
    };
  });
}

function parseTarget(text: string): Part<Securable> {
  const words = text.split(/\s+/u);
  const [first = '', second] = words;
  if (words.length > 2)
    return { problem: `"${show(text)}" contains more than a type and a name.`, fix: EXAMPLE };
  if (second === undefined) {
    const type = TYPES[first.split('.').length - 1];
    if (type !== undefined) return checkName(type, first);
    return { problem: `"${show(first)}" has more than three levels.`, fix: EXAMPLE };
  }
  const typeWord = first.toLowerCase();
  const type = TYPES.find((each) => each === typeWord);
  if (type !== undefined) return checkName(type, second);
  if (MODEL_WORDS.includes(typeWord)) {
    return {
      problem: `"${show(first)}" is not a securable type; Databricks treats a registered model as a FUNCTION.`,
      fix: `Write function ${show(second)}.`,
    };
  }
  const meant = nearestWord(first, TYPES);
  return {
    problem: `"${show(first, 40)}" is not catalog, schema or function.`,
    fix: meant === undefined ? EXAMPLE : `Write ${meant} ${show(second)}.`,
  };
}

function checkName(type: NamedType, text: string): Part<Securable> {
  const levels = text.split('.').map(unquote);
  const wanted = TYPES.indexOf(type) + 1;
  if (levels.length !== wanted) {
    const fits = TYPES[levels.length - 1];
    return {
      problem: `a ${type} has ${counted(wanted, 'level')}, but "${show(text)}" has ${levels.length}.`,
      fix: fits === undefined ? EXAMPLE : `Write ${fits} ${show(text)}, or the full name of the ${type}.`,
    };
  }
  if (levels.some((level) => level === '' || level.length > 255 || FORBIDDEN.test(level))) {
    return {
      problem: `"${show(text)}" contains an empty level, or a character that Unity Catalog does not allow in a name.`,
      fix: EXAMPLE,
    };
  }
  return { value: { type, name: levels.join('.') } };
}

function parsePrivilege(word: string, securable: Securable): Part<Privilege> {
  const privilege = canonicalPrivilege(word) === 'ALL' ? ALL_PRIVILEGES : canonicalPrivilege(word);
  const types = grantableOn(privilege);
  if (types === undefined) {
    const meant = nearestWord(privilege, KNOWN_PRIVILEGES);
    return {
      problem: word === '' ? 'a privilege is empty.' : `"${show(word, 60)}" is not a privilege.`,
      fix:
        word === '' || meant === undefined
          ? 'Write it as in SQL, such as EXECUTE or USE SCHEMA.'
          : `Write ${meant}.`,
    };
  }
  if (!types.includes(securable.type)) {
    return {
      problem: `${sqlPrivilege(privilege)} cannot be granted on a ${securable.type}.`,
      fix: `Name a ${types.join(' or a ')}.`,
    };
  }
  return { value: privilege };
}

function unquote(level: string): string {
  const quoted = /^`((?:[^`]|``)+)`$/u.exec(level);
  return quoted?.[1]?.replaceAll('``', '`') ?? level;
}
