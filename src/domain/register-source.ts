import { formatModelUri, parseModelUri } from './model-uri.ts';
import type { Parsed } from './parsed.ts';
import { show } from './printable.ts';

/** What a version is registered from, as a user names it. */
export type RegisterSource =
  | { readonly kind: 'run'; readonly run: string; readonly path: string }
  | { readonly kind: 'logged-model'; readonly id: string }
  /** A version of the workspace's own registry, whose names have one level. */
  | { readonly kind: 'workspace-version'; readonly name: string; readonly version: number }
  | { readonly kind: 'folder'; readonly path: string };

/** A path of a run stands in a tag of the version, whose values have at most 1,000 characters. */
const MAX_PATH = 500;

/** Every form, for whoever wrote none of them. */
const FORMS =
  'Write runs:/<run id>/model, models:/m-<id> for a logged model, models:/name/3 for a version of the workspace registry, or the path of a folder.';

/** The source as its author would write it. */
export function formatRegisterSource(source: RegisterSource): string {
  switch (source.kind) {
    case 'run':
      return `runs:/${source.run}/${source.path}`;
    case 'logged-model':
      return `models:/${source.id}`;
    case 'workspace-version':
      return `models:/${source.name}/${source.version}`;
    case 'folder':
      return source.path;
  }
}

/** Reads a source by its form; whatever is no URI is the path of a folder. */
export function parseRegisterSource(text: string): Parsed<RegisterSource> {
  const trimmed = text.trim();
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]+):/iu.exec(trimmed) ?? [];
  switch (scheme) {
    case '':
      return trimmed === '' || trimmed.includes('\0')
        ? fault(trimmed, 'is no path', FORMS)
        : { ok: true, value: { kind: 'folder', path: trimmed } };
    case 'runs':
      return parseRun(trimmed);
    case 'models':
      return parseModel(trimmed);
    default:
      return fault(
        trimmed,
        `begins with ${show(scheme, 20)}:, from which nothing is registered`,
        scheme === 'file' ? 'Write the path of the folder, without file:.' : FORMS,
      );
  }
}

function parseRun(text: string): Parsed<RegisterSource> {
  const [, run, path = ''] = /^runs:\/([\w-]{1,128})(?:\/(.*))?$/u.exec(text) ?? [];
  const fix = 'Write runs:/<run id>/model, with the name under which the run logged the model.';
  if (run === undefined) return fault(text, 'names no run', fix);
  const folder = path.replace(/\/+$/u, '');
  if (folder === '') return fault(text, 'names a run and no model of it', fix);
  if (folder.length > MAX_PATH) return fault(text, `has a path of more than ${MAX_PATH} characters`, fix);
  const isPlain = folder.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isPlain || /[\0\\]/u.test(folder))
    return fault(text, 'has a path that is no plain relative path', fix);
  return { ok: true, value: { kind: 'run', run, path: folder } };
}

function parseModel(text: string): Parsed<RegisterSource> {
  const id = /^models:\/(m-[\w-]{1,128})$/u.exec(text)?.[1];
  if (id !== undefined) return { ok: true, value: { kind: 'logged-model', id } };
  const parsed = parseModelUri(text);
  if (!parsed.ok) return { ok: false, problem: parsed.problem, fix: FORMS };
  const { name, selector } = parsed.value;
  if (name.catalog !== '')
    return fault(
      text,
      'is a version of Unity Catalog already',
      'Use copy-version or promote to copy it to another model.',
    );
  if (selector.kind === 'alias')
    return fault(
      text,
      'names an alias, which versions of the workspace registry do not have',
      `Write the number of the version: ${formatModelUri(name, 3)}.`,
    );
  return { ok: true, value: { kind: 'workspace-version', name: name.model, version: selector.version } };
}

function fault(text: string, says: string, fix: string): Parsed<RegisterSource> {
  return { ok: false, problem: `"${show(text)}" ${says}.`, fix };
}
