import type { Environment } from '../src/runtime/environment.ts';
import type { Options } from './options.ts';
import { PREFIX } from './scope.ts';

/** What a run will do, before it does anything: lines for people. */
export function planOf(options: Options, environment: Environment): string[] {
  const { schemas, large, deploymentJob, registry, sharedVersion, warehouse } = options;
  const { job, hiddenJob, endpoint, hiddenEndpoint } = options;
  const second = Object.keys(environment).some((name) => name.startsWith('SECOND_'));
  return [
    `Conformance of a registry of kind ${registry}, in ${schemas.join(' and ')}.`,
    '',
    `It creates only models whose names begin with ${PREFIX}:`,
    '  - versions of them with small files, aliases, tags, descriptions',
    ...(large ? ['  - one file of 60 MiB, written and read'] : []),
    `  - grants on them, to "account users"${second ? ' and to the second principal' : ''}`,
    ...(deploymentJob === undefined ? [] : ['  - a version that starts the job you named, as its owner']),
    'It reads owners, grants and policies of the schema and its catalog, and who the caller is.',
    ...(registry === 'databricks'
      ? [
          'Outside the schemas it reads groups of the workspace with their members, the principals by name,',
          'the summary of the metastore, and one page of its list of models and of the list of jobs, whose names',
          'are not kept.',
        ]
      : []),
    ...(sharedVersion === undefined ? [] : ['It reads the MLmodel file of the shared version.']),
    ...(warehouse === undefined
      ? []
      : [
          'It asks the audit log about its own models, by the SQL warehouse, which starts where it is stopped.',
        ]),
    ...(job === undefined && hiddenJob === undefined
      ? []
      : [
          'It reads the jobs that you named, the states of their runs, and the list of jobs. It starts none.',
        ]),
    ...(endpoint === undefined && hiddenEndpoint === undefined
      ? []
      : ['It reads the serving endpoints that you named, and the list of endpoints. It changes none.']),
    'At the end, also after a failure or Ctrl-C, it deletes every model that it created.',
    'Any other request is refused before it is sent.',
    '',
  ];
}
