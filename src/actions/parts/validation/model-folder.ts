import { downloadVersion } from '../../../apply/download/download.ts';
import { clauseOf } from '../../../domain/errors.ts';
import type { ModelVersion } from '../../../domain/model.ts';
import { show } from '../../../domain/printable.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import { filesText, verifiedText } from '../../../report/sections/download.ts';
import type { ActionContext } from '../../contract/context.ts';

/** Works with the verified files of a version in a folder of its own, which is removed afterwards whatever happens. */
export async function withModelFolder<T>(
  version: ModelVersion,
  context: ActionContext<CommonInputs>,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const { record, log, destination: snapshot } = context;
  const folder = await context.makeFolder();
  try {
    const made = await downloadVersion(
      { version, folder: folder.path, input: 'RUNNER_TEMP' },
      { ...context, snapshot },
    );
    record.factAgain('Downloaded for the command', filesText(made), verifiedText(made));
    return await work(made.path);
  } finally {
    await folder.remove().catch((error: unknown) => {
      log.warning(`The folder ${show(folder.path, 300)} could not be removed: ${clauseOf(error)}.`);
    });
  }
}
