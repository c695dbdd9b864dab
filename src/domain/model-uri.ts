import { parseAlias } from './alias.ts';
import { formatFullName, parseFullName, parseModelName, type FullName } from './full-name.ts';
import type { Parsed } from './parsed.ts';
import { show } from './printable.ts';

/** Which version of a model is meant: by number, or by the alias that points at it. */
export type VersionSelector =
  { readonly kind: 'version'; readonly version: number } | { readonly kind: 'alias'; readonly alias: string };

/** A model version as a user names it, before the alias is resolved. */
export interface ModelReference {
  readonly name: FullName;
  readonly selector: VersionSelector;
}

/** The URI of one version, always by number: `models:/catalog.schema.model/7`. */
export function formatModelUri(name: FullName, version: number): string {
  return `models:/${formatFullName(name)}/${version}`;
}

/** The reference as its author would write it, with the alias when it was by alias. */
export function formatReference(reference: ModelReference): string {
  const name = formatFullName(reference.name);
  return reference.selector.kind === 'version'
    ? `models:/${name}/${reference.selector.version}`
    : `models:/${name}@${reference.selector.alias}`;
}

/**
 * Whether the source of a version is another version, so that it was copied: `models:/a.b.c/1`, which MLflow's copies and
 * ours record (uc-protocol §7). `models:/m-…` is a logged model, which training makes (uc-protocol §14.1).
 */
export function cameFromVersion(source: string | undefined): boolean {
  return source !== undefined && /^models:\/(?!m-[^/@]*$)/u.test(source);
}

/** Reads a version number: a whole number from 1. */
export function parseVersion(text: string): Parsed<number> {
  const trimmed = text.trim();
  const fix = 'Write a whole number, 1 or greater, such as 7.';
  if (trimmed.toLowerCase() === 'latest') {
    return {
      ok: false,
      problem: '"latest" is not a version in Unity Catalog.',
      fix: `${fix} To find the newest READY version, use find-version.`,
      atAnyNaming: {
        problem: '"latest" names whichever version is the newest when the MLflow server is asked.',
        fix: `${fix} To find the newest READY version, use find-version.`,
      },
    };
  }
  if (!/^[1-9]\d{0,14}$/u.test(trimmed)) {
    const [, digits] = /^v([1-9]\d{0,14})$/iu.exec(trimmed) ?? [];
    const alone = `Write only the number: ${digits ?? ''}. To find the newest READY version, use find-version.`;
    return {
      ok: false,
      problem: `"${show(trimmed, 40)}" is not a version number.`,
      fix: digits === undefined ? fix : alone,
    };
  }
  return { ok: true, value: Number(trimmed) };
}

/** How to write what is not a model URI and was probably meant as one; undefined where that is not clear. */
function meantUri(text: string): string | undefined {
  const [name = ''] = text.split(/[@/]/u);
  const guess = parseFullName(name);
  if (!guess.ok) return undefined;
  const whole = `models:/${text}`;
  return name !== text && parseModelUri(whole).ok
    ? `Write ${show(whole, 300)}.`
    : `Write models:/${formatFullName(guess.value)}/<version> or @<alias>.`;
}

/** Reads `models:/name/7` or `models:/name@alias`; stages, `latest` and logged-model URIs are refused with the reason. */
export function parseModelUri(text: string): Parsed<ModelReference> {
  const trimmed = text.trim();
  const fix = 'Write models:/catalog.schema.model/7 or models:/catalog.schema.model@Champion.';
  const anyName = 'Write models:/name/7 or models:/name@Champion.';
  const body = /^models:\/(?!\/)(.+)$/u.exec(trimmed)?.[1];
  if (body === undefined) {
    const problem = `"${show(trimmed)}" is not a model URI.`;
    return { ok: false, problem, fix: meantUri(trimmed) ?? fix, atAnyNaming: { problem, fix: anyName } };
  }
  const at = body.lastIndexOf('@');
  const slash = body.lastIndexOf('/');
  if (at < 0 && slash < 0) {
    const problem = `"${show(trimmed)}" names no version.`;
    const logged = body.startsWith('m-') ? 'A logged model is not a registered version. ' : '';
    return {
      ok: false,
      problem,
      fix: `${logged}${fix}`,
      atAnyNaming: { problem, fix: `${logged}${anyName}` },
    };
  }
  const byAlias = at > slash;
  const name = parseModelName(body.slice(0, byAlias ? at : slash));
  if (!name.ok) return name;
  const rest = body.slice((byAlias ? at : slash) + 1);
  if (rest === '') {
    return {
      ok: false,
      problem: `"${show(trimmed)}" ends without ${byAlias ? 'an alias' : 'a version'}.`,
      fix: `Add ${byAlias ? 'the alias, such as Champion' : 'the number, such as 7'}. If it is an expression, check whether its input, variable or output is empty.`,
    };
  }
  if (byAlias) {
    const alias = parseAlias(rest);
    return alias.ok
      ? { ok: true, value: { name: name.value, selector: { kind: 'alias', alias: alias.value } } }
      : alias;
  }
  const version = parseVersion(rest);
  if (!version.ok) {
    const stage = /^(production|staging|archived|none)$/iu.test(rest);
    return stage
      ? {
          ok: false,
          problem: `"${show(rest, 40)}" is a stage, and Unity Catalog has no stages.`,
          fix: 'Use an alias: models:/name@Champion.',
          atAnyNaming: {
            problem: `"${show(rest, 40)}" is a stage. Stages are not supported: MLflow deprecated them in 2.9 in favor of aliases.`,
            fix: 'Set an alias on the version, with set-alias or in MLflow, and write models:/name@Champion, or write the number of the version.',
          },
        }
      : version;
  }
  return { ok: true, value: { name: name.value, selector: { kind: 'version', version: version.value } } };
}
