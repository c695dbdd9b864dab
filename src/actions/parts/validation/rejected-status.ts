import type { Stage } from '../../../apply/stage.ts';
import type { ModelVersion } from '../../../domain/model.ts';
import { uriOf } from '../../../facts/version.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import type { SignatureInputs } from '../../../inputs/signature.ts';
import type { ValidationInputs } from '../../../inputs/validation.ts';
import { decideTags } from '../../../policy/tags.ts';
import type { ActionContext } from '../../contract/context.ts';
import { noteLabelUndo } from '../label-undo.ts';

/** An action that may reject a version that its validation refused. */
export type RejectingContext = ActionContext<
  CommonInputs & SignatureInputs & ValidationInputs & { readonly 'status-key': string }
>;

/** The stages that give a refused version the status of `reject-status`, and say so; undefined where the input is left out. */
export async function rejectingStages(
  context: RejectingContext,
  { name, version }: ModelVersion,
  marked: (status: string) => void,
): Promise<readonly Stage[] | undefined> {
  const { inputs, record, destination: snapshot } = context;
  const status = inputs['reject-status'];
  if (status === undefined) return undefined;
  const read = async () => {
    snapshot.renew([{ kind: 'version', name, version }]);
    const now = await snapshot.version(name, version);
    const target = { kind: 'version', name, version } as const;
    const set = [{ key: inputs['status-key'], value: status }];
    const facts = { tags: now?.tags ?? [], description: '', rules: snapshot.registry.capabilities.tags };
    return decideTags({ target, set, remove: [] }, facts).changes;
  };
  return [
    {
      name: 'tags',
      changes: await read(),
      work: {
        kind: 'values',
        confirm: read,
        ended(made) {
          noteLabelUndo(context, made);
          if (!made.every((change) => record.stands(change))) return;
          record.see({ kind: 'tag', of: uriOf({ name, version }), key: inputs['status-key'], value: status });
          marked(status);
        },
      },
    },
  ];
}
