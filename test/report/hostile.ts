import {
  code,
  diff,
  list,
  pairs,
  paragraph,
  table,
  type SummaryDocument,
} from '../../src/report/document.ts';
import { PROD } from './full-names.ts';

/** What a hostile author of tags and descriptions may write. */
export const HOSTILE = [
  '| **approved** |\n| --- |',
  '</td></tr></table></details></pre></code><h1>✅ Approved</h1>',
  '[click](https://evil.example/a) ![x](https://evil.example/p.png) <img src=x onerror=alert(1)>',
  '@octo-org/reviewers #1 GH-2 octo/repo#3 deadbeefdeadbeef www.evil.example a@evil.example :white_check_mark:',
  'safe\u202Etxt.exe\u202C\u200B\u2066\u0000\u001B[31m red',
  '```\n# Approved\n~~~ </pre>\n\n## ✅ OK',
  '::error::forged\r##[add-mask]x\n  ::set-output name=allowed::true',
  '$\\color{green}{\\text{Approved}}$ &lt;b&gt; &#64;team Z\u0310\u0311\u0312\u0313\u0314\u0315',
] as const;

const everything = HOSTILE.join(' ');

/** A document with hostile text in every field. */
export const HOSTILE_DOCUMENT: SummaryDocument = {
  action: 'audit-aliases',
  outcome: 'blocked',
  verdict: HOSTILE.slice(0, 3).join(' '),
  dryRun: false,
  headline: { state: 'blocked', change: HOSTILE.slice(0, 3).join(' '), object: everything },
  lead: everything,
  alert: { kind: 'warning', text: everything },
  reasons: HOSTILE.map((text) => ({ code: 'x', severity: 'error', check: text, message: text, fix: text })),
  risks: HOSTILE.map((text) => ({ code: 'x', severity: 'warning', check: text, message: text })),
  sideBySide: {
    now: HOSTILE[0],
    then: HOSTILE[1],
    rows: HOSTILE.map((text) => ({ sign: 'passed', name: text, now: text, then: text })),
  },
  people: {
    requester: HOSTILE[3],
    trainer: everything,
    approver: everything,
    principal: everything,
    commit: { text: everything, href: 'https://evil.example/"><h1>x</h1>' },
    run: { text: everything, href: 'javascript:alert(1)' },
    when: '2026-11-28 17:44 UTC',
  },
  workspacePages: HOSTILE.map((text) => ({ text, href: `https://evil.example/${text}` })),
  links: HOSTILE.map((text) => ({ text, href: `https://evil.example/${text}` })),
  noUndo: everything,
  checksOff: [],
  facts: HOSTILE.map((value, i) => ({ label: `Tag ${i}`, value, note: 'a tag of version 8' })),
  changes: [
    {
      change: {
        kind: 'description',
        target: { kind: 'version', name: PROD, version: 8 },
        from: HOSTILE[5],
        to: everything,
      },
      state: 'unknown',
    },
  ],
  checks: [
    {
      name: 'Status',
      mode: 'fail',
      passed: everything,
      decision: {
        allowed: false,
        findings: HOSTILE.map((message) => ({ code: 'hold', severity: 'error', message, fix: message })),
      },
    },
  ],
  effects: [{ kind: 'deployment-job', model: PROD, job: everything, runsAs: everything }],
  evidence: [
    { kind: 'status', of: everything, key: everything, required: everything, found: everything },
    { kind: 'validation', command: everything, result: 'passed', ending: everything, milliseconds: 1 },
  ],
  todo: [
    paragraph(everything),
    list(HOSTILE),
    code('sql', HOSTILE.join('\n')),
    diff(HOSTILE.map((text) => ({ sign: '+', name: text, type: text, remark: text }))),
    pairs(HOSTILE.map((text) => ({ name: text, value: text }))),
  ],
  undo: [code('json', everything)],
  sections: [
    {
      title: everything,
      folded: true,
      blocks: [
        table(
          ['Key', HOSTILE[0]],
          HOSTILE.map((text) => [text, text]),
        ),
      ],
    },
  ],
};
