import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderSummary } from '../../../src/report/markdown.ts';
import { ROOT } from '../../imports.ts';
import { documentOf, hostileText } from '../../report/arbitrary-document.ts';
import { SAMPLES } from '../../report/sample-documents.ts';
import type { CaseResult } from '../harness/outcome.ts';
import { NO_SERVER, runCases, type PeerContext } from '../harness/script.ts';

const SUITE = 'pages';
const PAGES = join(ROOT, 'test/report/pages');
/** Documents of hostile texts in every field, the same in each run. */
const HOSTILE = { numRuns: 400, seed: 12 };

/** GitHub's own Markdown makes of every page what stands in it: no heading, link, mention or row that a text forged. */
export async function* renderedPages({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(SUITE)) return;
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-pages-'));
  try {
    const file = join(folder, 'pages.json');
    await writeFile(file, JSON.stringify(await pages()));
    yield* await runCases({ python, ...NO_SERVER }, SUITE, 'rendered_pages.py', [file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pages(): Promise<Readonly<Record<string, readonly string[]>>> {
  const names = await readdir(PAGES);
  return {
    'every golden page': await Promise.all(names.map((name) => readFile(join(PAGES, name), 'utf8'))),
    'every sample document': Object.values(SAMPLES).map((each) => renderSummary(each)),
    'documents of hostile texts': fc
      .sample(documentOf(hostileText), HOSTILE)
      .map((each) => renderSummary(each)),
  };
}
