/** One faulty input: which, what is wrong with it, and how to fix it. */
export interface InputFault {
  /** Its name as a step writes it, several names, or the variable, option or setting that stands in for one. */
  readonly input: string;
  /** A sentence about the input, as "it is missing.", or about its value, as `"latest" is not a version.` */
  readonly problem: string;
  /** What to do about it: a sentence, imperative. */
  readonly fix: string;
}

const INPUT = /^[a-z][a-z-]*$/u;
const VARIABLE = /^[a-z]+(?:_[a-z]+)+$/iu;
const IN_PROFILE = /^\w+ in (?:source-)?profile\b/u;
const OPTION = /^--[a-z-]+$/u;

/** What every error of an input says, whatever finds it: which input it is, and what is wrong with it. */
export function faultSentence({ input, problem }: Pick<InputFault, 'input' | 'problem'>): string {
  const aboutInput = /^it (?<rest>.*)$/su.exec(problem)?.groups?.['rest'];
  return aboutInput === undefined ? `${nameOf(input)}: ${problem}` : `${nameOf(input)} ${aboutInput}`;
}

/** The sentence of a fault with its fix: "Input `host` is missing. Add `host: https://…` to the step." */
export function faultText(fault: InputFault): string {
  return `${faultSentence(fault)} ${fault.fix}`;
}

function nameOf(input: string): string {
  const names = input.split(/ (?:and|or) /u);
  if (names.length > 1 && names.every((name) => INPUT.test(name))) {
    const quoted = names.map((name) => `\`${name}\``);
    const joint = input.includes(' or ') ? 'or' : 'and';
    return `Inputs ${quoted.slice(0, -1).join(', ')} ${joint} ${quoted.at(-1) ?? ''}`;
  }
  if (INPUT.test(input)) return `Input \`${input}\``;
  if (VARIABLE.test(input)) return `Variable \`${input}\``;
  if (OPTION.test(input)) return `Option \`${input}\``;
  return IN_PROFILE.test(input) ? `Setting ${input}` : input;
}
