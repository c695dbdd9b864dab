import type { Action } from '../actions/contract/action.ts';
import {
  fieldsOf,
  parseInputs,
  rawInputs,
  readableInputs,
  type GivenInputs,
} from '../actions/contract/read-inputs.ts';
import { requireNeeds } from '../actions/contract/capabilities.ts';
import { ActionRecord } from '../actions/contract/record.ts';
import { isSideInput, sideInput, type Side } from '../auth/settings.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { failureNamed, OUTCOME_MEANINGS } from '../domain/outcome.ts';
import { HostMetadataMemo } from '../http/host-metadata.ts';
import { DEFAULT_REGISTRY, REGISTRIES, type RegistryKind } from '../registry/table.ts';
import { ISSUE_INPUT } from '../inputs/audit.ts';
import { COMMENT_INPUT } from '../inputs/plan.ts';
import { annotationsOf } from '../report/annotations.ts';
import type { SummaryDocument } from '../report/document.ts';
import { jsonText } from '../report/json-text.ts';
import { renderSummary } from '../report/markdown.ts';
import { renderPlain } from '../report/plain.ts';
import { buildReport, type ReportError } from '../report/report.ts';
import { boundedOutputs, reportedOutputs, wholeOutputs } from './action-outputs.ts';
import { chooseRegistry } from './choose-registry.ts';
import { readTool } from './environment.ts';
import { signInFaults, signInSettings } from './sign-in-settings.ts';
import { sourceFaults, sourceSettings } from './source-side.ts';
import { documentOf, type Ending } from './summary-document.ts';
import { closeJournal } from './journal.ts';
import { githubRunner, type Runner } from './runner.ts';
import { onCancel, type Cancellation } from './cancel.ts';
import { redactingRunner, Redactor, type RedactingRunner } from './redactor.ts';

/** Inputs that name a host: nothing that is left behind may. */
const HOST_INPUTS = [sideInput('destination', 'host'), sideInput('source', 'host')] as const;

/**
 * Runs an action as whatever runs it calls it: reads inputs, does the work, and whatever happens sets the outputs, writes
 * summary and report, annotates, and sets the exit code. The only try/catch of the program is here.
 */
export async function runAction(action: Action, world: Runner = githubRunner()): Promise<void> {
  const { environment, clock } = world;
  const startedAt = new Date(clock.now());
  const record = new ActionRecord();
  const given = rawInputs(action, world.input, (name) => environment[name]);
  const { raw } = given;
  const runner = redactingRunner(world, new Redactor());
  const { redactor } = runner;
  for (const host of HOST_INPUTS) if (raw[host] !== undefined) redactor.addHost(raw[host]);
  for (const secret of secretsOf(action)) {
    if (raw[secret] !== undefined) runner.mask(raw[secret]);
  }
  const cancel = onCancel(runner.log, runner.cancelling);
  const ending = await perform(action, given, record, runner, cancel);
  record.gather();
  const { outcome, error } = ending;
  const fails = error !== undefined || (ending.fails ?? OUTCOME_MEANINGS[outcome].exitCode !== 0);
  const cancelled = hasCode(error, 'cancelled', 'interrupted');
  runner.finish({ outcome, fails, cancelled });
  const dryRun = isDryRun(raw);
  const whole = wholeOutputs(record, ending, dryRun, redactor);
  const outputs = boundedOutputs(action, whole, record, redactor);
  const document = documentOf(action, record, ending, { dryRun, runner });
  const attempt = attemptsOf(runner, error?.details.faults ?? []);
  const outputsSet = await attempt('outputs', 'GITHUB_OUTPUT', async () => {
    for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value);
  });
  const facts = { startedAt, raw, record, runner, ending };
  await attempt('report', 'RUNNER_TEMP', async () => {
    const text = reportText(action, document, reportedOutputs(whole, outputs), facts);
    const path = await runner.writeReport(action.name, text);
    if (path === undefined) return;
    await attempt('output report', 'GITHUB_OUTPUT', async () => runner.setOutput('report', path));
  });
  for (const [output, make] of record.files) {
    await attempt(`output ${output}`, 'RUNNER_TEMP', async () => {
      const path = await runner.writeFile(`${action.name}-${output}`, fileText(redactor.hide(make())));
      runner.setOutput(output, path);
    });
  }
  await attempt('log', 'log', async () => {
    for (const line of renderPlain(document)) runner.print(line);
    for (const annotation of annotationsOf(document)) runner.annotate(annotation);
  });
  if (!/^false$/iu.test(raw['summary'] ?? '')) {
    await attempt('summary', 'GITHUB_STEP_SUMMARY', () => runner.writeSummary(renderSummary(document)));
  }
  const showing = { action: action.name, raw, runner, signal: cancel.signal };
  const wants = (input: string) => /^true$/iu.test(raw[input] ?? '') && !cancelled;
  // Loaded only now: most runs leave none.
  if (wants(COMMENT_INPUT)) {
    const { leaveComment } = await import(/* webpackChunkName: "work" */ './leave-comment.ts');
    await leaveComment(document, showing);
  }
  if (wants(ISSUE_INPUT)) {
    const { leaveIssue } = await import(/* webpackChunkName: "work" */ './leave-issue.ts');
    await leaveIssue(document, { subject: record.subject, outcome }, showing);
  }
  await attempt('end of the journal', 'GITHUB_STATE', async () => closeJournal(runner));
  // Who reads outputs that are not there would take them for empty ones.
  if (!outputsSet) runner.finish({ outcome, fails: true, cancelled });
  cancel.release();
}

/** What is left in a file: a text as it is, and plain data as JSON. */
function fileText(made: unknown): Iterable<string> {
  return typeof made === 'string' ? [made] : jsonText(made);
}

/** Writes a part of what is left behind; false where that failed. */
type Attempt = (what: string, file: string, work: () => Promise<void>) => Promise<boolean>;

/** What is reported of a run never undoes it: a failure here is a warning, unless the run ended by saying the same of the file. */
function attemptsOf(runner: Runner, faults: readonly InputFault[]): Attempt {
  return async (what, file, work) => {
    if (faults.some(({ input }) => input === file)) return false;
    try {
      await work();
      return true;
    } catch (error) {
      runner.log.warning(`The ${what} could not be written: ${messageOf(error)}`);
      return false;
    }
  };
}

function secretsOf(action: Action): string[] {
  return [...fieldsOf(action)].filter(([, field]) => field.secret === true).map(([name]) => name);
}

async function perform(
  action: Action,
  given: GivenInputs,
  record: ActionRecord,
  runner: RedactingRunner,
  cancel: Cancellation,
): Promise<Ending> {
  const closers: (() => Promise<void>)[] = [];
  try {
    const metadata = new HostMetadataMemo(runner.clock);
    const destination = signInSettings(runner.environment, 'destination', runner.input, runner.howToGive);
    const source = sourceSettings(action, runner);
    const registry = await chooseRegistry(given.raw['registry'], destination, runner.environment, metadata);
    const { capabilities } = REGISTRIES[registry];
    // Without an input that came to nothing, nothing can be said of how to sign in on its side.
    const isWhole = (side: Side) => !given.empty.some((input) => isSideInput(side, input));
    const inputs = parseInputs(action, given, {
      naming: capabilities.names,
      howToGive: runner.howToGive,
      more: [
        ...(isWhole('destination') ? signInFaults(destination, registry) : []),
        ...(isWhole('source') ? sourceFaults(source, registry) : []),
        ...runner.faults(),
        ...((await action.machineFaults?.(readableInputs(action, given.raw), given.raw, runner)) ?? []),
      ],
    });
    noteRegistry(record, registry);
    requireNeeds(action.name, action.requirements.needs ?? [], capabilities);
    // Loaded only now: what refuses its inputs needs neither clients nor connections, and starts in less time.
    const { performAction } = await import(/* webpackChunkName: "work" */ './perform-action.ts');
    const onClose = (close: () => Promise<void>) => void closers.push(close);
    const parts = { cancel, registry, destination, source, metadata, onClose };
    return await performAction(action, inputs, record, runner, parts);
  } catch (thrown) {
    const error = thrown instanceof PromoteError ? thrown : internalError(thrown, runner);
    // What was thrown is a failure, whatever it calls itself.
    return {
      outcome: failureNamed(error.details.outcome),
      verdict: error.message.replace(/\.$/u, ''),
      error,
    };
  } finally {
    // What it notes belongs to a refusal too; a fault of ours in it would hide what ended the run.
    await record.settled().catch(() => undefined);
    await Promise.all(closers.map((close) => close()));
  }
}

/** Which kind of registry it is taken for: everything that it cannot do follows from it. */
function noteRegistry(record: ActionRecord, registry: RegistryKind): void {
  record.registry = registry;
  if (registry !== DEFAULT_REGISTRY) record.fact('Registry', registry);
}

function internalError(thrown: unknown, runner: Runner): PromoteError {
  runner.log.debug(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  return new PromoteError(`A bug in uc-promote: ${messageOf(thrown)}`, {
    code: 'internal',
    outcome: 'error',
    fix: 'Report it with the report file. Run the step again with debug logging to get the stack trace.',
    cause: thrown,
  });
}

function isDryRun(raw: Readonly<Record<string, string>>): boolean {
  return /^true$/iu.test(raw['dry-run'] ?? '');
}

interface ReportFacts {
  readonly startedAt: Date;
  readonly raw: Readonly<Record<string, string>>;
  readonly record: ActionRecord;
  readonly runner: RedactingRunner;
  readonly ending: Ending;
}

function reportText(
  action: Action,
  document: SummaryDocument,
  outputs: Readonly<Record<string, string>>,
  { startedAt, raw, record, runner, ending }: ReportFacts,
): Iterable<string> {
  const { environment, clock, system } = runner;
  const leftOut = new Set([...HOST_INPUTS, ...secretsOf(action)]);
  const context = {
    changed: outputs['changed'] === 'true',
    wouldChange: outputs['would-change'] === 'true',
    run: system.pageRun(environment) === undefined ? null : system.run(environment),
    tool: readTool(environment),
    registry: record.registry ?? null,
    principal: record.caller?.principal ?? null,
    ...(record.caller?.workspaceId === undefined ? {} : { workspaceId: record.caller.workspaceId }),
    inputs: Object.fromEntries(Object.entries(raw).filter(([name]) => !leftOut.has(name))),
    ...(ending.error === undefined ? {} : { error: reportError(ending.error) }),
  };
  // Document and outputs come with everything hidden that is withheld.
  const report = buildReport(document, {
    ...runner.redactor.hide(context),
    outputs,
    startedAt,
    finishedAt: new Date(clock.now()),
  });
  return jsonText(report);
}

function reportError(error: PromoteError): ReportError {
  const { code: errorCode, fix, serverCode, httpStatus, requestId } = error.details;
  return {
    code: errorCode,
    message: error.message,
    ...(fix === undefined ? {} : { fix }),
    ...(serverCode === undefined ? {} : { serverCode }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
