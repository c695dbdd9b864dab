import type { Stage } from '../../apply/stage.ts';
import { uriOf } from '../../facts/version.ts';
import { validate } from '../parts/validation.ts';
import { type PromoteContext, type Promotion, madeCopy } from './promotion.ts';

export function validationStage(context: PromoteContext, promotion: Promotion, command: string): Stage {
  const { inputs, record } = context;
  record.see({ kind: 'validation', command, result: 'not-run', ending: null, milliseconds: null });
  return {
    name: 'validation',
    changes: [],
    work: {
      kind: 'validation',
      async run() {
        const { version } = madeCopy(promotion);
        const decision = await validate(
          {
            command,
            shell: inputs['validate-shell'],
            names: inputs['validate-env'] ?? [],
            timeoutMs: inputs['validate-timeout'],
            version,
          },
          context,
        );
        // It may have run for long: nothing that was read before it counts as known.
        context.destination.forget(version.name);
        context.source.forget(promotion.source.name);
        record.check('Validation', 'fail', decision, `${command} ended with exit code 0.`, 'blocked');
        record.requireAllowed(`Validating ${uriOf(version)}`);
      },
      copy: () => madeCopy(promotion),
    },
  };
}
