import * as z from 'zod';
import type { FullName } from '../domain/full-name.ts';
import { fullName } from './schema.ts';

/** A deployment job that starts by itself when the model gets a new version; `runsAs` is null where the owner is not seen. */
export interface DeploymentJobEffect {
  readonly kind: 'deployment-job';
  readonly model: FullName;
  /** Its id, as a text: it has up to 64 bits. */
  readonly job: string;
  readonly runsAs: string | null;
}

/** What the changes of a plan set off, which the plan does not write itself. */
export type Effect = DeploymentJobEffect;

/** How reports and plan files hold an effect. */
export const effectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('deployment-job'),
    model: fullName,
    job: z.string(),
    runsAs: z.string().nullable(),
  }),
]);
