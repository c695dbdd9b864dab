import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Action } from '../actions/contract/action.ts';
import {
  fieldsOf,
  parseInputs,
  rawInputs,
  readableInputs,
  type GivenInputs,
} from '../actions/contract/read-inputs.ts';
import { boundedText, isShort, outputText } from '../actions/contract/bounded-output.ts';
import { requireNeeds } from '../actions/contract/capabilities.ts';
import { ActionRecord } from '../actions/contract/record.ts';
import { isSideInput, sideInput, type Side } from '../auth/settings.ts';
import { messageOf, PromoteError } from '../domain/errors.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { OUTCOME_MEANINGS } from '../domain/outcome.ts';
import { HostMetadataMemo } from '../http/host-metadata.ts';
import { REGISTRIES } from '../registry/table.ts';
import type { OutputValue } from '../inputs/outputs.ts';
import { annotationsOf } from '../report/annotations.ts';
import type { SummaryDocument } from '../report/document.ts';
import { renderSummary } from '../report/markdown.ts';
import { renderPlain } from '../report/plain.ts';
import { buildReport, type ReportError } from '../report/report.ts';
import { chooseRegistry } from './choose-registry.ts';
import { readInput, readRun, readTool } from './environment.ts';
import { signInFaults, signInSettings } from './sign-in.ts';
import { sourceFaults, sourceSettings } from './source-side.ts';
import { documentOf, type Ending } from './summary-document.ts';
import { closeJournal } from './journal.ts';
import { temporaryFile, thisMachine } from './machine.ts';
import { githubRunner, type Runner } from './runner.ts';
import { onCancel, type Cancellation } from './cancel.ts';
import { redactingRunner, Redactor, type RedactingRunner } from './redactor.ts';

/** Inputs that name a host: nothing that is left behind may. */
const HOST_INPUTS = [sideInput('destination', 'host'), sideInput('source', 'host')] as const;

/**
 * Runs an action as the runner calls it: reads inputs, does the work, and whatever happens sets the outputs, writes
 * summary and report, annotates, and sets the exit code. The only try/catch of the program is here.
 */
export async function runAction(action: Action, world: Runner = githubRunner()): Promise<void> {
  const { environment, clock } = world;
  const startedAt = new Date(clock.now());
  const record = new ActionRecord();
  const given = rawInputs(
    action,
    (name) => readInput(environment, name),
    (name) => environment[name],
  );
  const { raw } = given;
  const runner = redactingRunner(world, new Redactor());
  const { redactor } = runner;
  for (const host of HOST_INPUTS) if (raw[host] !== undefined) redactor.addHost(raw[host]);
  for (const secret of secretsOf(action)) {
    if (raw[secret] !== undefined) runner.mask(raw[secret]);
  }
  const cancel = onCancel(runner.log);
  const ending = await perform(action, given, record, runner, cancel);
  runner.setExitCode((ending.fails ?? OUTCOME_MEANINGS[ending.outcome].exitCode !== 0) ? 1 : 0);
  const dryRun = isDryRun(raw);
  const whole = wholeOutputs(record, ending, dryRun);
  const outputs = boundedOutputs(action, whole, record, redactor);
  const document = documentOf(action, record, ending, { dryRun, runner });
  const attempt = attemptsOf(runner, ending.error?.details.faults ?? []);
  const outputsSet = await attempt('outputs', 'GITHUB_OUTPUT', async () => {
    for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value);
  });
  const facts = { startedAt, raw, record, runner, ending };
  await attempt('report', 'RUNNER_TEMP', async () => {
    const path = await writeReport(action, document, reportedOutputs(whole, outputs), facts);
    await attempt('output report', 'GITHUB_OUTPUT', async () => runner.setOutput('report', path));
  });
  await attempt('log', 'log', async () => {
    for (const line of renderPlain(document)) runner.print(line);
    for (const annotation of annotationsOf(document)) runner.annotate(annotation);
  });
  if (!/^false$/iu.test(raw['summary'] ?? '')) {
    await attempt('summary', 'GITHUB_STEP_SUMMARY', () => runner.writeSummary(renderSummary(document)));
  }
  await attempt('end of the journal', 'GITHUB_STATE', async () => closeJournal(runner));
  // Who reads outputs that are not there would take them for empty ones.
  if (!outputsSet) runner.setExitCode(1);
  cancel.release();
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
    const destination = signInSettings(runner.environment);
    const source = sourceSettings(action, runner.environment);
    const registry = await chooseRegistry(given.raw['registry'], destination, runner.environment, metadata);
    const { capabilities } = REGISTRIES[registry];
    // Without an input that came to nothing, nothing can be said of how to sign in on its side.
    const isWhole = (side: Side) => !given.empty.some((input) => isSideInput(side, input));
    const inputs = parseInputs(action, given, {
      naming: capabilities.names,
      more: [
        ...(isWhole('destination') ? signInFaults(destination, registry) : []),
        ...(isWhole('source') ? sourceFaults(source, registry) : []),
        ...runner.fileFaults(),
        ...((await action.machineFaults?.(readableInputs(action, given.raw), given.raw, runner)) ?? []),
      ],
    });
    requireNeeds(action.name, action.requirements.needs ?? [], capabilities);
    // Loaded only now: what refuses its inputs needs neither clients nor connections, and starts in less time.
    const { performAction } = await import(/* webpackMode: "eager" */ './perform-action.ts');
    const onClose = (close: () => Promise<void>) => void closers.push(close);
    const parts = { cancel, registry, destination, source, metadata, onClose };
    return await performAction(action, inputs, record, runner, parts);
  } catch (thrown) {
    const error = thrown instanceof PromoteError ? thrown : internalError(thrown, runner);
    return { outcome: error.details.outcome, verdict: error.message.replace(/\.$/u, ''), error };
  } finally {
    await Promise.all(closers.map((close) => close()));
  }
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

function wholeOutputs(record: ActionRecord, ending: Ending, dryRun: boolean): Record<string, OutputValue> {
  return {
    ...Object.fromEntries(record.outputs),
    outcome: ending.outcome,
    changed: record.changed,
    'would-change': dryRun ? record.wouldChange : record.changed,
  };
}

/** The outputs as texts that whoever reads them can take; what is cut is said in the record and in an output of its own. */
function boundedOutputs(
  action: Action,
  whole: Readonly<Record<string, OutputValue>>,
  record: ActionRecord,
  redactor: Redactor,
): Record<string, string> {
  const outputs: Record<string, string> = {};
  const cut: string[] = [];
  for (const [name, value] of Object.entries(redactor.hide(whole))) {
    const text = outputText(value);
    const fits = isShort(text) || action.expressionOutputs?.includes(name) === true;
    const shown = fits ? text : boundedText(redactor.hide(record.shortOutputs.get(name) ?? value));
    // Keys of an object may be of others too, such as those of tags.
    outputs[name] = redactor.hide(shown);
    if (!fits) cut.push(name);
  }
  if (cut.length === 0) return outputs;
  record.fact('Shortened outputs', cut.join(', '), 'the report file has the full values');
  return { ...outputs, cut: cut.join(',') };
}

/** What the report says of the outputs: all of each, and which of them were cut. */
function reportedOutputs(
  whole: Readonly<Record<string, OutputValue>>,
  { cut }: Readonly<Record<string, string>>,
): Record<string, string> {
  const texts = Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, outputText(value)]));
  return cut === undefined ? texts : { ...texts, cut };
}

interface ReportFacts {
  readonly startedAt: Date;
  readonly raw: Readonly<Record<string, string>>;
  readonly record: ActionRecord;
  readonly runner: RedactingRunner;
  readonly ending: Ending;
}

async function writeReport(
  action: Action,
  document: SummaryDocument,
  outputs: Readonly<Record<string, string>>,
  { startedAt, raw, record, runner, ending }: ReportFacts,
): Promise<string> {
  const { environment, clock } = runner;
  const leftOut = new Set([...HOST_INPUTS, ...secretsOf(action)]);
  const report = buildReport(document, {
    changed: outputs['changed'] === 'true',
    wouldChange: outputs['would-change'] === 'true',
    startedAt,
    finishedAt: new Date(clock.now()),
    run: environment['GITHUB_RUN_ID'] === undefined ? null : readRun(environment),
    tool: readTool(environment),
    registry: record.registry ?? null,
    principal: record.caller?.principal ?? null,
    ...(record.caller?.workspaceId === undefined ? {} : { workspaceId: record.caller.workspaceId }),
    inputs: Object.fromEntries(Object.entries(raw).filter(([name]) => !leftOut.has(name))),
    outputs,
    ...(ending.error === undefined ? {} : { error: reportError(ending.error) }),
  });
  const name = `uc-promote-${action.name}-${randomUUID()}.json`;
  const path = temporaryFile(name, environment, runner.machine ?? thisMachine);
  const text = `${JSON.stringify(runner.redactor.hide(report), null, 2)}\n`;
  await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  return path;
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
