import { catalogRoutes } from './catalogs.ts';
import { credentialRoutes } from './credentials.ts';
import { enrichedRoutes } from './enriched.ts';
import { fileRoutes } from './files.ts';
import { identityRoutes } from './identity.ts';
import { legacyModelRoutes } from './legacy-models.ts';
import { legacyVersionRoutes } from './legacy-versions.ts';
import { nativeModelRoutes } from './native-models.ts';
import { nativeVersionRoutes } from './native-versions.ts';
import { permissionRoutes } from './permissions.ts';
import { policyRoutes } from './policies.ts';
import { presignRoutes } from './presign.ts';
import { served } from './served-files.ts';
import { signInRoutes } from './sign-in.ts';
import { storageRoutes } from './cloud-storage.ts';
import { azureRoutes } from './store-azure.ts';
import { googleRoutes } from './store-google.ts';
import { s3Routes } from './store-s3.ts';
import { uploadRoutes } from './uploads.ts';
import type { Route } from './route.ts';
import { workspaceRoutes } from './workspace.ts';

/** Every endpoint of the emulator, each with the source of what is known about it. */
export const routes: readonly Route[] = [
  ...signInRoutes,
  ...workspaceRoutes,
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
];
