import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { parsed, required, type InputsOf } from './fields.ts';
import { numberOutput, textOutput } from './outputs.ts';
import { SIGNATURE_INPUTS } from './signature.ts';
import { VERSION_INPUTS } from './version.ts';

/** A folder of the machine that runs the step, by a path that no shell reads. */
const folder = parsed((text): Parsed<string> => {
  const path = text.trim();
  if (/^~(?:[/\\]|$)/u.test(path))
    return {
      ok: false,
      problem: `"${show(path, 80)}" begins with ~, which only a shell reads as the home.`,
      fix: 'Write the whole path, or one that begins at the folder of the job, such as model.',
    };
  if (path === '' || path.includes('\0'))
    return { ok: false, problem: 'it names no folder.', fix: 'Write a path such as model.' };
  return { ok: true, value: path };
});

/** Inputs of the step that downloads one version. */
export const DOWNLOAD_INPUTS = {
  ...VERSION_INPUTS,
  folder: required(folder, {
    description:
      'Folder for the files. It is created if needed, and must hold nothing but files of this version. A relative path starts at the folder of the job.',
    example: 'model',
  }),
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link DOWNLOAD_INPUTS} as values. */
export type DownloadInputs = InputsOf<typeof DOWNLOAD_INPUTS>;

/** Outputs of the step that downloads one version. */
export const DOWNLOAD_OUTPUTS = {
  version: numberOutput('Number of the version.'),
  uri: textOutput('`models:/<name>/<number>` of the version.'),
  path: textOutput('Full path of the folder, once every file is in it.'),
  files: numberOutput('Number of files.'),
  bytes: numberOutput('Size of all files in bytes.'),
  digest: textOutput('`sha256:…` over the content of all files.'),
  verified: textOutput(
    'How the files were verified: `digest` (they are those that a copy of this project recorded) or `sizes` (no digest was recorded: each has the size that the registry lists).',
  ),
};
