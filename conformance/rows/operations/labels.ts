import { hasCode } from '../../../src/domain/errors.ts';
import { catalogSecurable, modelSecurable, schemaSecurable } from '../../../src/domain/privilege.ts';
import type { Row } from '../../row.ts';
import { NO_LOGGED_MODEL, NO_RUN } from '../../scope.ts';
import { partsOf } from '../../row-context.ts';
import { operation, WORKS } from '../kinds.ts';
import {
  expect,
  noAliases,
  noGrants,
  noOwners,
  noRuns,
  noTags,
  own,
  secondVersion,
  version,
} from './own-versions.ts';

/** Calls of our own client about labels, grants and runs. */
export const labelOperations: readonly Row[] = [
  operation(
    'alias',
    { about: 'an alias is set, set again, read, moved and deleted', unless: noAliases },
    async (context) => {
      const { registry } = context.first;
      const { name, version: one } = await version(context);
      const { version: two } = await secondVersion(context);
      const seen: unknown[] = [await registry.getAlias(name, 'Champion')];
      for (const number of [one, one, two]) {
        await registry.setAlias(name, 'Champion', number);
        seen.push(await registry.getAlias(name, 'Champion'));
      }
      await registry.deleteAlias(name, 'Champion');
      seen.push(await registry.getAlias(name, 'Champion'));
      const wanted = [null, one, one, two, null];
      return expect(seen, wanted, 'before, after setting twice, after moving, after deleting');
    },
  ),
  operation(
    'tags',
    { about: 'tags of a version and of a model are set, replaced, read and deleted', unless: noTags },
    async (context) => {
      const { registry } = context.first;
      const target = await version(context);
      const valueOf = (tags: readonly { key: string; value: string }[] | undefined) =>
        tags?.find(({ key }) => key === 'validation_status')?.value;
      const seen: unknown[] = [];
      for (const each of [target, { kind: 'model', name: target.name }] as const) {
        const read = async () =>
          each.kind === 'version'
            ? valueOf((await registry.getModelVersion(each.name, each.version))?.tags)
            : valueOf((await registry.getModelExtras(each.name))?.tags);
        await registry.setTag(each, 'validation_status', 'pending');
        await registry.setTag(each, 'validation_status', 'approved ü "x"');
        seen.push(await read());
        await registry.deleteTag(each, 'validation_status');
        seen.push((await read()) ?? 'gone');
      }
      return expect(seen, ['approved ü "x"', 'gone', 'approved ü "x"', 'gone'], 'values');
    },
  ),
  operation('description', { about: 'the description of a version is set' }, async (context) => {
    const target = await version(context);
    await context.first.registry.setDescription(target, 'seen by the conformance suite');
    const read = await context.first.registry.getModelVersion(target.name, target.version);
    return expect(read?.description, 'seen by the conformance suite', 'description');
  }),
  operation(
    'parents',
    { about: 'owners of catalog and schema are read', unless: noOwners },
    async (context) => {
      const name = partsOf(`${context.schema}.x`);
      const found = await Promise.all(
        [catalogSecurable(name), schemaSecurable(name)].map((each) => context.first.registry.getParent(each)),
      );
      return expect(
        found.map((each) => each !== undefined),
        [true, true],
        'catalog and schema found',
      );
    },
  ),
  operation(
    'grants',
    { about: 'grants of the caller on model, schema and catalog are read', unless: noGrants },
    async (context) => {
      const name = await own(context);
      for (const securable of [modelSecurable(name), schemaSecurable(name), catalogSecurable(name)])
        await context.first.registry.getEffectiveGrants(securable, context.first.caller.principal);
      return WORKS;
    },
  ),
  operation(
    'owner',
    { about: 'the owner is read, and set to the same principal', unless: noOwners },
    async (context) => {
      const { registry } = context.first;
      const name = await own(context);
      const owner = (await registry.getRegisteredModel(name))?.owner;
      if (owner === undefined) return 'no owner';
      await registry.setOwner(name, owner).catch((error: unknown) => {
        if (!hasCode(error, 'unsupported')) throw error;
      });
      return expect((await registry.getRegisteredModel(name))?.owner, owner, 'owner');
    },
  ),
  operation(
    'runs',
    {
      about: 'an absent run or logged model is distinguished from a refusal',
      unless: noRuns,
    },
    async ({ first: { registry } }) => {
      const found = [
        await registry.getTrainingRun?.(NO_RUN),
        await registry.hasLoggedModel?.(NO_LOGGED_MODEL),
      ];
      return expect([found[0] ?? 'none', found[1]], ['none', false], 'run and logged model');
    },
  ),
];
