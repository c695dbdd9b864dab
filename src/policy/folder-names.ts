import { counted } from '../domain/count.ts';
import { PromoteError } from '../domain/errors.ts';
import type { FileEntry } from '../domain/file-entry.ts';
import { show } from '../domain/printable.ts';

/** What of a machine decides which names its folders take. */
export interface FolderNaming {
  readonly isWindows: boolean;
  /** The name of the folder of ours that no file may have. */
  readonly reserved: string;
}

/** So many names are shown. */
const SHOWN = 5;

/**
 * Names of devices on Windows, whatever follows their first period, and the digits that count as 1, 2 and 3 (Microsoft Learn, "Naming
 * Files, Paths, and Namespaces").
 */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/iu;

/** Characters that Windows takes in no name (the same page). */
const FORBIDDEN = /[<>:"|?*\u0000-\u001F]/u;

/** Names of a version's files that no folder of this machine takes, each with the reason: a clause. */
export function folderNameFaults(files: readonly FileEntry[], naming: FolderNaming): string[] {
  return files.flatMap(({ path }) => {
    const parts = path.split('/');
    const why = isNamed(parts[0], naming.reserved)
      ? 'is the name of a folder of this action'
      : isGitFolder(parts[0])
        ? 'would be the folder of Git, whose settings can name programs that a later git command runs'
        : path.includes('\\')
          ? 'has a backslash, which parts folders on other systems'
          : naming.isWindows
            ? windowsFault(parts)
            : undefined;
    return why === undefined ? [] : [`${show(path, 80)} ${why}`];
  });
}

function isNamed(part: string | undefined, name: string): boolean {
  return part?.toLowerCase() === name.toLowerCase();
}

/**
 * Whether a name is that of Git's folder on some system: in any case of letters, with characters that a Mac passes over in names, and as
 * Windows shortens it or drops what is behind it (Git's `is_hfs_dotgit` and `is_ntfs_dotgit`).
 */
function isGitFolder(part: string | undefined): boolean {
  const name = (part ?? '').replace(/[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/gu, '');
  return /^(?:\.git|git~1)[. ]*(?::|$)/iu.test(name);
}

function windowsFault(parts: readonly string[]): string | undefined {
  if (parts.some((part) => DEVICE.test(part))) return 'has the name of a device';
  if (parts.some((part) => FORBIDDEN.test(part))) return 'has a character that Windows does not allow';
  if (parts.some((part) => /[. ]$/u.test(part))) return 'ends with a period or a space';
  return undefined;
}

/** Pairs of files or folders of a version that are one where the case of letters does not count: a clause each. */
export function caseFaults(files: readonly FileEntry[]): string[] {
  const seen = new Map<string, string>();
  const faults = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/');
    for (const index of parts.keys()) {
      const place = parts.slice(0, index + 1).join('/');
      const folded = place.normalize('NFC').toUpperCase().normalize('NFC');
      const other = seen.get(folded) ?? place;
      seen.set(folded, other);
      if (other !== place) faults.add(`${show(other, 80)} and ${show(place, 80)} are one name here`);
    }
  }
  return [...faults];
}

/** Throws where names of a version's files are such that a folder of this machine would not hold these files. */
export function requireFolderNames(version: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const more = faults.length > SHOWN ? `, and ${faults.length - SHOWN} more` : '';
  throw new PromoteError(
    `${version} cannot be downloaded to this machine because of ${counted(faults.length, 'name')}: ${faults.slice(0, SHOWN).join('; ')}${more}. Nothing was downloaded.`,
    {
      code: 'unsupported',
      outcome: 'blocked',
      fix: 'Log the model again with other names for these files, or run the step on another system.',
    },
  );
}
