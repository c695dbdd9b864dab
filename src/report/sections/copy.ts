import { sizeText } from '../../domain/size-text.ts';
import { sizeOf, transferText } from '../../transfer/progress.ts';
import type { CopyResult } from '../../apply/copy/request.ts';
import { counted } from '../../domain/count.ts';
import type { ModelDependency } from '../../domain/model.ts';
import type { CopyReading } from '../../facts/copy/reading.ts';
import type { CopyDecision } from '../../policy/copy.ts';
import { list, table, type Section, paragraph } from '../document.ts';

export function travelSection(decision: CopyDecision, reading: CopyReading): Section {
  const { origin } = reading;
  const { dependencies } = reading.signature.mlmodel;
  const tags = decision.tags.map(({ key, value }) => [key, value]);
  return {
    title: `What is copied: ${counted(decision.files.length, 'file')}, ${counted(tags.length, 'tag')}, ${reading.source.known.description === undefined ? 'no description' : 'the description'}`,
    folded: true,
    blocks: [
      table(
        ['File', 'Bytes'],
        decision.files.map(({ path, size }) => [path, String(size)]),
        ['left', 'right'],
      ),
      ...(tags.length === 0 ? [] : [table(['Tag', 'Value'], tags)]),
      list([
        `Also copied: ${travelling(reading, dependencies).join(', ')}.`,
        ...(dependencies === undefined
          ? ['Not copied: dependencies. Whether there are any is unknown, because MLmodel could not be read.']
          : []),
        'Not copied: aliases, tags and description of the model, grants and the owner.',
        ...origin.unknown.map((what) => `Not copied: ${what}.`),
        ...decision.filesLeftBehind.map(
          ({ path }) => `Not copied: the file ${path}, which an MLflow download adds.`,
        ),
        ...decision.tagsLeftBehind.map(({ key }) => `Not copied: the tag ${key}.`),
      ]),
    ],
  };
}

function dependencyText(count: number): string {
  return count === 1 ? 'one dependency that MLmodel lists' : `${count} dependencies that MLmodel lists`;
}

function travelling(
  { origin: { run, runId, modelId }, source }: CopyReading,
  dependencies: readonly ModelDependency[] | undefined,
): string[] {
  const isLinked = run?.notebookId !== undefined || run?.jobId !== undefined;
  return [
    sourceText(source.recorded),
    ...(runId === undefined ? [] : ['the run id']),
    ...(isLinked ? ['the lineage to its notebook or job'] : []),
    ...(modelId === undefined ? [] : ['the link to the logged model']),
    ...(dependencies === undefined || dependencies.length === 0 ? [] : [dependencyText(dependencies.length)]),
  ];
}

function sourceText(recorded: string): string {
  const [scheme] = /^[a-z][a-z0-9+.-]{0,20}:\/+/iu.exec(recorded) ?? [];
  return scheme === undefined ? 'the path of the folder as its source' : `the source URI (${scheme}…)`;
}

/** The routes of so many files are listed one by one. */
const LISTED_ROUTES = 50;

/** What a continued copy had to send: a file that an earlier run did not finish begins again. */
function sentAgainText(files: CopyResult['files']): string {
  const sent = files.filter(({ write }) => write.route !== 'earlier run');
  return `${counted(sent.length, 'file')}, ${sizeText(sizeOf(sent))}, ${sent.length === 1 ? 'was' : 'were'} missing or incomplete and ${sent.length === 1 ? 'was' : 'were'} sent by this run. An incomplete file is sent from its first byte, unless its row states how much had arrived.`;
}

/** Which way the files went and why, one row for each pair of routes, and large files by name. */
export function routesSection({ files, takenOver, transfer }: CopyResult): Section {
  const rows = new Map<string, { files: number; bytes: number; read: string; write: string }>();
  for (const { size, read, write } of files) {
    const key = JSON.stringify([read, write]);
    const row = rows.get(key) ?? {
      files: 0,
      bytes: 0,
      read: `${read.route} (${read.reason})`,
      write: `${write.route} (${write.reason})`,
    };
    row.files += 1;
    row.bytes += size;
    rows.set(key, row);
  }
  const byName = files.length <= LISTED_ROUTES ? [...files].sort((a, b) => b.size - a.size) : [];
  return {
    title: `How the files were sent: ${counted(files.length, 'file')}${takenOver === 0 ? '' : `, ${takenOver} of them by an earlier run`}`,
    folded: true,
    blocks: [
      ...(transfer === undefined ? [] : [paragraph(`${transferText(transfer)}.`)]),
      ...(takenOver === 0 ? [] : [paragraph(sentAgainText(files))]),
      table(
        ['Files', 'Bytes', 'Read by', 'Written by'],
        [...rows.values()].map((row) => [String(row.files), String(row.bytes), row.read, row.write]),
        ['right', 'right', 'left', 'left'],
      ),
      ...(byName.length === 0
        ? []
        : [
            table(
              ['File', 'Bytes', 'Written by', 'sha256'],
              byName.map(({ path, size, write, sha256 }) => [path, String(size), write.route, sha256]),
              ['left', 'right', 'left', 'left'],
            ),
          ]),
    ],
  };
}
