import * as z from 'zod';
import type { ModelVersionStatus, Tag } from '../domain/model.ts';

/** An int64 of a response, as number or string; one that JavaScript cannot hold exactly is refused. */
export const int64 = z
  .union([
    z.number().int(),
    z
      .string()
      .regex(/^-?\d+$/u)
      .transform(Number),
  ])
  .refine(Number.isSafeInteger);

/** A version number: a whole number from 1. */
export const versionNumber = int64.refine((value) => value >= 1);

/** A tag of a response. */
interface TagRow {
  readonly key: string;
  readonly value?: string | null | undefined;
}

/** Tags in domain words; an absent value is the empty string. */
export function toTags(rows: readonly TagRow[] | null | undefined): Tag[] {
  return (rows ?? []).map((row) => ({ key: row.key, value: row.value ?? '' }));
}

/** A status in domain words; one that this tool has not learnt is `UNKNOWN`. */
export function toStatus(status: string | null | undefined): ModelVersionStatus {
  return status === 'READY' || status === 'PENDING_REGISTRATION' || status === 'FAILED_REGISTRATION'
    ? status
    : 'UNKNOWN';
}

/** Fields of a version that may be absent, as every registry of MLflow's protocol names them. */
interface StatedRow {
  readonly status_message?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly source?: string | null | undefined;
  readonly run_id?: string | null | undefined;
  readonly model_id?: string | null | undefined;
  readonly user_id?: string | null | undefined;
}

/** What a version says of itself in domain words, each where it does. */
export function statedOf(row: StatedRow) {
  return {
    ...given('statusMessage', row.status_message),
    ...given('description', row.description),
    ...given('source', row.source),
    ...given('runId', row.run_id),
    ...given('modelId', row.model_id),
    ...given('createdBy', row.user_id),
  };
}

/** An optional field: absent where the response has null or the empty string. */
export function given<K extends string>(key: K, value: string | null | undefined): { [key in K]?: string } {
  return value == null || value === '' ? {} : ({ [key]: value } as { [key in K]?: string });
}
