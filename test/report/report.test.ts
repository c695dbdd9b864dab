import * as z from 'zod';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedChange } from '../../src/plan/change.ts';
import { buildReport, reportSchema, type Report, type ReportContext } from '../../src/report/report.ts';
import { documentOf } from './arbitrary-document.ts';
import { EMPTY, SAMPLES } from './sample-documents.ts';

const CONTEXT: ReportContext = {
  changed: true,
  wouldChange: true,
  startedAt: new Date(0),
  finishedAt: new Date(1500),
  run: {
    repository: 'octo/models',
    runId: '42',
    attempt: '1',
    actor: 'octocat',
    sha: 'a'.repeat(40),
    workflowRef: 'octo/models/.github/workflows/promote.yml@refs/heads/main',
  },
  tool: { name: 'uc-promote', version: '1.2.3', ref: 'v1' },
  registry: 'databricks',
  principal: 'ada@example.com',
  workspaceId: '77',
  inputs: { model: 'prod.ml_team.fraud_detection', alias: 'Champion' },
  outputs: { version: '8', 'previous-version': '6' },
};

describe('buildReport', () => {
  it('carries all that was decided on, verbatim', () => {
    const { headline, lead, reasons, risks, people, links, workspacePages, noUndo, ...kept } = {
      ...EMPTY,
      ...SAMPLES['ok'],
    };
    const ofPageAlone = { headline, lead, reasons, risks, people, links, workspacePages, noUndo };
    const report = buildReport({ ...kept, ...ofPageAlone }, CONTEXT);
    for (const field of Object.keys(ofPageAlone)) expect(report).not.toHaveProperty(field);
    expect(report).toMatchObject({ ...kept, schemaVersion: 1, changed: true, wouldChange: true });
    expect(report.startedAt).toBe('1970-01-01T00:00:00.000Z');
    expect(report.finishedAt).toBe('1970-01-01T00:00:01.500Z');
    expect(report.run?.runId).toBe('42');
    expect(report).toMatchObject({
      tool: { name: 'uc-promote', version: '1.2.3', ref: 'v1' },
      registry: 'databricks',
      principal: 'ada@example.com',
      workspaceId: '77',
    });
    expect(report.outputs).toEqual(CONTEXT.outputs);
    expect('error' in report).toBe(false);
  });

  it('leaves out inputs that name a host or a secret, and whatever the shape does not know', () => {
    const inputs = {
      host: 'https://x.example',
      token: 't',
      'destination-host': 'h',
      'client-secret': 's',
      'azure-client-secret': 's',
      'status-key': 'validation_status',
      model: 'a.b.c',
    };
    const extra = { ...EMPTY, host: 'https://x.example' };
    const report = buildReport(extra, { ...CONTEXT, inputs });
    expect(report.inputs).toEqual({ 'status-key': 'validation_status', model: 'a.b.c' });
    expect(JSON.stringify(report)).not.toContain('x.example');
  });

  it('survives being written and read again, for any text', () => {
    fc.assert(
      fc.property(documentOf(fc.string({ unit: 'binary', maxLength: 20 })), (document) => {
        const report = buildReport(document, {
          ...CONTEXT,
          error: { code: 'hold', message: 'm', httpStatus: 403 },
        });
        expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
      }),
      { numRuns: 100 },
    );
  });

  it('knows the changes of the domain, no more and no fewer', () => {
    const toDomain = (change: Report['changes'][number]['change']): PlannedChange => change;
    const toReport = (change: PlannedChange): Report['changes'][number]['change'] => change;
    expect(
      toDomain(
        toReport({
          kind: 'alias',
          name: { catalog: 'a', schema: 'b', model: 'c' },
          alias: 'x',
          from: null,
          to: 1,
        }),
      ),
    ).toBeDefined();
  });

  it('can be published as a JSON schema', () => {
    const schema = z.toJSONSchema(reportSchema);
    expect(schema.required).toEqual(
      expect.arrayContaining(['schemaVersion', 'outcome', 'checks', 'changes', 'run']),
    );
    expect(schema.required).not.toContain('error');
  });
});
