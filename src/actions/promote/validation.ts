import type { Stage } from '../../apply/stage.ts';
import type { ValidationJob } from '../../facts/validation-job.ts';
import { uriOf } from '../../facts/version.ts';
import { validationStage } from '../parts/validation/stage.ts';
import { madeCopy, type PromoteContext, type Promotion } from './promotion.ts';

/** The stage in which the copy is validated; undefined where nothing validates it. */
export function copyValidation(
  context: PromoteContext,
  promotion: Promotion,
  job: ValidationJob | undefined,
): Stage | undefined {
  return validationStage(context, {
    job,
    version: () => madeCopy(promotion).version,
    copy: () => madeCopy(promotion),
    stays: (version) => `The copy ${uriOf(version)} stays, and no alias was moved to it.`,
    marked: (status) => context.record.output('status', status),
    forget(version) {
      // It may have run for long: nothing that was read before it counts as known.
      context.destination.forget(version.name);
      context.source.forget(promotion.source.name);
    },
  });
}
