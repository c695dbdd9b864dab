import { describe, expect, test, vi } from 'vitest';
import type { FaultRule, Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { world, type ActionRun } from '../harness.ts';
import { bigFile } from './large-models.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Names that occur (a model of Windows, a notebook's download) and those that nothing forbids. */
const ODD_NAMES = [
  'data\\model.pth',
  'a\tb.txt',
  'line\nbreak.txt',
  'carriage\rreturn.txt',
  'del\u007f.bin',
  'next\u0085line.bin',
  'bell\u0007.bin',
  'a+b c.txt',
];

async function copyOf(
  names: readonly string[],
  {
    switches = {},
    faults = [],
    large,
  }: {
    switches?: Partial<Switches>;
    faults?: readonly FaultRule[];
    large?: string;
  } = {},
): Promise<ActionRun> {
  const { emulator, run } = await world({ switches });
  const files = Object.fromEntries(names.map((name, index) => [name, `odd ${index}`]));
  const version = emulator.metastore.addVersion(STAGING, {
    files: { ...GOOD_FILES, ...files, ...(large === undefined ? {} : { [large]: bigFile(53) }) },
  });
  for (const fault of faults) emulator.faults.add(fault);
  return run(copyVersion, { source: `models:/${STAGING}/${version}`, destination: PROD });
}

const filesOf = (seen: ActionRun, model: string, version: string) =>
  seen.after.models[model]?.versions[version]?.files ?? {};

const WAYS: Readonly<Record<string, Partial<Switches>>> = {
  'through the workspace': {},
  'by temporary credentials of aws': { filesApi: 'denied', vendedCredentials: 'aws' },
  'by temporary credentials of azure': { filesApi: 'denied', vendedCredentials: 'azure' },
  'by temporary credentials of gcp': { filesApi: 'denied', vendedCredentials: 'gcp' },
};

describe.each(Object.entries(WAYS))('%s', (_way, switches) => {
  test('files of odd names are copied byte for byte, a large one too', async () => {
    const seen = await copyOf(ODD_NAMES, { switches, large: 'weights\\0\u007f.bin' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(Object.keys(filesOf(seen, PROD, '2'))).toEqual(expect.arrayContaining(ODD_NAMES));
    expect(filesOf(seen, PROD, '2')).toEqual(filesOf(seen, STAGING, '3'));
  });
});

describe('a store that does not take a name', () => {
  const refusing = (code: string, method = 'PUT'): FaultRule => ({
    method,
    path: /%5C|%09/u,
    times: Number.POSITIVE_INFINITY,
    kind: { kind: 'status', status: 400, errorCode: code },
  });

  test.each([
    ['data\\model.pth', 'data\\model.pth contains a backslash (U+005C)'],
    ['a\tb.txt', 'a\\tb.txt contains a tab (U+0009)'],
  ])('%j: blocked, with file and character, and nothing is left', async (name, said) => {
    for (const code of ['INVALID_PARAMETER_VALUE', 'BAD_REQUEST']) {
      const seen = await copyOf([name], {
        faults: [refusing(code)],
        switches: { vendedCredentials: 'none' },
      });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked' });
      expect(seen.report.verdict).toContain(said);
      expect(Object.keys(seen.after.models[PROD]?.versions ?? {})).toEqual(
        Object.keys(seen.before.models[PROD]?.versions ?? {}),
      );
    }
  });

  test('one that lists a name and does not give the file out: blocked before anything is written', async () => {
    const seen = await copyOf(['data\\model.pth'], {
      faults: [
        {
          method: 'GET',
          path: /files.*%5C/u,
          times: Number.POSITIVE_INFINITY,
          kind: { kind: 'status', status: 404, errorCode: 'NOT_FOUND' },
        },
      ],
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect(seen.report.verdict).toContain('data\\model.pth contains a backslash (U+005C)');
    expect(seen.after).toEqual(seen.before);
  });
});
