import { downloadVersion as download } from '../../apply/download/download.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { resolveVersion, uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { DOWNLOAD_OUTPUTS, DownloadInputs } from '../../inputs/download.ts';
import { selectorOf } from '../../inputs/version.ts';
import { requiredRights } from '../../policy/grants/required.ts';
import { filesText, movedText, verifiedText } from '../../report/sections/download.ts';
import type { DownloadSubject } from '../../report/subject.ts';
import type { ActionResult } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { withPrivileges } from '../parts/checks.ts';
import { noteNamedVersion, readNamedVersion } from '../parts/named-version.ts';
import { outputVersion } from '../parts/version-outputs.ts';

/** Puts the files of a version into a folder. */
export async function runDownloadVersion(
  context: ActionContext<DownloadInputs & CommonInputs, typeof DOWNLOAD_OUTPUTS>,
): Promise<ActionResult> {
  const { inputs, record, destination: snapshot } = context;
  const { model: name, folder } = inputs;
  record.subject = { kind: 'download', name };
  const named = { model: 'model', version: inputs.alias === undefined ? 'version' : 'alias' };
  const number = resolveVersion({ name, selector: selectorOf(inputs) }, snapshot, named);
  const mode = inputs['check-privileges'];
  const rights = requiredRights('read', name, { modelExists: true });
  const [version, signature, tagsOfModel] = await withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: checkPrivileges(rights, snapshot, mode) }],
    [...readNamedVersion({ name, number, named }, context)],
  );
  const uri = uriOf(version);
  const subject: DownloadSubject = { kind: 'download', name: version.name, version: version.version };
  record.subject = subject;
  record.fact('Version', uri);
  outputVersion(record, version.name, version.version);
  await noteNamedVersion(context, version, signature, tagsOfModel);
  record.requireAllowed(`Downloading ${uri}`);

  const made = await download({ version, folder, input: 'folder' }, { ...context, snapshot });
  const { path, files, bytes, digests, kept } = made;
  record.subject = { ...subject, files: { all: files.length, kept } };
  record.fact('Folder', path);
  record.fact('Files', filesText(made), movedText(made));
  record.fact('Digest', digests.content, verifiedText(made));
  if (Number.isSafeInteger(bytes)) record.see({ kind: 'files', of: uri, files: files.length, bytes });
  record.output('path', path);
  record.output('files', files.length);
  record.output('bytes', bytes);
  record.output('digest', digests.content);
  record.output('verified', made.verified);
  const what = `${filesText(made)}, ${verifiedText(made)}`;
  return kept === files.length
    ? { outcome: 'noop', verdict: `${uri} is already in ${path}: ${what}` }
    : { outcome: 'ok', verdict: `${uri} → ${path}: ${what}` };
}
