import type { Log } from 'sarif';
import { describe, expect, test } from 'vitest';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { parseFullName } from '../../src/domain/full-name.ts';
import { FINDING_KINDS } from '../../src/policy/audit/families.ts';
import type { AuditFinding } from '../../src/policy/audit/finding.ts';
import { auditSarif } from '../../src/report/sections/sarif.ts';
import { world, type ActionRun } from '../actions/harness.ts';
import { SEED_INPUTS, seedRegistry } from './seeds/registry.ts';

function runOf(seen: ActionRun) {
  const log = JSON.parse(seen.sarif ?? '') as Log;
  const [run, ...others] = log.runs;
  if (run === undefined || others.length > 0) throw new Error(`${log.runs.length} runs`);
  return run;
}

const WORKFLOW = 'acme/models/.github/workflows/audit aliases.yml@refs/heads/main';

describe('the SARIF file of an audit', () => {
  async function audited() {
    const { run, emulator } = await world({
      seed: (metastore) => {
        seedRegistry(metastore, 3);
      },
    });
    const inputs = { ...SEED_INPUTS, verify: 'listing', 'max-in-flight': '12', rate: '20' };
    const environment = { GITHUB_WORKFLOW_REF: WORKFLOW };
    return { emulator, again: () => run(auditAliases, inputs, { environment }) };
  }

  test('has every finding, with its rule, its place and the workflow that asked', async () => {
    const { again } = await audited();
    const seen = await again();
    const run = runOf(seen);
    const findings = JSON.parse(seen.report.outputs['findings'] ?? '') as AuditFinding[];
    const results = run.results ?? [];
    expect(results.map(({ ruleId, level }) => `${ruleId ?? ''} ${level ?? ''}`).sort()).toEqual(
      findings.map(({ code, severity }) => `${code} ${severity}`).sort(),
    );
    const rules = run.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(FINDING_KINDS.map(({ code }) => code));
    for (const { ruleId, ruleIndex, locations } of results) {
      expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
      expect(locations?.map((each) => each.physicalLocation?.artifactLocation?.uri)).toEqual([
        '.github/workflows/audit%20aliases.yml',
      ]);
      expect(locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName).toMatch(/^audited\.audit\.m/u);
    }
    expect(run.invocations).toEqual([{ executionSuccessful: true }]);
  });

  test('has the same fingerprints the next day, and others for what is new', async () => {
    const { again, emulator } = await audited();
    const printsOf = (seen: ActionRun) =>
      (runOf(seen).results ?? []).map((each) => JSON.stringify(each.partialFingerprints));
    const before = printsOf(await again());
    emulator.metastore.setAlias('audited.audit.m0_3', 'Slot_30', 99);
    const after = printsOf(await again());
    expect(before.filter((print) => !after.includes(print))).toEqual([]);
    expect(after.length).toBe(before.length + 1);
  });
});

test('what could not be looked at is no success, and is said', async () => {
  const { run } = await world();
  const seen = await run(auditAliases, { models: `${PROD}\nprod.ml_team.nothing\nprod.other.*` });
  const [invocation] = runOf(seen).invocations ?? [];
  expect(invocation?.executionSuccessful).toBe(false);
  expect(invocation?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([
    'prod.ml_team.nothing could not be read: it does not exist or is hidden from the caller',
    'The line prod.other.* matched nothing: no model that the caller can see matches it',
  ]);
});

test('there is none where nothing was read', async () => {
  const { run } = await world();
  const seen = await run(auditAliases, { models: PROD }, { token: 'dapi-wrong' });
  expect([seen.outputs['outcome'], seen.sarif]).toEqual(['denied', undefined]);
});

describe('of findings', () => {
  const finding: AuditFinding = {
    model: 'a.b.c',
    code: 'required-tag',
    severity: 'warning',
    message: 'has [x](https://evil.example) and {0}\\',
  };
  const sarif = (findings: readonly AuditFinding[], workflowRef = WORKFLOW) =>
    auditSarif({ findings, hidden: [], matchedNothing: [], workflowRef }).runs[0];

  test('text from outside is neither a link nor a place for an argument', () => {
    expect(sarif([finding])?.results?.[0]?.message.text).toBe(
      'has \\[x\\](https://evil.example) and {{0}}\\\\',
    );
  });

  test.each(['local', 'gitlab.com/acme/models/.gitlab-ci.yml@main', 'acme/models/audit.yml@refs/heads/main'])(
    'asked for by %s, no file is named',
    (workflowRef) => {
      const locations = sarif([finding], workflowRef)?.results?.[0]?.locations;
      expect(locations).toEqual([{ logicalLocations: [{ fullyQualifiedName: 'a.b.c', kind: 'resource' }] }]);
    },
  );

  test('more than GitHub keeps: the worst, and how many are left out', () => {
    const many = Array.from({ length: 6_000 }, (_, index) => ({ ...finding, version: index + 1 }));
    const worst = { ...finding, severity: 'error' as const, alias: 'Champion' };
    const run = sarif([...many, worst]);
    expect(run?.results?.length).toBe(5_000);
    expect(run?.results?.[0]?.level).toBe('error');
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toBe(
      '1001 further findings are in the report alone.',
    );
  });

  test('an outage is no success', () => {
    const name = parseFullName('a.b.c');
    if (!name.ok) throw new Error(name.problem);
    const hidden = [{ kind: 'outage' as const, name: name.value, reason: '503' }];
    const [run] = auditSarif({ findings: [], hidden, matchedNothing: [], workflowRef: 'local' }).runs;
    expect(run?.invocations?.[0]?.executionSuccessful).toBe(false);
  });
});
