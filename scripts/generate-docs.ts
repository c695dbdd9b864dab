import { readFileSync } from 'node:fs';
import ts from 'typescript';
import * as z from 'zod';
import { refusals } from '../emulator/evidence/refusals/table.ts';
import { routes } from '../emulator/routes/index.ts';
import { switchTable } from '../emulator/switches.ts';
import { workspaceSwitchTable } from '../emulator/workspace/switches.ts';
import { OUTCOME_MEANINGS, OUTCOMES } from '../src/domain/outcome.ts';
import { TAG_KEYS } from '../src/domain/tag-keys.ts';
import { POLICY_VERSION, policySchema } from '../src/inputs/policy-file.ts';
import { PLAN_SCHEMA_VERSION, planFileSchema } from '../src/plan/file.ts';
import { FINDING_KINDS } from '../src/policy/audit/families.ts';
import { auditFindingSchema } from '../src/report/finding.ts';
import { REPORT_SCHEMA_VERSION, reportSchema } from '../src/report/report.ts';
import { inlineCode, markdownTable } from './generate-markdown.ts';

/** What an action can end with: word, meaning, exit codes of a step and of the command line, and what to do next. */
export function outcomesTable(): string {
  const rows = OUTCOMES.map((outcome) => {
    const { meaning, exitCode, commandExitCode, next } = OUTCOME_MEANINGS[outcome];
    const codes = [String(exitCode), String(commandExitCode)];
    return [`<a id="${outcome}"></a>${inlineCode(outcome)}`, ...codes, meaning, next];
  });
  return markdownTable(['Outcome', 'Exit code', 'Command line', 'Meaning', 'What to do next'], rows);
}

/** Every tag key that is written, with the sentence above it in the source, which is the only place that says it. */
export function tagsTable(tagKeysFile: string): string {
  const sentences = propertyComments(tagKeysFile);
  const rows = Object.entries(TAG_KEYS).map(([name, key]) => {
    const sentence = sentences.get(name);
    if (sentence === undefined) throw new Error(`${tagKeysFile}: ${name} has no comment above it.`);
    return [inlineCode(key), sentence];
  });
  return markdownTable(['Key', 'Value'], rows);
}

/** Every switch of the emulator: its values, the default first, and the open point behind it. */
export function switchesTable(): string {
  const rows = Object.entries({ ...switchTable, ...workspaceSwitchTable }).map(([name, spec]) => {
    const values: readonly (string | number | boolean)[] = spec.values;
    const others = values.filter((value) => value !== spec.default);
    return [
      inlineCode(name),
      inlineCode(String(spec.default)),
      others.map((value) => inlineCode(String(value))).join(', '),
      spec.about,
    ];
  });
  return markdownTable(['Switch', 'Default', 'Other values', 'The open point'], rows);
}

/** Every endpoint of the emulator, with where its behaviour is known from. */
export function routesTable(): string {
  const rows = routes.map((route) => [
    route.method,
    inlineCode(route.template),
    route.write ? 'yes' : '',
    (route.succeeds ?? [200]).join(', '),
    `${route.source.from}: ${route.source.section}`,
  ]);
  return markdownTable(['Method', 'Path', 'Writes', 'Success', 'Known from'], rows);
}

/** Every refusal of the emulator: status, code and message, which endpoints give it, and where it is known from. */
export function refusalsTable(): string {
  const rows = refusals.map(({ status, code, message, by, from, source }) => [
    status.join(' or '),
    inlineCode(code),
    inlineCode(message),
    by.join('; '),
    source === '' ? from : `${from}: ${source}`,
  ]);
  return markdownTable(['Status', 'Code', 'Message', 'Given by', 'Known from'], rows);
}

/** Everything that an audit can find: code, severity, meaning, cause, what to do, and the input that it needs. */
export function findingsTable(): string {
  const rows = FINDING_KINDS.map(({ code, severity, meaning, cause, fix, needs }) => [
    `<a id="${code}"></a>${inlineCode(code)}`,
    severity,
    needs === undefined ? meaning : `with ${inlineCode(needs)}: ${meaning}`,
    cause,
    fix,
  ]);
  return markdownTable(['Code', 'Severity', 'Found', 'How it comes about', 'What to do'], rows);
}

/** JSON Schema of the report of an action. */
export function reportJsonSchema(): string {
  return jsonSchema(reportSchema, 'input', {
    title: `Report of uc-promote, version ${REPORT_SCHEMA_VERSION}`,
    description: 'Generated from src/report/report.ts. Ignore members that are not listed here.',
  });
}

/** JSON Schema of the findings of an audit. */
export function findingsJsonSchema(): string {
  return jsonSchema(z.array(auditFindingSchema), 'input', {
    title: 'Findings of audit-aliases',
    description: 'Generated from src/report/finding.ts. Ignore members that are not listed here.',
  });
}

/** JSON Schema of a plan file. */
export function planJsonSchema(): string {
  return jsonSchema(planFileSchema, 'output', {
    title: `Plan of uc-promote, version ${PLAN_SCHEMA_VERSION}`,
    description: 'Generated from src/plan/file.ts. A plan with members that are not listed here is refused.',
  });
}

/** JSON Schema of a policy file, for editors. */
export function policyJsonSchema(): string {
  return jsonSchema(policySchema('any'), 'input', {
    title: `Policy file of uc-promote, version ${POLICY_VERSION}`,
    description:
      'Generated from src/inputs/policy-file.ts. It knows keys, kinds and words; patterns, times and what keys must be together is checked when the file is read.',
  });
}

/** As it is written, `input`, members may be added; as it is taken, `output`, none. */
function jsonSchema(
  of: z.ZodType,
  io: 'input' | 'output',
  about: { title: string; description: string },
): string {
  const { $schema, ...rest } = z.toJSONSchema(of, {
    io,
    override: ({ jsonSchema: each }) => withExamples(each),
  });
  return JSON.stringify({ $schema, ...about, ...rest });
}

/** An example of a value as JSON Schema has it. */
function withExamples(schema: z.core.JSONSchema.BaseSchema): void {
  const { example } = schema;
  if (typeof example !== 'string') return;
  delete schema['example'];
  schema.description = [schema.description, `For example: ${example}`].filter(Boolean).join(' ');
}

/** The comment above each property of the object literals in a file, on one line, by the property's name. */
function propertyComments(path: string): Map<string, string> {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) {
      const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
      const text = ts.getTextOfJSDocComment(comment?.comment);
      if (text !== undefined) found.set(node.name.getText(file), text.replaceAll(/\s+/gu, ' '));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
