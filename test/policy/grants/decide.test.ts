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

/** `by` or reason of the only right of a `require` line. */
function response(lines: string, world: GrantScene, principal?: string): string {
  const [right] = gate(lines, world, principal).rights;
  if (right === undefined) throw new Error('no right');
  return right.state === 'granted' ? `granted ${right.by}` : `${right.state}: ${right.reason}`;
}

describe('how a right is held', () => {
  test.each<[string, GrantScene, string]>([
    ['directly', { grants: [[PROMOTER, 'EXECUTE', FUNCTION]] }, 'granted directly'],
    [
      'a group',
      { grants: [['ml-deployers', 'EXECUTE', FUNCTION]] },
      'granted through the group ml-deployers',
    ],
    [
      'everybody',
      { grants: [['account users', 'EXECUTE', 'catalog prod']] },
      'granted to all users (account users), inherited from catalog prod',
    ],
    [
      'inherited, as all',
      { grants: [['ml-deployers', 'ALL PRIVILEGES', SCHEMA]] },
      'granted through the group ml-deployers, inherited from schema prod.ml_team, as ALL PRIVILEGES',
    ],
    ['the owner', { owners: { [NAME]: PROMOTER } }, `granted by owning model ${NAME}`],
    [
      'an owning group',
      { owners: { [NAME]: 'ml-deployers' } },
      `granted through the group ml-deployers, owner of model ${NAME}`,
    ],
    [
      'nearest first',
      {
        grants: [
          ['account users', 'EXECUTE', FUNCTION],
          ['ml-deployers', 'EXECUTE', FUNCTION],
          [PROMOTER, 'EXECUTE', 'catalog prod'],
        ],
      },
      'granted through the group ml-deployers',
    ],
    ['not at all', {}, 'missing: no grant, group or ownership provides it'],
  ])('%s', (_title, world, text) => {
    expect(response(`${NAME}: EXECUTE`, world)).toBe(text);
  });

  test('MANAGE comes with ownership of a parent or of the metastore, data privileges do not', () => {
    expect(response(`${NAME}: MANAGE`, { owners: { prod: 'ml-deployers' } })).toBe(
      'granted through the group ml-deployers, owner of catalog prod',
    );
    expect(response(`${NAME}: APPLY TAG`, { owners: { prod: PROMOTER } })).toMatch(/^missing/u);
    expect(response('prod.ml_team: EXECUTE', { owners: { 'prod.ml_team': PROMOTER } })).toMatch(/^missing/u);
    const facts = factsOf({});
    const metastore = {
      securable: { type: 'metastore' as const, name: 'm' },
      exists: true,
      owner: PROMOTER,
      assignments: [],
    };
    const withAdmin = { ...facts, securables: [...facts.securables, metastore] };
    const judged = decideGrants(requiredRights('set-alias', MODEL, { modelExists: true }), withAdmin);
    expect(judged.rights.map((each) => each.state)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test('names of objects compare without case', () => {
    expect(
      response('PROD.Ml_Team.Fraud_Detection: EXECUTE', { grants: [[PROMOTER, 'EXECUTE', SCHEMA]] }),
    ).toBe('granted directly, inherited from schema prod.ml_team');
  });

  test('a row inherited from what is no parent holds where it was seen', () => {
    const facts = factsOf({});
    const inheritedFrom = { type: 'schema' as const, name: 'elsewhere.x' };
    const row = { principal: PROMOTER, privileges: [{ privilege: 'EXECUTE', inheritedFrom }] };
    const securables = facts.securables.map((each) =>
      each.securable.type === 'function' ? { ...each, assignments: [row] } : each,
    );
    const { rights } = decideGrants(parseRequirements(`${NAME}: EXECUTE`).rights, { ...facts, securables });
    expect(rights).toMatchObject([{ state: 'granted', by: 'directly' }]);
  });

  test('owning a catalog gives no EXECUTE there, and perhaps USE SCHEMA', () => {
    const owner: GrantScene = { owners: { prod: PROMOTER } };
    expect(response('prod: USE CATALOG', owner)).toBe('granted by owning catalog prod');
    expect(response('prod: EXECUTE', owner)).toMatch(/^missing/u);
    expect(response('prod: USE SCHEMA', owner)).toMatch(/^unknown: .*whether its owner needs USE SCHEMA/u);
  });

  test('ALL PRIVILEGES leaves out MANAGE and EXTERNAL USE SCHEMA', () => {
    const all: GrantScene = { grants: [[PROMOTER, 'ALL_PRIVILEGES', 'catalog prod']] };
    expect(response(`${NAME}: MANAGE`, all)).toMatch(/^missing/u);
    expect(response('prod.ml_team: EXTERNAL USE SCHEMA', all)).toMatch(/^missing/u);
    expect(response('prod.ml_team: READ VOLUME', all)).toMatch(/^granted/u);
    expect(response(`${NAME}: ALL PRIVILEGES`, all)).toMatch(/^granted/u);
  });

  test('MANAGE alone for an alias is unknown, with the reason and the way out of the doubt', () => {
    const decision = decideGrants(
      requiredRights('set-alias', MODEL, { modelExists: true }),
      factsOf({ grants: [...USE, ['ml-deployers', 'MANAGE', SCHEMA]] }),
    );
    const [finding] = decision.findings.filter((each) => each.code === 'right-unknown');
    expect(decision.allowed).toBe(false);
    expect(finding?.message).toContain(
      'MANAGE is granted through the group ml-deployers, inherited from schema prod.ml_team; the documentation requires ownership',
    );
    expect(finding?.fix).toContain(
      'If it is missing: No GRANT confers ownership. Run this step as the principal that is meant to promote: nobody-else owns',
    );
    expect([decision.statements, decision.requests, decision.ownerChanges]).toEqual([[], [], []]);
  });

  test('on-unknown: warn lets a doubt pass, and says it', () => {
    const rights = requiredRights('set-alias', MODEL, { modelExists: true });
    const facts = factsOf({ grants: [...USE, ['ml-deployers', 'MANAGE', FUNCTION]] });
    const decision = decideGrants(rights, facts, undefined, { onUnknown: 'warn' });
    expect(decision.allowed).toBe(true);
    expect(decision.findings.map((each) => each.severity)).toEqual(['note', 'note', 'warning']);
  });
});

describe('what gives it', () => {
  test('privileges: one statement each, parents first, one request a securable', () => {
    const decision = promote({
      grants: [['ml-deployers', 'ALL_PRIVILEGES', 'catalog staging']],
      owners: { [NAME]: 'ml-deployers' },
    });
    expect(decision.statements).toEqual([
      `GRANT USE CATALOG ON CATALOG \`prod\` TO \`${PROMOTER}\``,
      `GRANT USE SCHEMA ON SCHEMA \`prod\`.\`ml_team\` TO \`${PROMOTER}\``,
    ]);
    expect(decision.requests.map((each) => each.path)).toEqual([
      '/api/2.1/unity-catalog/permissions/catalog/prod',
      '/api/2.1/unity-catalog/permissions/schema/prod.ml_team',
    ]);
    expect(decision.allowed).toBe(false);
  });

  test('several privileges on one securable are one request', () => {
    const rights = copyRights(SOURCE, MODEL, { modelExists: true });
    const decision = decideGrants(rights, factsOf({ grants: USE }, [SOURCE, MODEL]));
    expect(decision.requests).toEqual([
      {
        method: 'PATCH',
        path: `/api/2.1/unity-catalog/permissions/function/${NAME}`,
        body: { changes: [{ principal: PROMOTER, add: ['CREATE_MODEL_VERSION', 'EXECUTE', 'APPLY_TAG'] }] },
      },
    ]);
    expect(decision.statements).toHaveLength(3);
  });

  test('the least of several alternatives is printed', () => {
    const decision = decideGrants(
      requiredRights('tag', MODEL, { modelExists: true }),
      factsOf({ grants: USE }),
    );
    expect(decision.statements).toEqual([
      `GRANT APPLY TAG ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${PROMOTER}\``,
    ]);
    expect(decision.ownerChanges).toEqual([]);
  });

  test('an owner change makes grants on the model needless', () => {
    const decision = promote({ grants: USE, owners: { [NAME]: 'ada@example.com' } });
    expect(decision.statements).toEqual([]);
    expect(decision.requests).toEqual([
      { method: 'PATCH', path: `/api/2.1/unity-catalog/models/${NAME}`, body: { owner: PROMOTER } },
    ]);
    const { missing } = grantOutputs([decision]);
    expect(missing.map((each) => [each.privilege, each.ownerChange?.owner])).toEqual([
      ['CREATE_MODEL_VERSION', PROMOTER],
      ['EXECUTE', PROMOTER],
      ['APPLY_TAG', PROMOTER],
      ['OWNERSHIP', PROMOTER],
    ]);
    const fixes = decision.findings.filter((each) => each.severity === 'error').map((each) => each.fix);
    expect(fixes.slice(0, 3)).toEqual(Array(3).fill(`Ownership of model ${NAME} includes it.`));
  });

  test('missing ownership names as whom to run, and tells nobody to take the model over', () => {
    const decision = promote({
      grants: USE,
      owners: { [NAME]: 'ada@example.com', 'prod.ml_team': 'leads', prod: 'admins' },
      caller: { displayName: 'ci-promoter' },
    });
    expect(decision.ownerChanges).toEqual([
      {
        securable: { type: 'function', name: NAME },
        owner: PROMOTER,
        request: {
          method: 'PATCH',
          path: `/api/2.1/unity-catalog/models/${NAME}`,
          body: { owner: PROMOTER },
        },
        command: `databricks registered-models update ${NAME} --owner ${PROMOTER}`,
        mayRun:
          'its owner (ada@example.com), a principal with MANAGE on it, the owner of schema prod.ml_team (leads), the owner of catalog prod (admins) or a metastore admin',
        loses: 'ada@example.com',
      },
    ]);
    const finding = decision.findings.find((each) => each.code === 'ownership-missing');
    expect(finding?.message).toBe(
      `ownership of model ${NAME}: missing for ci-promoter (${PROMOTER}) (needed to set, move or delete an alias): ada@example.com owns it.`,
    );
    expect(finding?.fix).toBe(
      `No GRANT confers ownership. Run this step as the principal that is meant to promote: ada@example.com owns model ${NAME}. Only if ${PROMOTER} is that principal, have an administrator make a group the owner that contains the principals that promote and no one who trains.`,
    );
    expect(finding?.fix).not.toMatch(/ml-deployers|--owner/u);
  });

  test('what a wider require line will give is not granted twice', () => {
    const decision = gate(`${NAME}: EXECUTE, APPLY TAG\nprod.ml_team: EXECUTE\n${NAME}: ALL PRIVILEGES`, {});
    expect(decision.statements).toEqual([
      `GRANT EXECUTE ON SCHEMA \`prod\`.\`ml_team\` TO \`${PROMOTER}\``,
      `GRANT ALL PRIVILEGES ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${PROMOTER}\``,
    ]);
  });

  test('outputs are plain JSON', () => {
    const outputs = grantOutputs([
      promote({ grants: USE, owners: { [NAME]: 'x' } }),
      gate(`${NAME}: EXECUTE`, { owners: { [NAME]: undefined } }),
    ]);
    expect(JSON.parse(JSON.stringify(outputs))).toEqual(outputs);
    expect(outputs.unknown).toEqual([
      {
        principal: PROMOTER,
        securable: { type: 'function', name: NAME },
        privilege: 'EXECUTE',
        for: 'satisfy a require line',
        reason: `the owner of model ${NAME} is unknown`,
      },
    ]);
    expect(outputs.granted[0]).toEqual({
      principal: PROMOTER,
      securable: { type: 'catalog', name: 'staging' },
      privilege: 'USE_CATALOG',
      for: 'read the model and its files',
      by: 'through the group ml-deployers, as ALL PRIVILEGES',
    });
  });
});

test('text from the registry cannot break a sentence', () => {
  const decision = promote({ grants: USE, owners: { [NAME]: 'evil\n::error::x\u202e' } });
  for (const finding of decision.findings)
    expect(`${finding.message}${finding.fix ?? ''}`).not.toMatch(/[\n\u202e]/u);
});
