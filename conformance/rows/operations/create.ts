import { TAG_KEYS } from '../../../src/domain/tag-keys.ts';
import type { NewVersion } from '../../../src/registry/port.ts';
import type { RowContext } from '../../row-context.ts';
import type { Row } from '../../row.ts';
import { NO_LOGGED_MODEL, NO_RUN } from '../../scope.ts';
import { Unseen } from '../../unseen.ts';
import { operation, WORKS } from '../kinds.ts';
import { expect, listedVersion, noRuns, noTags, own, sourceFor } from './own-versions.ts';

/** A table that no workspace has, in the scratch schema: what a copy depends on need not be there. */
const NO_TABLE = 'uc_promote_conformance_no_table';

const MARKER_TAGS = [
  { key: TAG_KEYS.origin, value: 'models:/a.b.c/1' },
  { key: TAG_KEYS.run, value: 'uc-promote/conformance#1' },
];

/** Creates a version as a copy does, with so much beside it; returns it as it is read back. */
async function made(context: RowContext, fields: Omit<Partial<NewVersion>, 'name' | 'source'>) {
  const { registry } = context.first;
  const name = await own(context);
  const version = { name, source: sourceFor(context), tags: [], ...fields };
  const number = await registry.createModelVersion(version);
  const read = await registry.getModelVersion(name, number);
  if (read === undefined) throw new Unseen('the version was not there right after its creation');
  return read;
}

/** What a copy sends with the creation of a version, and reads back of it. */
export const createOperations: readonly Row[] = [
  operation(
    'marker-tags',
    {
      about:
        'a version has its tags from its creation on and is listed, so a version whose creation got no response can be found',
      unless: noTags,
    },
    async (context) => {
      const read = await made(context, { tags: MARKER_TAGS });
      const values = MARKER_TAGS.map(({ key }) => read.tags.find((tag) => tag.key === key)?.value);
      const tags = expect(
        values,
        MARKER_TAGS.map(({ value }) => value),
        'tags',
      );
      if (tags !== WORKS) return tags;
      return (await listedVersion(context, read.name, read.version)) === undefined ? 'not listed' : WORKS;
    },
  ),
  operation(
    'create-described',
    { about: 'a version has its description and its source from its creation on' },
    async (context) => {
      const description = 'copied by the conformance suite';
      const read = await made(context, { description });
      return expect(
        [read.description, read.source],
        [description, sourceFor(context)],
        'description and source',
      );
    },
  ),
  operation(
    'create-of-run',
    {
      about:
        'a version can name a run and a logged model that this workspace does not have, with a lineage header that cannot be read back',
      unless: noRuns,
    },
    async (context) => {
      const runWorkspaceId = context.first.caller.workspaceId ?? '1';
      const lineage = { workspaceId: runWorkspaceId, notebookId: '1', jobId: '2', jobRunId: '3' };
      const read = await made(context, { runId: NO_RUN, runWorkspaceId, modelId: NO_LOGGED_MODEL, lineage });
      const { runId, modelId } = read;
      return expect(
        [runId, read.runWorkspaceId, modelId],
        [NO_RUN, runWorkspaceId, NO_LOGGED_MODEL],
        'run, its workspace, logged model',
      );
    },
  ),
  operation(
    'create-with-dependencies',
    { about: 'a version can name a dependency that this workspace does not have', unless: noRuns },
    async (context) => {
      const dependencies = [{ type: 'DATABRICKS_TABLE', name: `${context.schema}.${NO_TABLE}` }];
      return expect((await made(context, { dependencies })).dependencies, dependencies, 'dependencies');
    },
  ),
];
