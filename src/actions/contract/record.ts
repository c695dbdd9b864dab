import type { ManualCommands } from '../../registry/commands.ts';
import type { Change, ChangeState, PlannedChange } from '../../plan/change.ts';
import { decide, underMode, type CheckMode, type Decision, type Finding } from '../../domain/decision.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Caller } from '../../domain/privilege.ts';
import type { LinkedWorkspaces } from '../../domain/workspace-pages.ts';
import { byStep, type CallAgain } from '../../inputs/call-again.ts';
import type { Output, OutputEntry, Outputs, OutputValue } from '../../inputs/outputs.ts';
import type { Check } from '../../plan/check.ts';
import type { Effect } from '../../plan/effect.ts';
import { handledLater } from '../../domain/promises.ts';
import { isSameSubject, type Evidence } from '../../plan/evidence.ts';
import type { Block, Fact, People, Section, ShortFindings, SideBySide } from '../../report/document.ts';
import type { LeftPlan, Subject } from '../../report/subject.ts';
import { refusalError } from './refusal.ts';

/** The outputs of whoever sets none. */
export type NoOutputs = Readonly<Record<never, Output>>;

interface NotedChange {
  change: PlannedChange;
  state: ChangeState;
}

/**
 * What an action has learnt, decided and done so far. It is complete at every moment, so that an action which stops
 * in the middle still reports everything up to there. It takes the outputs that are declared, each a value of its kind.
 */
export class ActionRecord<Out extends Outputs = NoOutputs> {
  readonly facts: Fact[] = [];
  readonly checks: Check[] = [];
  readonly changes: NotedChange[];
  readonly effects: Effect[] = [];
  readonly evidence: Evidence[] = [];
  readonly sections: Section[] = [];
  readonly todo: Block[] = [];
  readonly undo: Block[] = [];
  readonly outputs = new Map<string, OutputValue>();
  /** What the run is about; undefined where it ended before that was known. */
  subject: Subject | undefined;
  /** What the two columns of the evidence are about; undefined where there is nothing to show side by side. */
  compared: Omit<SideBySide, 'rows'> | undefined;
  /** The plan that is left for `apply`; undefined for none. */
  left: LeftPlan | undefined;
  /** Who trained and who approved what it is about, where that was read. */
  people: Pick<People, 'trainer' | 'approver'> = {};
  /** What an output gets in place of a value that is too long for one; default: its first items. */
  readonly shortOutputs = new Map<string, OutputValue>();
  /**
   * What is left in files of its own beside the report, by the output that has the path: a text, or plain data, made once the
   * report is written, so that memory never holds both.
   */
  readonly files = new Map<string, () => unknown>();
  /** The kind of registry that was worked with; undefined when the action ended before it was known. */
  registry: string | undefined;
  /** What people run by hand there. */
  commands: ManualCommands | undefined;
  /** The workspaces that pages may link to. */
  workspaces: LinkedWorkspaces = {};
  /** How people run an action of ours by hand. */
  again: CallAgain = byStep;
  /** Who the registry says that the caller is; undefined where it was not asked. */
  caller: Caller | undefined;
  /** What a refusal for want of rights says in place of the first finding: a clause. */
  denial: string | undefined;
  /** What the page says in short, since it has it in full elsewhere. */
  readonly inShort: ShortFindings[] = [];
  /** How the registry is signed in to: an `auth-type`. */
  method: string | undefined;
  #refusal: Outcome | undefined;
  readonly #alongside: Promise<Evidence | undefined>[] = [];
  readonly #parts: { readonly label: string; readonly record: ActionRecord }[] = [];

  /** `changes` are those of the run that it is a part of; default: it is of a run of its own. */
  constructor(changes: NotedChange[] = []) {
    this.changes = changes;
  }

  /** The record of one of several objects of a run: what it decides is its own, and what is changed is noted with that of all. */
  part<Part extends Outputs>(label: string): ActionRecord<Part> {
    const record = new ActionRecord<Part>(this.changes);
    record.registry = this.registry;
    record.commands = this.commands;
    record.again = this.again;
    this.forgetPart(label);
    this.#parts.push({ label, record });
    return record;
  }

  /** Takes back what was noted of an object. */
  forgetPart(label: string): void {
    const before = this.#parts.findIndex((part) => part.label === label);
    if (before >= 0) this.#parts.splice(before, 1);
  }

  /** The checks of the run and, under their labels, of its parts so far. */
  get everyCheck(): Check[] {
    const ofParts = this.#parts.flatMap(({ label, record }) => labelled(record.everyCheck, label));
    return [...this.checks, ...ofParts];
  }

  /** Takes in what the parts have noted, once, each under its label. */
  gather(): void {
    for (const { label, record } of this.#parts.splice(0)) {
      record.gather();
      const named = (name: string) => `${label}: ${name}`;
      this.checks.push(...labelled(record.checks, label));
      this.inShort.push(...record.inShort.map((short) => ({ ...short, check: named(short.check) })));
      this.effects.push(...record.effects);
      this.evidence.push(...record.evidence);
      this.undo.push(...record.undo);
      this.todo.push(...record.todo);
      this.sections.push(
        ...(record.facts.length === 0
          ? []
          : [{ title: label, folded: true, blocks: [factTable(record.facts)] }]),
        ...record.sections.map((section) => ({ ...section, title: named(section.title), folded: true })),
      );
      this.people = { ...record.people, ...this.people };
    }
  }

  fact(label: string, value: string, note?: string): void {
    this.facts.push(note === undefined ? { label, value } : { label, value, note });
  }

  /** Takes facts back by their labels. */
  forgetFacts(...labels: readonly string[]): void {
    const kept = this.facts.filter(({ label }) => !labels.includes(label));
    this.facts.splice(0, this.facts.length, ...kept);
  }

  /** Notes a fact in place of what was noted under its label before. */
  factAgain(label: string, value: string, note?: string): void {
    const before = this.facts.findIndex((fact) => fact.label === label);
    if (before >= 0) this.facts.splice(before, 1);
    this.fact(label, value, note);
  }

  // A property, so that a record of fewer outputs is not taken for one of more.
  readonly output = (...[name, value, short]: OutputEntry<Out>): void => {
    this.outputs.set(name, value);
    if (short === undefined) this.shortOutputs.delete(name);
    else this.shortOutputs.set(name, short);
  };

  /** Notes a check; under `warn` what it refuses becomes a warning, under `off` it was not made. */
  check(name: string, mode: CheckMode, decision: Decision | null, passed: string, refusal: Outcome): void {
    const judged = decision === null || mode === 'off' ? null : underMode(decision, mode);
    this.checks.push({ name, mode, decision: judged, passed });
    if (judged !== null && !judged.allowed && this.#refusal === undefined) this.#refusal = refusal;
  }

  /** Notes a check that refuses where it fails, in place of what it found when it was made before. */
  checkAgain(
    name: string,
    decision: Decision,
    passed: string,
    refusal: Outcome,
    mode: CheckMode = 'fail',
  ): void {
    const before = this.checks.findIndex((check) => check.name === name);
    if (before >= 0) this.checks.splice(before, 1);
    this.check(name, mode, decision, passed, refusal);
  }

  /** Notes what was seen, in place of what was seen of the same before. */
  see(evidence: Evidence): void {
    const before = this.evidence.findIndex((each) => isSameSubject(each, evidence));
    if (before >= 0) this.evidence.splice(before, 1);
    this.evidence.push(evidence);
  }

  /** Work that finds evidence beside everything else; it is over before the run ends, or a plan is left. */
  alongside(work: Promise<Evidence | undefined>): void {
    handledLater(work);
    this.#alongside.push(work);
  }

  /** Waits for what goes on {@link alongside}, for the parts too. */
  async settled(): Promise<void> {
    const seen = await Promise.all(this.#alongside);
    // In the order in which it was begun, whatever came first.
    for (const evidence of seen) if (evidence !== undefined) this.see(evidence);
    await Promise.all(this.#parts.map(({ record }) => record.settled()));
  }

  /** Notes what was found while changes were made, beside what the check of that name found before. It refuses nothing. */
  warn(name: string, finding: Finding): void {
    const index = this.checks.findIndex((check) => check.name === name);
    const before = this.checks[index];
    const decision = decide([...(before?.decision?.findings ?? []), finding]);
    const check = { name, mode: before?.mode ?? ('warn' as const), decision, passed: before?.passed ?? '' };
    this.checks.splice(index < 0 ? this.checks.length : index, 1, check);
  }

  /** Notes a check that this registry has nothing for; it neither passes nor refuses. */
  notApplicable(name: string, mode: CheckMode, why: string): void {
    this.checks.push({ name, mode, decision: null, passed: '', notApplicable: why });
    this.fact(name, 'not applicable', why);
  }

  /** Notes what is to be changed, as planned. */
  plan(changes: readonly PlannedChange[]): void {
    for (const change of changes) this.changes.push({ change, state: 'planned' });
  }

  /** Notes a planned change as it is made now, in its place; undefined where it already is so. */
  resolve(planned: PlannedChange, made: Change | undefined): void {
    const noted = this.changes.find(({ change }) => change === planned);
    if (noted === undefined) return;
    if (made === undefined) noted.state = 'not-needed';
    else noted.change = made;
  }

  /** Takes planned changes back that others are planned in place of. */
  drop(changes: readonly PlannedChange[]): void {
    for (const change of changes) {
      const index = this.changes.findIndex((noted) => noted.change === change);
      if (index >= 0) this.changes.splice(index, 1);
    }
  }

  /** Notes changes that are made no more; those that were written stay as they are. */
  giveUp(changes: readonly Change[]): void {
    for (const change of changes) if (!this.wasWritten(change)) this.settle(change, 'not-done');
  }

  /** Notes what became of a planned change. */
  settle(change: Change, state: ChangeState): void {
    const noted = this.changes.find((candidate) => candidate.change === change);
    if (noted === undefined) this.changes.push({ change, state });
    else noted.state = state;
  }

  /** Whether every check so far allowed to go on. */
  get allowed(): boolean {
    return this.#refusal === undefined;
  }

  /** The outcome of the first check that refused. */
  get refusal(): Outcome | undefined {
    return this.#refusal;
  }

  /** Throws the refusal of the first check that refused; its findings are the message. */
  requireAllowed(subject: string): void {
    if (this.#refusal === undefined) return;
    throw refusalError(subject, { outcome: this.#refusal, checks: this.checks, denial: this.denial });
  }

  /** Whether a change was written, as far as is known. */
  wasWritten(change: Change): boolean {
    return this.changes.some(
      (noted) => noted.change === change && (noted.state === 'done' || noted.state === 'unknown'),
    );
  }

  /** Whether what a change leads to is there: it was made, or already was so. */
  stands(change: PlannedChange): boolean {
    return this.changes.some(
      (noted) => noted.change === change && (noted.state === 'done' || noted.state === 'not-needed'),
    );
  }

  /** Whether a change was written, or is still to be. */
  isToBeMade(change: PlannedChange): boolean {
    return this.changes.some(
      (noted) => noted.change === change && noted.state !== 'not-done' && noted.state !== 'not-needed',
    );
  }

  /** Whether anything was written. */
  get changed(): boolean {
    return this.changes.some(({ state }) => state === 'done' || state === 'unknown');
  }

  /** Whether a run that is not dry would write something, or did. */
  get wouldChange(): boolean {
    return this.changes.some(({ state }) => state === 'planned' || state === 'done' || state === 'unknown');
  }

  /** Names of the checks that were off. */
  get checksOff(): string[] {
    return this.checks.filter((check) => check.mode === 'off').map((check) => check.name);
  }
}

/** Checks under the label of the object that they are about. */
function labelled(checks: readonly Check[], label: string): Check[] {
  return checks.map((check) => ({ ...check, name: `${label}: ${check.name}` }));
}

function factTable(facts: readonly Fact[]): Block {
  return {
    kind: 'table',
    columns: ['Fact', 'Value', 'Note'],
    rows: facts.map(({ label, value, note = '' }) => [label, value, note]),
  };
}
