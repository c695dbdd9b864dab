import { code, list, paragraph, table, type SummaryDocument } from '../../src/report/document.ts';

const HUGE = '|<'.repeat(1 << 19);
/** More rows than a table has room for. */
export const ROWS = Array.from({ length: 30_000 }, (_, i) => [
  `prod.ml_team.model_${i}`,
  `${i}`,
  '€'.repeat(30),
]);
const BLOCKS = [
  paragraph(HUGE),
  list(Array.from({ length: 20_000 }, () => HUGE.slice(0, 200))),
  code('sql', HUGE),
];
/** A document in which every part is longer than all of a page may be. */
export const FLOODED: SummaryDocument = {
  action: HUGE,
  outcome: 'denied',
  verdict: HUGE,
  dryRun: true,
  headline: { state: 'denied', change: HUGE, object: HUGE },
  lead: HUGE,
  alert: { kind: 'warning', text: HUGE },
  reasons: Array.from({ length: 3000 }, () => ({
    code: 'x',
    severity: 'error' as const,
    check: HUGE,
    message: HUGE,
    fix: HUGE,
  })),
  risks: [],
  sideBySide: {
    now: HUGE,
    then: HUGE,
    rows: Array.from({ length: 3000 }, () => ({
      sign: 'passed' as const,
      name: HUGE,
      now: HUGE,
      then: HUGE,
    })),
  },
  people: { requester: HUGE, principal: HUGE, when: '' },
  links: [],
  workspacePages: [],
  noUndo: HUGE,
  checksOff: [HUGE],
  facts: Array.from({ length: 3000 }, () => ({ label: HUGE, value: HUGE, note: HUGE })),
  changes: Array.from({ length: 3000 }, () => ({
    change: {
      kind: 'create-model' as const,
      name: { catalog: HUGE, schema: 's', model: 'm' },
      owner: HUGE,
    },
    state: 'planned' as const,
  })),
  checks: Array.from({ length: 300 }, () => ({
    name: HUGE,
    mode: 'fail' as const,
    passed: HUGE,
    decision: {
      allowed: false,
      findings: [{ code: 'x', severity: 'error' as const, message: HUGE, fix: HUGE }],
    },
  })),
  effects: Array.from({ length: 3000 }, () => ({
    kind: 'deployment-job' as const,
    model: { catalog: HUGE, schema: 's', model: 'm' },
    job: HUGE,
    runsAs: HUGE,
  })),
  evidence: Array.from({ length: 3000 }, () => ({
    kind: 'status' as const,
    of: HUGE,
    key: HUGE,
    required: HUGE,
    found: HUGE,
  })),
  todo: BLOCKS,
  undo: BLOCKS,
  sections: [{ title: HUGE, folded: true, blocks: [table(['A', 'B', 'C'], ROWS)] }],
};
