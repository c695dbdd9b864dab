import { poll } from '../../../src/domain/poll.ts';
import { everySecond } from '../../every-second.ts';
import { Buffer } from 'node:buffer';
import { hasCode } from '../../../src/domain/errors.ts';
import { MARKER } from '../../scope.ts';
import { partsOf } from '../../row-context.ts';
import { operation, WORKS } from '../kinds.ts';
import {
  expect,
  FILES,
  listedVersion,
  makeVersion,
  noPending,
  noUpload,
  own,
  sourceFor,
  version,
} from './own-versions.ts';
import type { Row } from '../../row.ts';

/** Calls of our own client about models, versions and files. */
export const operations: readonly Row[] = [
  operation(
    'who-am-i',
    {
      about: 'the caller has a name',
      unless: (c) => (c.names === 'any' ? 'the server knows no callers' : undefined),
    },
    async ({ first }) => ((await first.registry.getCaller()).principal === '' ? 'no name' : WORKS),
  ),
  operation('create-model', { about: 'a model is created and described' }, async (context) => {
    const name = await own(context);
    const read = await context.first.registry.getRegisteredModel(name);
    return expect(read?.description, MARKER, 'description');
  }),
  operation('create-model-again', { about: 'a second creation is reported as such' }, async (context) => {
    try {
      await context.first.registry.createRegisteredModel(await own(context));
      return 'taken twice';
    } catch (error) {
      if (hasCode(error, 'already-exists')) return WORKS;
      throw error;
    }
  }),
  operation('absent-model', { about: 'an absent model is distinguished from a refusal' }, async (context) =>
    expect(
      await context.first.registry.getRegisteredModel(partsOf(context.name('absent'))),
      undefined,
      'model',
    ),
  ),
  operation(
    'absent-version',
    { about: 'an absent version is distinguished from a refusal' },
    async (context) =>
      expect(await context.first.registry.getModelVersion(await own(context), 999), undefined, 'version'),
  ),
  operation('list-models', { about: 'the schema lists the model' }, async (context) => {
    const { catalog, schema, model } = await own(context);
    const isListed = async () => {
      for await (const listed of context.first.registry.listRegisteredModels({ catalog, schema }))
        if (listed.model.toLowerCase() === model.toLowerCase()) return true;
      return false;
    };
    return (await poll(isListed, (found) => found, everySecond(5), context)) ? WORKS : 'not listed';
  }),
  operation(
    'create-upload-finalize',
    {
      about: 'a version is created pending, filled by the Files API, finalized, and READY',
      unless: noPending,
    },
    async (context) => {
      const { name, version: number } = await version(context);
      return expect((await context.first.registry.getModelVersion(name, number))?.status, 'READY', 'status');
    },
  ),
  operation(
    'create-pointer',
    {
      about: 'a version is created that points at its files',
      unless: (c) => (c.upload === 'pointer' ? undefined : 'versions hold files of their own'),
    },
    async (context) => {
      const { name, version: number } = await version(context);
      const next = await context.first.registry.createModelVersion({
        name,
        source: `models:/${name.catalog}.${name.schema}.${name.model}/${number}`,
        tags: [],
      });
      return expect(next, number + 1, 'number');
    },
  ),
  operation(
    'list-and-read-files',
    { about: 'every file is listed with its size, and read back as it was', unless: noUpload },
    async (context) => {
      const { name, version: number } = await version(context);
      const source = context.first.registry.openSource(name, number);
      const listed = [...(await source.list())].sort((a, b) => (a.path < b.path ? -1 : 1));
      const wanted = Object.entries(FILES).map(([path, bytes]) => ({ path, size: bytes.length }));
      const sizes = expect(
        listed,
        wanted.sort((a, b) => (a.path < b.path ? -1 : 1)),
        'listing',
      );
      if (sizes !== WORKS) return sizes;
      for (const [path, bytes] of Object.entries(FILES)) {
        const read = await source.read(path, 1024);
        if (read === undefined || !Buffer.from(read).equals(bytes)) return 'other bytes';
      }
      return WORKS;
    },
  ),
  operation(
    'pending-version',
    {
      about: 'a pending version is read and listed as such, and is gone after its deletion',
      unless: noPending,
    },
    async (context) => {
      const { registry } = context.first;
      const name = await own(context);
      const number = await registry.createModelVersion({ name, source: sourceFor(context), tags: [] });
      const read = await registry.getModelVersion(name, number);
      const listed = await listedVersion(context, name, number);
      const wanted = ['PENDING_REGISTRATION', 'PENDING_REGISTRATION'];
      const statuses = expect([read?.status, listed?.status], wanted, 'read and listed');
      if (statuses !== WORKS) return statuses;
      try {
        await registry.deleteModelVersion(name, number);
      } catch (error) {
        if (!hasCode(error, 'rejected', 'invalid-input', 'conflict')) throw error;
        return { value: WORKS, note: 'its deletion is refused, see the row deleteOfPending' };
      }
      return expect(await registry.getModelVersion(name, number), undefined, 'after the deletion');
    },
  ),
  operation('list-versions', { about: 'the model lists its versions' }, async (context) => {
    const { name, version: number } = await version(context);
    return (await listedVersion(context, name, number)) === undefined ? 'not listed' : WORKS;
  }),
  operation('delete-version', { about: 'a version is deleted and gone' }, async (context) => {
    const { registry } = context.first;
    const { name, version: number } = await makeVersion(context);
    await registry.deleteModelVersion(name, number);
    return expect(await registry.getModelVersion(name, number), undefined, 'version');
  }),
];
