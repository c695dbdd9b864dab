import * as z from 'zod';
import type { InputFault } from '../../domain/input-fault.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { COMMON_INPUTS, COMMON_OUTPUTS, WRITING_INPUTS, type CommonInputs } from '../../inputs/common.ts';
import type { Stage } from '../../apply/stage.ts';
import type { ValueChange } from '../../apply/value.ts';
import type { PolicyFact } from '../../plan/basis.ts';
import type { ServingChange } from '../../plan/changes/serving.ts';
import type { DeferredRight } from '../../plan/file.ts';
import type { InputsOf, RawInputs } from '../../inputs/fields.ts';
import type { Outputs } from '../../inputs/outputs.ts';
import type { ActionContext } from './context.ts';
import type { Need } from './capabilities.ts';

/** What looks for the programs of commands on the machine. */
export type Commands = Pick<ActionContext<CommonInputs>, 'checkCommand' | 'environment'>;

/** Inputs of which one, or at most one, may be given. */
export interface InputChoice {
  readonly of: readonly string[];
  readonly need: 'exactly-one' | 'at-most-one' | 'at-least-one';
  /** An input which, when true, takes their place: none of them is needed, and unless several may be, none may be given. */
  readonly unless?: string;
}

/** What an action does to the registry: for its `action.yml` and README. */
export interface ActionRequirements {
  /** Whether it can write; a writing action has a post step that reports what was done when the main step died. */
  readonly writes: boolean;
  /** Whether a person who started it is asked before it writes, where one is there to be asked; default: no. */
  readonly asksFirst?: boolean;
  /** Whether the files of whole models pass through it; default: no. */
  readonly streamsFiles?: boolean;
  /** Whether it reads as many models as there are; default: no. */
  readonly readsMany?: boolean;
  /** Privileges in Unity Catalog, in words. */
  readonly privileges: readonly string[];
  /** What a registry must have for it; default: nothing beside models and versions. */
  readonly needs?: readonly Need[];
  /** What a registry must have beside that when an input is given, by the input as it is written. */
  readonly inputNeeds?: Readonly<Record<string, readonly Need[]>>;
}

/** How an action ended that did not throw. */
export interface ActionResult {
  readonly outcome: Outcome;
  /** One sentence without a final period. */
  readonly verdict: string;
  /** Whether the step fails; default by the outcome. */
  readonly fails?: boolean;
}

/** A change that a run leaves for `apply`. */
export type OfferedChange = ValueChange | ServingChange;

/** What a run leaves for `apply`: changes, each with what it rests on; or a clause that says why it leaves none. */
export type Offer =
  | {
      readonly changes: readonly OfferedChange[];
      readonly deferred?: readonly DeferredRight[];
      /** The policy that they were decided under; default: none. */
      readonly policy?: PolicyFact | undefined;
    }
  | { readonly none: string };

/** What a writing action would do, and what it says of it. */
export interface Planned {
  readonly stages: readonly Stage[];
  /** The stages of further objects, each applied once those before are: what one makes or plans again is nothing of the others. */
  readonly further?: readonly (readonly Stage[])[];
  /** Says what would be done. */
  asPlanned(this: void): ActionResult;
  /** Says what was done, once every stage was applied. */
  asApplied(this: void): ActionResult;
  /** What is left for `apply`, read right now: by a dry run, or once every stage was applied. Default: nothing, and nothing is said of it. */
  offers?(this: void, state: 'planned' | 'applied'): Promise<Offer | undefined>;
}

/** An action's zod schema, as far as everybody but the action itself needs it. */
export interface InputSchema {
  readonly shape: Readonly<Record<string, z.ZodType>>;
  safeParse(raw: unknown, how?: { readonly jitless?: boolean }): z.ZodSafeParseResult<CommonInputs>;
}

/** An action: its inputs and outputs as data, and what it does. `action.yml` and the README are made from this. */
export interface Action {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A Feather icon of GitHub's list. */
  readonly icon: string;
  readonly inputs: InputSchema;
  readonly choices: readonly InputChoice[];
  /** Faults of inputs together, of those that could be read; `raw` has the texts of all that are given. */
  refine(this: void, inputs: Partial<CommonInputs>, raw: RawInputs): readonly InputFault[];
  /** Faults that only the machine shows, such as a program that it does not have. */
  machineFaults?(
    this: void,
    inputs: Partial<CommonInputs>,
    raw: RawInputs,
    machine: Commands,
  ): Promise<readonly InputFault[]>;
  readonly outputs: Outputs;
  /** Outputs that no process gets, but an expression of a workflow: they are not cut. */
  readonly expressionOutputs?: readonly string[];
  readonly requirements: ActionRequirements;
  /** What an action does that only reads. */
  run?(context: ActionContext<CommonInputs>): Promise<ActionResult>;
  /** What an action would do that writes; nothing is written before it has returned. */
  plan?(context: ActionContext<CommonInputs>): Promise<Planned>;
}

type Declared<Shape extends z.ZodRawShape, Out extends Outputs> = Omit<
  Action,
  'inputs' | 'choices' | 'refine' | 'machineFaults' | 'outputs' | 'run' | 'plan'
> & {
  readonly inputs: Shape;
  readonly outputs: Out;
  readonly choices?: readonly InputChoice[];
  refine?(this: void, inputs: Partial<InputsOf<Shape>>, raw: RawInputs): readonly InputFault[];
  machineFaults?(
    this: void,
    inputs: Partial<InputsOf<Shape>>,
    raw: RawInputs,
    machine: Commands,
  ): Promise<readonly InputFault[]>;
} & (
    | { run(context: ActionContext<InputsOf<Shape> & CommonInputs, Out>): Promise<ActionResult> }
    | { plan(context: ActionContext<InputsOf<Shape> & CommonInputs, Out>): Promise<Planned> }
  );

/** Declares an action: common inputs and outputs are added, and `dry-run` where it writes. */
export function defineAction<Shape extends z.ZodRawShape, Out extends Outputs>(
  declared: Declared<Shape, Out>,
): Action {
  const writing = declared.requirements.writes ? WRITING_INPUTS : {};
  const inputs = z.object({ ...declared.inputs, ...writing, ...COMMON_INPUTS });
  return {
    ...declared,
    choices: declared.choices ?? [],
    refine: declared.refine ?? (() => []),
    inputs: inputs as InputSchema,
    outputs: { ...declared.outputs, ...COMMON_OUTPUTS },
  };
}
