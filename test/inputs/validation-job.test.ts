import { describe, expect, test } from 'vitest';
import { namedJob } from '../../src/inputs/validation-job.ts';

const APPLICATION = '0A0B0C0D-0000-4000-8000-00000000BEEF';

const faultsOf = (text: string) =>
  (namedJob.safeParse(text).error?.issues ?? []).map(({ message }) => message);

describe('a saved job', () => {
  test.each(['Validate', ' Validate: the model ', '4711', 'my file: x', '#1', 'File: x'])('%s', (text) => {
    expect(namedJob.parse(text)).toEqual({ kind: 'saved', named: text.trim() });
  });

  test('is one line', () => {
    expect(faultsOf('Validate\n# comment\nOther')).toEqual(['line 3: a saved job is one line.']);
    expect(faultsOf('Validate\n# comment')).toEqual([]);
  });
});

describe('a script', () => {
  test('alone runs on serverless compute as the caller', () => {
    expect(namedJob.parse('file:scripts/validate.py')).toEqual({
      kind: 'script',
      file: 'scripts/validate.py',
      name: 'validate.py',
      compute: { kind: 'serverless', environment: '4', packages: [] },
    });
  });

  test('with an environment, packages and an identity', () => {
    const text = `
      file: C:\\work dir\\check-1.py
      run-as: ${APPLICATION}
      environment: 5
      # what it imports
      package: numpy>=1.26,<3
      package: scikit-learn[alldeps]==1.7.2 ; python_version >= "3.11"
      package: /Workspace/Shared/wheels/helper-1.0-py3-none-any.whl
    `;
    expect(namedJob.parse(text)).toEqual({
      kind: 'script',
      file: 'C:\\work dir\\check-1.py',
      name: 'check-1.py',
      runAs: { kind: 'service-principal', id: APPLICATION.toLowerCase() },
      compute: {
        kind: 'serverless',
        environment: '5',
        packages: [
          'numpy>=1.26,<3',
          'scikit-learn[alldeps]==1.7.2 ; python_version >= "3.11"',
          '/Workspace/Shared/wheels/helper-1.0-py3-none-any.whl',
        ],
      },
    });
  });

  test('on a cluster, as a user', () => {
    expect(
      namedJob.parse('file: v.py\ncluster: 0923-164208-abcdefgh\nrun-as: ada@example.com'),
    ).toMatchObject({
      compute: { kind: 'cluster', id: '0923-164208-abcdefgh' },
      runAs: { kind: 'user', name: 'ada@example.com' },
    });
  });

  test.each([
    ['file:', 'line 1: "" is not the path of a Python script.'],
    ['file: scripts/', 'line 1: "scripts/" is not the path of a Python script.'],
    ['file: validate.sh', 'line 1: "validate.sh" is not the path of a Python script.'],
    ['file: a b.py', 'line 1: "a b.py" is not the path of a Python script.'],
    ['file: v.py\nfile: w.py', 'line 2: "file" is repeated.'],
    ['file: v.py\ncluster: a/b', 'line 2: "a/b" is not the id of a cluster.'],
    ['file: v.py\nrun-as: admins', 'line 2: "admins" is neither an e-mail address nor an application id.'],
    [
      'file: v.py\nrun-as: a b@c.de',
      'line 2: "a b@c.de" is neither an e-mail address nor an application id.',
    ],
    ['file: v.py\nenvironment: latest', 'line 2: "latest" is not the version of a serverless environment.'],
    [
      'file: v.py\npackage: --index-url https://user:secret@example.com',
      expect.stringContaining('is not a requirement'),
    ],
    ['file: v.py\npackage: x --extra-index-url y', expect.stringContaining('is not a requirement')],
    ['file: v.py\npackage: x @ https://example.com/x.whl', expect.stringContaining('is not a requirement')],
    ['file: v.py\npackages: x', 'line 2: "packages: x" is not a line of a script. Did you mean package?'],
    ['file: v.py\nnumpy', 'line 2: "numpy" is not a line of a script.'],
    [
      'file: v.py\ncluster: c1\npackage: numpy',
      'line 2: "environment" and "package" are for serverless compute, and a cluster is named.',
    ],
    [
      'file: v.py\nenvironment: 4\ncluster: c1',
      'line 3: "environment" and "package" are for serverless compute, and a cluster is named.',
    ],
  ])('%j is refused', (text, message) => {
    expect(faultsOf(text)).toEqual([message]);
  });
});
