import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DOWNLOAD_FOLDER } from '../../bench/download-folder.ts';
import { world } from '../actions/harness.ts';
import { ROOT } from '../imports.ts';
import { PAGE_CASES } from './page-cases.ts';

const FOLDER = join(ROOT, 'test/report/pages');
const REPAIR = 'UPDATE_PAGES=1 npx vitest run test/report/pages.test.ts';
const rewrites = process.env['UPDATE_PAGES'] === '1';

/** The pages of one run of the tests are those of another: no clock, and no number that is drawn, is in them. */
const NOW = new Date('2026-11-28T17:44:09.000Z');

/** What a runner says of the job beside what every test has. */
const JOB = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_NUMBER: '118',
  GITHUB_ACTION_REPOSITORY: 'acme/uc-promote',
  GITHUB_ACTION_REF: 'v1',
};

const fileOf = (title: string): string =>
  `${title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')}.md`;

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  if (rewrites) {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
  }
});

afterAll(() => {
  vi.useRealTimers();
});

test.each(PAGE_CASES)('$title', async ({ title, action, inputs, prepare, run }) => {
  const bench = await world();
  const prepared = (await prepare?.(bench)) ?? {};
  const seen = await bench.run(action, inputs, {
    ...run,
    ...prepared,
    environment: { ...JOB, ...prepared.environment },
  });
  const summary = seen.summary.replaceAll(DOWNLOAD_FOLDER, '/home/runner/work/models/model');
  const path = join(FOLDER, fileOf(title));
  if (rewrites) writeFileSync(path, summary);
  const golden = existsSync(path) ? readFileSync(path, 'utf8') : '';
  expect(summary, `The page differs from ${path}. If it is as it should be: ${REPAIR}`).toBe(golden);
});

test('there is a golden file for each case, and none besides', () => {
  const titles = PAGE_CASES.map(({ title }) => fileOf(title));
  expect(readdirSync(FOLDER).sort(), `If the cases are as they should be: ${REPAIR}`).toEqual(titles.sort());
});
