import { UNITY_CATALOG_COMMANDS } from './commands.ts';
import { UNITY_CATALOG_CAPABILITIES } from './capabilities.ts';
import type { HttpClient } from '../../http/client.ts';
import type { RegistryDriver } from '../definition.ts';
import type { Registry } from '../port.ts';
import { unsupported } from '../unsupported.ts';
import { accessCalls } from './access.ts';
import { labelCalls, modelCalls, versionCalls } from './models.ts';

/**
 * The registry of an open-source Unity Catalog server. The bytes of a version lie in storage that the server only
 * names: a path of its own machine, or a bucket with credentials of the cloud; neither is read.
 */
export function unityCatalogRegistry(http: HttpClient): Registry {
  return {
    capabilities: UNITY_CATALOG_CAPABILITIES,
    commands: UNITY_CATALOG_COMMANDS,
    get requestsBegun() {
      return http.requestsBegun;
    },
    ...modelCalls(http),
    ...versionCalls(http),
    ...labelCalls(http),
    ...accessCalls(http),
    uploadLimits: { maxFileSize: 0, maxInParts: 0 },
    openSource() {
      throw unsupported('API to read the files of a version');
    },
    openSink() {
      throw unsupported('API to write the files of a version');
    },
  };
}

/** Opens it on control calls alone. */
export const unityCatalogDriver: RegistryDriver = { open: ({ control }) => unityCatalogRegistry(control) };
