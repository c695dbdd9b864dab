/** What an output of a kind may be: objects and lists become JSON, and the empty text stands for none. */
interface OutputKinds {
  readonly flag: boolean;
  readonly verdict: boolean | 'unknown' | '';
  readonly number: number | '';
  readonly text: string;
  readonly json: readonly unknown[] | { readonly [key: string]: unknown } | '';
}

/** The declaration of an output. */
export interface Output<Kind extends keyof OutputKinds = keyof OutputKinds> {
  readonly kind: Kind;
  /** One or two sentences for the user. */
  readonly description: string;
}

/** Outputs by name. */
export type Outputs = Readonly<Record<string, Output>>;

/** Whatever an output may be. */
export type OutputValue = OutputKinds[keyof OutputKinds];

/** The name of a declared output and a value of its kind. */
export type OutputEntry<Declared extends Outputs> = {
  [Name in keyof Declared]: [
    name: Name & string,
    value: OutputKinds[Declared[Name]['kind']],
    /** In place of a value that is too long for an output; default: its first items. */
    short?: OutputValue,
  ];
}[keyof Declared];

/** `true` or `false`. */
export const flagOutput = output('flag');

/** As {@link flagOutput}, or that it is not known. */
export const verdictOutput = output('verdict');

/** A number. */
export const numberOutput = output('number');

/** Any text. */
export const textOutput = output('text');

/** An object or a list. */
export const jsonOutput = output('json');

function output<Kind extends keyof OutputKinds>(kind: Kind) {
  return (description: string): Output<Kind> => ({ kind, description });
}
