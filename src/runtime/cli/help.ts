import type { Action } from '../../actions/contract/action.ts';
import { fieldsOf, type Field } from '../../actions/contract/read-inputs.ts';
import { CANCELLED_EXIT_CODE, OUTCOME_MEANINGS, OUTCOMES } from '../../domain/outcome.ts';
import { PRODUCT } from '../../domain/product.ts';
import { COMMON_FLAGS, FLAGS, flagsBeside, type Flag, type FlagName } from './flags.ts';
import { secretInputs } from './secret-inputs.ts';

const WIDTH = 96;
const MARGIN = 4;

/** The help of the command line: examples, the actions, how to sign in, exit codes. */
export function mainHelp(actions: readonly Action[]): string {
  const widest = Math.max(...actions.map(({ name }) => name.length));
  return page([
    'Promotes machine-learning models in Databricks Unity Catalog, and audits the versions that are live.',
    ...part('Examples', [
      'uc-promote check-connection',
      'uc-promote find-version --model staging.ml.fraud --where validation_status=approved',
      'uc-promote promote --source models:/staging.ml.fraud/7 --destination prod.ml.fraud --alias Champion --dry-run',
      "uc-promote audit-aliases --models 'prod.ml.*' --json",
    ]),
    ...part('Use', ['uc-promote ACTION --input VALUE …', 'uc-promote ACTION --help', 'uc-promote --version']),
    ...part(
      'Actions',
      actions.map(({ name, title }) => `${name.padEnd(widest)}  ${title}`),
    ),
    ...part('Signing in', [
      'Set the variables that other Databricks tools use: DATABRICKS_HOST and DATABRICKS_TOKEN, or those of',
      'another method in docs/sign-in.md; or name a profile of .databrickscfg with --profile NAME.',
      'No flag takes a secret.',
    ]),
    ...part('Flags of every action', flagLines(COMMON_FLAGS)),
    ...part('Exit codes', exitCodeLines()),
  ]);
}

/** The help of an action: what it needs alone, or every flag. */
export function actionHelp(action: Action, length: 'short' | 'full'): string {
  const fields = [...fieldsOf(action)].filter(([, { secret }]) => secret !== true);
  const isNeeded = (name: string, field: Field) =>
    (field.required === true && field.environment === undefined) ||
    action.choices.some(({ of, need }) => need !== 'at-most-one' && of.includes(name));
  const needed = fields.filter(([name, field]) => isNeeded(name, field));
  const others = fields.filter(([name, field]) => !isNeeded(name, field));
  const head = [
    `${action.name}: ${action.title}`,
    ...part('Examples', examplesOf(action)),
    '',
    ...wrapped(plain(action.description), 0),
    ...part(
      'Needed',
      needed.flatMap(([name, field]) => inputLines(name, field)),
    ),
    ...part(
      'Which',
      action.choices.flatMap((choice) => wrapped(choiceLine(choice), 0)),
    ),
  ];
  if (length === 'short') return page([...head, '', `All flags: uc-promote ${action.name} --help`]);
  return page([
    ...head,
    ...part(
      'Others',
      others.flatMap(([name, field]) => inputLines(name, field)),
    ),
    ...part(
      'Secrets, which no flag takes',
      secretInputs(action).flatMap(({ variable, fileFlag }) => [`${variable}, or --${fileFlag} PATH`]),
    ),
    ...part('Flags beside the inputs', flagLines(flagsBeside(action))),
    ...part('Exit codes', exitCodeLines()),
  ]);
}

/** Commands that an action can be called by, out of what its inputs say of themselves. */
export function examplesOf(action: Action): string[] {
  const fields = fieldsOf(action);
  const names = [
    ...[...fields].flatMap(([name, { required }]) => (required === true ? [name] : [])),
    ...action.choices.flatMap(({ of, need }) => (need === 'at-most-one' ? [] : of.slice(0, 1))),
  ];
  const words = [...new Set(names)].map((name) => `--${name} ${exampleOf(fields.get(name))}`);
  const command = ['uc-promote', action.name, ...words].join(' ');
  return action.requirements.writes ? [`${command} --dry-run`, command] : [command, `${command} --json`];
}

function exampleOf(field: Field | undefined): string {
  const example = field?.example ?? 'VALUE';
  return /^[\w.:/@=-]+$/u.test(example) ? example : `'${example.replaceAll("'", `'\\''`)}'`;
}

function choiceLine({ of, need, unless }: Action['choices'][number]): string {
  const words = {
    'exactly-one': 'Exactly one of',
    'at-most-one': 'At most one of',
    'at-least-one': 'At least one of',
  };
  const end = unless === undefined ? '' : `, or --${unless}`;
  return `${words[need]} ${of.map((name) => `--${name}`).join(', ')}${end}`;
}

function inputLines(name: string, { description, default: value, environment, lines }: Field): string[] {
  const notes = [
    ...(lines === true ? ['one line each time; can be repeated; - reads standard input'] : []),
    ...(value === undefined ? [] : [`default: ${value === '' ? 'empty' : value.replaceAll('\n', ', ')}`]),
    ...(environment === undefined ? [] : [`or ${environment}`]),
  ];
  const note = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  return [`--${name}`, ...wrapped(`${plain(description)}${note}`, MARGIN)];
}

function flagLines(names: readonly FlagName[]): string[] {
  return names.flatMap((name) => {
    const flag: Flag = FLAGS[name];
    const value = flag.value === undefined ? '' : ` ${flag.value}`;
    return [`--${name}${value}`, ...wrapped(flag.description, MARGIN)];
  });
}

function exitCodeLines(): string[] {
  const codes = new Map<number, string[]>();
  for (const outcome of OUTCOMES) {
    const { commandExitCode } = OUTCOME_MEANINGS[outcome];
    codes.set(commandExitCode, [...(codes.get(commandExitCode) ?? []), outcome]);
  }
  const sorted = [...codes].sort(([a], [b]) => a - b);
  return [...sorted, [CANCELLED_EXIT_CODE, ['cancelled']] as const].map(
    ([code, words]) => `${String(code).padStart(3)}  ${words.join(', ')}`,
  );
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** A description without its Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '').replaceAll(/\[([^\]]+)\]\([^)]+\)/gu, '$1');
}

function wrapped(text: string, margin: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/u)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= WIDTH - 2)
      lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(`${' '.repeat(margin)}${word}`);
  }
  return lines;
}

/** What `--version` prints. */
export function versionLine(): string {
  return `${PRODUCT.name} ${PRODUCT.version}\n`;
}
