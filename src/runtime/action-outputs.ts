import type { Action } from '../actions/contract/action.ts';
import { boundedText, isShort, outputText } from '../actions/contract/bounded-output.ts';
import type { ActionRecord } from '../actions/contract/record.ts';
import type { OutputValue } from '../inputs/outputs.ts';
import type { Redactor } from './redactor.ts';
import type { Ending } from './summary-document.ts';

/** An output, and all of it as a text: that of many findings is long, and is made once. */
interface WholeOutput {
  readonly value: OutputValue;
  readonly text: string;
}

/** The outputs, with everything hidden that is withheld. */
export function wholeOutputs(
  record: ActionRecord,
  ending: Ending,
  dryRun: boolean,
  redactor: Redactor,
): ReadonlyMap<string, WholeOutput> {
  const values = {
    ...Object.fromEntries(record.outputs),
    outcome: ending.outcome,
    changed: record.changed,
    'would-change': dryRun ? record.wouldChange : record.changed,
  };
  return new Map(
    Object.entries(redactor.hide(values)).map(([name, value]) => {
      // Keys of an object may be of others too, such as those of tags.
      return [name, { value, text: redactor.hide(outputText(value)) }];
    }),
  );
}

/** The outputs as texts that whoever reads them can take; what is cut is said in the record and in an output of its own. */
export function boundedOutputs(
  action: Action,
  whole: ReadonlyMap<string, WholeOutput>,
  record: ActionRecord,
  redactor: Redactor,
): Record<string, string> {
  const outputs: Record<string, string> = {};
  const cut: string[] = [];
  for (const [name, { value, text }] of whole) {
    const fits = isShort(text) || action.expressionOutputs?.includes(name) === true;
    const short = () => boundedText(redactor.hide(record.shortOutputs.get(name) ?? value));
    outputs[name] = fits ? text : redactor.hide(short());
    if (!fits) cut.push(name);
  }
  if (cut.length === 0) return outputs;
  record.fact('Shortened outputs', cut.join(', '), 'the report file has the full values');
  return { ...outputs, cut: cut.join(',') };
}

/** What the report says of the outputs: all of each, and which of them were cut. */
export function reportedOutputs(
  whole: ReadonlyMap<string, WholeOutput>,
  { cut }: Readonly<Record<string, string>>,
): Record<string, string> {
  const texts = Object.fromEntries([...whole].map(([name, { text }]) => [name, text]));
  return cut === undefined ? texts : { ...texts, cut };
}
