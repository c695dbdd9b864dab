const USED = '@actions/http-client is not in the bundle: ID tokens are asked for by src/auth/id-token.ts.';

/**
 * Stands in the bundle for `@actions/http-client`. `@actions/core` imports that for `getIDToken` alone, which is not
 * called here, and it would load undici in every start. Whatever makes one is told.
 */
export class HttpClient {
  constructor() {
    throw new Error(USED);
  }
}

/** Stands in the bundle for the class of that name of `@actions/http-client/lib/auth`. */
export class BearerCredentialHandler {
  constructor() {
    throw new Error(USED);
  }
}
