import { deleteAlias, resolveAlias, setAlias } from '../../metastore/aliases.ts';
import { deleteVersion, listVersions, readVersion, updateVersion } from '../../metastore/versions.ts';
import { nativeAlias, nativeVersion } from './shapes.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { aliasAudit } from '../audited.ts';
import { family, ok, type Route } from '../route.ts';

const native = family('/api/2.1/unity-catalog/models/{full_name}', {
  from: 'docs',
  section: 'model versions API',
});

/** Model versions and aliases in the documented native family. */
export const nativeVersionRoutes: readonly Route[] = [
  native({
    method: 'GET',
    template: '/versions',
    write: false,
    fields: { include_browse: 'bool', max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const [model, versions] = listVersions(session, input.text('full_name'));
      const cut = page(session, versions, (version) => String(version.version), {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: 100,
        most: 1000,
      });
      const aliases = session.switches.searchHitsAliases;
      const shown = cut.items.map((version) =>
        nativeVersion(session, model, version, { aliases, inList: true }),
      );
      return ok({ ...list('model_versions', shown), ...(cut.token ? { next_page_token: cut.token } : {}) });
    },
  }),
  native({
    method: 'GET',
    template: '/versions/{version}',
    write: false,
    fields: { include_aliases: 'bool', include_browse: 'bool' },
    handle: (input, { session }) => {
      const [model, version] = readVersion(session, input.text('full_name'), input.text('version'));
      return ok(nativeVersion(session, model, version, { aliases: input.flag('include_aliases') }));
    },
  }),
  native({
    method: 'PATCH',
    template: '/versions/{version}',
    write: true,
    fields: { comment: 'string' },
    handle: (input, { session }) => {
      const [model, version] = updateVersion(
        session,
        input.text('full_name'),
        input.text('version'),
        input.maybeText('comment'),
      );
      return ok(nativeVersion(session, model, version));
    },
  }),
  native({
    method: 'DELETE',
    template: '/versions/{version}',
    write: true,
    handle: (input, { session }) => {
      deleteVersion(session, input.text('full_name'), input.text('version'));
      return ok({});
    },
  }),
  native({
    method: 'GET',
    template: '/aliases/{alias}',
    write: false,
    fields: { include_aliases: 'bool' },
    handle: (input, { session }) => {
      const [model, version] = resolveAlias(session, input.text('full_name'), input.text('alias'));
      return ok(nativeVersion(session, model, version, { aliases: input.flag('include_aliases') }));
    },
  }),
  native({
    method: 'PUT',
    template: '/aliases/{alias}',
    write: true,
    fields: { version_num: 'int!' },
    audit: aliasAudit('setRegisteredModelAlias', { model: 'full_name', version: 'version_num' }),
    handle: (input, { session }) => {
      const name = input.text('full_name');
      return ok(
        nativeAlias(
          session,
          name,
          setAlias(session, name, input.text('alias'), input.integer('version_num')),
        ),
      );
    },
  }),
  native({
    method: 'DELETE',
    template: '/aliases/{alias}',
    write: true,
    audit: aliasAudit('deleteRegisteredModelAlias', { model: 'full_name' }),
    handle: (input, { session }) => {
      deleteAlias(session, input.text('full_name'), input.text('alias'));
      return ok({});
    },
  }),
];
