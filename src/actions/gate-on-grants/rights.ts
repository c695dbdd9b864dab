import type { Operation } from '../../domain/privilege.ts';
import { mayExist, prefetchGrants } from '../../facts/grants/read.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { type GateInputs, OPERATION_NEEDS, operationsOf, ON_ONE_MODEL } from '../../inputs/gate.ts';
import { copyRights, mergeRights, requiredRights } from '../../policy/grants/required.ts';
import type { RequiredRight } from '../../policy/grants/right.ts';
import type { Need } from '../contract/capabilities.ts';

/** What a registry must have for all of the operations. */
export function needsOf(operations: readonly Operation[]): Need[] {
  return Object.entries(OPERATION_NEEDS).flatMap(([name, needs]) =>
    operations.some((operation) => operation === name) ? [...needs] : [],
  );
}

/** Every right that the inputs ask for. */
export async function rightsFor(inputs: GateInputs, snapshot: Snapshot): Promise<RequiredRight[]> {
  const operations = operationsOf(inputs);
  const source = inputs.source?.name;
  const subject = inputs.model ?? inputs.destination ?? source;
  const names = [source, inputs.destination, inputs.model].filter((name) => name !== undefined);
  prefetchGrants(names, snapshot, inputs.principal);
  const { ownersReachDown } = snapshot.registry.capabilities;
  const copied = operations.includes('copy') && source !== undefined ? inputs.destination : undefined;
  const [subjectExists, copiedExists] = await Promise.all([
    subject === undefined ? true : mayExist(subject, snapshot),
    copied === undefined ? true : mayExist(copied, snapshot),
  ]);
  return mergeRights([
    ...(source === undefined || copied === undefined
      ? []
      : copyRights(source, copied, { modelExists: copiedExists, ownersReachDown })),
    ...ON_ONE_MODEL.filter((operation) => operations.includes(operation)).flatMap((operation) =>
      subject === undefined
        ? []
        : requiredRights(operation, subject, { modelExists: subjectExists, ownersReachDown }),
    ),
    ...(inputs.require ?? []),
  ]);
}
