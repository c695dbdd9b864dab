import { renderSummary } from '../../src/report/markdown.ts';
import { code, type CodeBlock, type SummaryDocument } from '../../src/report/document.ts';
import { renderPlain } from '../../src/report/plain.ts';
import { readSummary } from '../../scripts/read-summary.ts';
import { EMPTY } from '../report/sample-documents.ts';
import { cliRequest, type CliRequest } from './databricks-cli.ts';
import { readGrant } from './databricks-sql.ts';
import { readGoAddress } from './go-address.ts';
import { clientCalls } from './mlflow-calls.ts';
import type { Meaning, Printed } from './printers.ts';
import { shellCalls } from './shell.ts';
import { readUcCall } from './uc-cli.ts';

/** A printed text with what it means, by those who run such texts. */
export interface Judged extends Printed {
  readonly text: string;
  readonly found: Meaning;
}

/** Has every text that was printed, each once, read as it is shown: by a shell and a command, by Python, by SQL. */
export async function judge(printed: readonly Printed[]): Promise<Judged[]> {
  const different = new Map(printed.map((each) => [JSON.stringify([each.text, each.meaning]), each]));
  const texts = [...different.values()].flatMap((each) =>
    each.text === undefined ? [] : [{ ...each, text: each.text }],
  );
  const shown = shownTexts(texts.map(({ text, meaning }) => code(LANGUAGE[meaning.by], text)));
  const entries = texts.map((each, index) => ({ ...each, text: shown[index] ?? '' }));
  const inShell = entries.filter(({ meaning: { by } }) => by === 'databricks' || by === 'uc');
  const inPython = entries.filter(({ meaning: { by } }) => by === 'mlflow');
  const words = await shellCalls(inShell.map(({ text }) => text));
  const calls = await clientCalls(inPython.map(({ text }) => text));
  return entries.map((each): Judged => {
    const { by } = each.meaning;
    switch (by) {
      case 'databricks':
        return {
          ...each,
          found: { by, request: cliRequest(onlyOne(words[inShell.indexOf(each)], each.text)) },
        };
      case 'uc':
        return { ...each, found: { by, call: readUcCall(onlyOne(words[inShell.indexOf(each)], each.text)) } };
      case 'sql':
        return { ...each, found: { by, statement: readGrant(each.text) } };
      case 'mlflow':
        return {
          ...each,
          found: { by, calls: calls[inPython.indexOf(each)] ?? { place: [], workspace: null, calls: [] } },
        };
      case 'rest':
        return { ...each, found: { by, request: readRequest(each.text) } };
    }
  });
}

const LANGUAGE: Record<Meaning['by'], CodeBlock['language']> = {
  databricks: 'shell',
  uc: 'shell',
  sql: 'sql',
  mlflow: 'python',
  rest: 'json',
};

function onlyOne(calls: readonly (readonly string[])[] | undefined, text: string): readonly string[] {
  const [call, ...more] = calls ?? [];
  if (call === undefined || more.length > 0) throw new Error(`not one command: ${text}`);
  return call;
}

/** A request as it is printed: method and path, then a body of JSON on the same line or the next. */
export function readRequest(text: string): CliRequest {
  const [, method = '', path = '', body] = /^([A-Z]+) (\S+)[ \n](.*)$/su.exec(text) ?? [];
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(body ?? '')) throw new Error(`a line ends in it: ${text}`);
  const read: unknown = JSON.parse(body ?? '');
  return { method, ...readGoAddress(path), body: read };
}

/** The texts as a reader copies them out of the summary; throws when the log shows another one. */
export function shownTexts(blocks: readonly CodeBlock[]): string[] {
  const batches = Array.from({ length: Math.ceil(blocks.length / 50) }, (_, i) =>
    blocks.slice(i * 50, i * 50 + 50),
  );
  return batches.flatMap((batch) => {
    const document: SummaryDocument = { ...EMPTY, todo: batch };
    const shown = readSummary(renderSummary(document)).flatMap((block) =>
      block.kind === 'code' ? [block.text] : [],
    );
    const logged = renderPlain(document);
    const start = logged.indexOf('What to do:') + 1;
    const lines = batch.flatMap(({ text }) => text.split('\n').map((line) => `      ${line}`));
    const said = logged.slice(start, start + lines.length);
    if (said.join('\n') !== lines.join('\n')) {
      const at = lines.findIndex((line, index) => said[index] !== line);
      throw new Error(`the log shows ${said[at]} in place of ${lines[at]}`);
    }
    return shown;
  });
}
