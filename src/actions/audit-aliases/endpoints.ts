import { decide } from '../../domain/decision.ts';
import { hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import { EndpointsByModel, readEndpoints } from '../../facts/audit/endpoints.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { ActionRecord, NoOutputs } from '../contract/record.ts';

/** The endpoints that the caller is shown; undefined where they cannot be listed, which is noted and stops nothing. */
export async function notedEndpoints(
  { serving }: RegistryReader,
  record: Pick<ActionRecord<NoOutputs>, 'fact' | 'check'>,
): Promise<EndpointsByModel | undefined> {
  if (serving === undefined) return undefined;
  try {
    const endpoints = await readEndpoints(serving);
    record.fact('Endpoints read', String(endpoints.length), 'those that the caller can see');
    return new EndpointsByModel(endpoints);
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted', 'unauthenticated'))
      throw error;
    record.fact('Endpoints read', 'not listed');
    const message = `Endpoints cannot be listed, so none is compared with what aliases name: ${messageOf(error)}`;
    const finding = { code: 'endpoints-unseen', severity: 'warning', message } as const;
    record.check('Endpoints', 'warn', decide([finding]), '', 'blocked');
    return undefined;
  }
}
