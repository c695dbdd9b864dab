import { artifactRoutes } from './artifacts.ts';
import { catalogRoutes } from './native/catalogs.ts';
import { credentialRoutes } from './files/credentials.ts';
import { enrichedRoutes } from './native/enriched.ts';
import { fileRoutes } from './files/api.ts';
import { identityRoutes } from './identity/directory.ts';
import { legacyModelRoutes } from './legacy/models.ts';
import { legacyVersionRoutes } from './legacy/versions.ts';
import { nativeModelRoutes } from './native/models.ts';
import { nativeVersionRoutes } from './native/versions.ts';
import { permissionRoutes } from './native/permissions.ts';
import { policyRoutes } from './native/policies.ts';
import { presignRoutes } from './files/presign.ts';
import { served } from './files/serving.ts';
import { signInRoutes } from './identity/sign-in.ts';
import { storageRoutes } from './files/signed-urls.ts';
import { runRoutes } from './jobs/runs.ts';
import { savedJobRoutes } from './jobs/saved.ts';
import { objectRoutes } from './objects/files.ts';
import { rightsRoutes } from './objects/rights.ts';
import { servingRoutes } from './serving/endpoints.ts';
import { statementRoutes } from './sql/statements.ts';
import { warehouseRoutes } from './sql/warehouses.ts';
import { azureRoutes } from './stores/azure.ts';
import { googleRoutes } from './stores/google.ts';
import { s3Routes } from './stores/s3.ts';
import { uploadRoutes } from './files/uploads.ts';
import type { Route } from './route.ts';
import { workspaceRoutes } from './workspace.ts';

/** Every endpoint of the emulator, each with the source of what is known about it. */
export const routes: readonly Route[] = [
  ...signInRoutes,
  ...workspaceRoutes,
  ...artifactRoutes,
  ...identityRoutes,
  ...legacyModelRoutes,
  ...legacyVersionRoutes,
  ...nativeModelRoutes,
  ...nativeVersionRoutes,
  ...catalogRoutes,
  ...permissionRoutes,
  ...policyRoutes,
  ...[...fileRoutes, ...uploadRoutes, ...presignRoutes].map(served),
  ...storageRoutes,
  ...s3Routes,
  ...azureRoutes,
  ...googleRoutes,
  ...credentialRoutes,
  ...enrichedRoutes,
  ...savedJobRoutes('2.2'),
  ...runRoutes('2.2'),
  ...savedJobRoutes('2.1'),
  ...runRoutes('2.1'),
  ...objectRoutes,
  ...rightsRoutes,
  ...servingRoutes,
  ...statementRoutes,
  ...warehouseRoutes,
];
