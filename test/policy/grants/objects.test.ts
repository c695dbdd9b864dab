import { describe, expect, test } from 'vitest';
import { decideGrants, type GrantDecision } from '../../../src/policy/grants/decide.ts';
import type { GrantOptions } from '../../../src/policy/grants/facts.ts';
import { grantOutputs } from '../../../src/policy/grants/outputs.ts';
import { parseRequirements } from '../../../src/policy/grants/requirement-lines.ts';
import { copyRights, requiredRights } from '../../../src/policy/grants/required.ts';
import { factsOf, MODEL, PROMOTER, SOURCE, type GrantRow, type GrantScene } from './grant-facts.ts';

const FUNCTION = 'function prod.ml_team.fraud_detection';
const SCHEMA = 'schema prod.ml_team';
const NAME = 'prod.ml_team.fraud_detection';
const USE: readonly GrantRow[] = [
  ['ml-deployers', 'ALL_PRIVILEGES', 'catalog staging'],
  ['account users', 'USE_CATALOG', 'catalog prod'],
  ['ml-deployers', 'USE_SCHEMA', 'catalog prod'],
];

function promote(world: GrantScene, modelExists = true, options: GrantOptions = {}): GrantDecision {
  const rights = [
    ...copyRights(SOURCE, MODEL, { modelExists }),
    ...requiredRights('set-alias', MODEL, { modelExists }),
  ];
  return decideGrants(rights, factsOf(world, [SOURCE, MODEL]), undefined, options);
}

function gate(lines: string, world: GrantScene, principal?: string): GrantDecision {
  return decideGrants(parseRequirements(lines).rights, factsOf(world), principal);
}

describe('objects that are not there', () => {
  const creating: GrantScene = { grants: [...USE, ['ml-deployers', 'CREATE_MODEL', SCHEMA]], absent: [NAME] };

  test('who creates a model owns it, so that copy and alias follow', () => {
    const decision = promote(creating, false);
    expect(decision.allowed).toBe(true);
    expect(decision.rights.at(-1)).toMatchObject({
      state: 'granted',
      by: `by owning model ${NAME}, once it is created`,
    });
  });

  test('a destination owner that is no group of theirs takes the alias away', () => {
    expect(promote(creating, false, { ownerOfNewModel: 'ml-deployers' }).allowed).toBe(true);
    const decision = promote(creating, false, { ownerOfNewModel: 'leads' });
    const missing = grantOutputs([decision]).missing;
    expect(missing.map((each) => each.privilege)).toEqual(['EXECUTE', 'APPLY_TAG', 'OWNERSHIP']);
    expect(missing[0]?.reason).toBe(`model ${NAME} does not exist yet, and leads will own it`);
    expect(decision.requests).toEqual([]);
  });

  test('without the right to create, that right is what is missing', () => {
    const decision = promote({ ...creating, grants: USE }, false);
    expect(decision.statements).toEqual([
      `GRANT CREATE MODEL ON SCHEMA \`prod\`.\`ml_team\` TO \`${PROMOTER}\``,
    ]);
  });

  test('a catalog that does not exist: no statement, but the name to correct', () => {
    const decision = gate(`${NAME}: EXECUTE`, { absent: ['prod', 'prod.ml_team', NAME] });
    expect(decision.findings).toMatchObject([{ code: 'securable-not-found', severity: 'error' }]);
    expect(decision.findings[0]?.message).toContain('catalog prod does not exist, or is hidden from');
    expect([decision.statements, decision.requests]).toEqual([[], []]);
    expect(grantOutputs([decision]).missing).toHaveLength(1);
  });

  test('a catalog that is not bound is a reason of its own, whatever is granted', () => {
    const world: GrantScene = {
      grants: [...USE, ['ml-deployers', 'EXECUTE', FUNCTION]],
      notBound: ['prod', 'prod.ml_team', NAME],
    };
    const decision = gate(`${NAME}: EXECUTE`, { ...world, caller: { workspaceId: '42' } });
    expect(decision.allowed).toBe(false);
    expect(decision.findings.map((each) => each.code)).toEqual(['catalog-not-bound', 'right-granted']);
    expect(decision.findings[0]?.message).toContain('catalog prod is not bound to workspace 42');
    expect(decision.requests.map((each) => each.path)).toEqual([
      '/api/2.1/unity-catalog/bindings/catalog/prod',
    ]);
    expect(gate(`${NAME}: EXECUTE`, world).requests).toEqual([]);
  });
});
