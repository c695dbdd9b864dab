import type * as z from 'zod';
import { protocolError } from '../http/failed-response.ts';

/** A response as what it is expected to be, such as `a list of reviews`; anything else is an error. */
export function parsedResponse<T>(schema: z.ZodType<T>, data: unknown, expected: string, call: string): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw protocolError(`is not ${expected}`, call, parsed.error);
  return parsed.data;
}
