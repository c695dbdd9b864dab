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

/** What of a model starts the runs of a job. */
export const TRIGGER_EVENTS = ['alias-set', 'version-ready', 'model-created'] as const;

/** One entry of {@link TRIGGER_EVENTS}. */
export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/** A job that starts since one of its triggers watches the model. */
export interface TriggeredJobEffect {
  readonly kind: 'triggered-job';
  readonly model: FullName;
  /** Its id, as a text: it has up to 64 bits. */
  readonly job: string;
  readonly name: string;
  readonly event: TriggerEvent;
}

/**
 * How an endpoint stands to the move of an alias: it serves the version that the alias leaves, the one that it then names,
 * another one, or it is updated by this plan.
 */
export const ENDPOINT_STATES = ['former', 'named', 'other', 'updated'] as const;

/** An endpoint that serves versions of the model; it does not follow aliases. */
export interface EndpointEffect {
  readonly kind: 'endpoint';
  readonly model: FullName;
  readonly endpoint: string;
  /** What it serves of the model, in order, empty where it states no version: without what is deployed and gets no requests, where the shares were read. */
  readonly versions: readonly number[];
  readonly state: (typeof ENDPOINT_STATES)[number];
}

/** What the changes of a plan set off, which the plan does not write itself, and what goes on serving what they replace. */
export type Effect = DeploymentJobEffect | TriggeredJobEffect | EndpointEffect;

/** How reports and plan files hold an effect. */
export const effectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('deployment-job'),
    model: fullName,
    job: z.string(),
    runsAs: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('triggered-job'),
    model: fullName,
    job: z.string(),
    name: z.string(),
    event: z.enum(TRIGGER_EVENTS),
  }),
  z.object({
    kind: z.literal('endpoint'),
    model: fullName,
    endpoint: z.string(),
    versions: z.array(z.int().positive()),
    state: z.enum(ENDPOINT_STATES),
  }),
]);
