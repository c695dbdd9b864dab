import { canonical } from '../../plan/digest.ts';
import type { PlanFile } from '../../plan/file.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';

/**
 * What contradicts itself in the updates of endpoints of a plan. All of them serve one version by one alias and by the same rules, each
 * endpoint once; beside a move they are its version and its alias. They rest on that version's status, its own hold, and the holds of
 * its model, so that what is judged when the plan is applied is what every endpoint gets.
 */
export function updateContradictions({ changes, basis }: Pick<PlanFile, 'changes' | 'basis'>): string[] {
  const updates = changes.filter((change) => change.kind === 'serving');
  const [first] = updates;
  if (first === undefined) return [];
  const move = changes.find((change) => change.kind === 'alias');
  const isSame = (a: object, b: object) => canonical(a) === canonical(b);
  const isOne = updates.every(
    ({ version, alias, rules }) =>
      version === first.version && alias === first.alias && isSame(rules, first.rules),
  );
  const isOfMove = move === undefined || (move.to === first.version && move.alias === first.alias);
  const endpoints = new Set(updates.map(({ endpoint }) => endpoint));
  const rests = basis.some(
    (fact) => fact.kind === 'status' && fact.version === first.version && isSame(fact.name, first.name),
  );
  const restsOnHolds =
    basis.some((fact) => fact.kind === 'holds' && isSame(fact.name, first.name)) &&
    basis.some(
      (fact) =>
        fact.kind === 'tag' &&
        fact.key === TAG_KEYS.hold &&
        fact.target.kind === 'version' &&
        fact.target.version === first.version &&
        isSame(fact.target.name, first.name),
    );
  return [
    ...(isOne ? [] : ['its endpoints do not all get one version by one alias in one way']),
    ...(isOfMove ? [] : ['its endpoints do not get the version that the alias is moved to']),
    ...(endpoints.size < updates.length ? ['it updates an endpoint twice'] : []),
    ...(rests && restsOnHolds ? [] : ['it does not rest on the status and the holds of what endpoints get']),
  ];
}
