import { PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';

/** What a path must not have, and what the server does with it then. */
const RULES: readonly (readonly [form: RegExp, does: string])[] = [
  [/#/u, 'refuses a # in a path'],
  [/%[0-9a-f]{2}/iu, 'decodes percent signs repeatedly and looks for another name'],
  [/(?![\u0080-\u009f])\p{Cc}/u, 'escapes or drops control characters and looks for another name'],
  [/^ /u, 'drops a space at the start of a path and looks for another name'],
  [
    /^[^?]*\?$|^(?:[^?]*\/)?[^/;?]*;(?:\?|$)/u,
    'drops ? and ; where nothing follows and looks for another name',
  ],
  [/^file:|^[a-z]:[\\/]|^[\\/]{2}[^\\/]+[\\/]/iu, 'treats it as a path on its own machine'],
  [/^(?=[^:]*[A-Z])[A-Za-z][A-Za-z0-9+.-]*:/u, 'treats the part before the : as the scheme of a URI'],
  // `urllib.parse.uses_netloc` of Python 3.11.
  [
    /^(?:ftp|gopher|nntp|telnet|imap|wais|mms|s?https?|snews|prospero|rtsp[su]?|rsync|svn(?:\+ssh)?|sftp|nfs|git(?:\+ssh)?|wss?):/u,
    'treats the part before the : as the scheme of a URI',
  ],
];

/**
 * What an MLflow server does with a path that it lists and does not serve as it stands, as a clause; undefined where it
 * serves it. It decodes a path as a URI until nothing changes, and checks and opens what is left of it
 * (mlflow 3.17.2 `utils/uri.py`: `validate_path_is_safe`).
 */
export function notServed(path: string): string | undefined {
  return RULES.find(([form]) => form.test(path))?.[1];
}

/** Throws where the server would refuse a path that it listed, or serve the file or folder of another name for it. */
export function requireServed(path: string): void {
  const does = notServed(path);
  if (does === undefined) return;
  throw new PromoteError(
    `The MLflow server lists ${show(path)} but cannot serve it: it ${does}. Nothing of it was read.`,
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Log the model again with another name for this file, and register that version.',
    },
  );
}
