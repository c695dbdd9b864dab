import type { ErrorCode } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { show } from '../domain/printable.ts';

/** What a 403 means that is not about a right on an object. */
export interface RefusedAccess {
  readonly code: ErrorCode;
  readonly outcome: Outcome;
  readonly fix: string;
}

/** What to do about a token that a host does not accept, whatever its reason. */
export const TOKEN_FIX = 'Check that the token belongs to this host and has not expired.';

const TOKEN: RefusedAccess = { code: 'unauthenticated', outcome: 'denied', fix: TOKEN_FIX };

const WORKSPACE: RefusedAccess = {
  code: 'unauthenticated',
  outcome: 'denied',
  fix: 'Check that host (and workspace-id, if given) names the intended workspace, and assign the principal to it.',
};

const INACTIVE: RefusedAccess = {
  code: 'unauthenticated',
  outcome: 'denied',
  fix: 'Have an administrator activate the principal in the settings of the account or of the workspace. No grant helps while it is inactive.',
};

const NETWORK: RefusedAccess = {
  code: 'unavailable',
  outcome: 'unavailable',
  fix: 'The workspace blocks the network of this runner with an IP access list, a network policy, or disabled public access. Add the address of the runner, or use a runner in an allowed network.',
};

/**
 * Workspaces refuse tokens, callers and networks by 403 with the status as `error_code`, or with a page, where only the
 * words distinguish it from a missing right: Azure/MachineLearningNotebooks#840 (a page), databricks/databricks-vscode#583,
 * gbrueckl/Databricks.API.PowerShell#87, terraform-provider-databricks#2715, omnigent-ai/omnigent#4463; the message about
 * network access as plain text and as JSON: fgarofalo56/csa-inabox#4765, where public access was switched off.
 */
const MEANINGS: readonly (readonly [RegExp, RefusedAccess])[] = [
  [/^Invalid access token\b|^Access token expired|^Token is expir|\(token expired\)/iu, TOKEN],
  [/^(?:Error \d+ )?io\.jsonwebtoken\./u, TOKEN],
  [/^(?:Invalid|Unauthorized) access to Org\b/iu, WORKSPACE],
  [
    /\b(?:user|service ?principal|principal)\b[^.]{0,120}\b(?:is|has been|was) (?:inactive|deactivated|disabled|not active)\b/iu,
    INACTIVE,
  ],
  [/\bis blocked by Databricks IP ACL\b|^Unauthorized network access\b/iu, NETWORK],
];

/**
 * A workspace of Azure names the claim of a token that it does not accept, by 400, as text, JSON or a page
 * (MicrosoftDocs/azure-docs#85703, terraform-provider-databricks#4262).
 */
const CLAIM = /\bExpected (aud|iss) claim to be: *(\S*?),? but was: *(\S+?)\.?$/u;

function refusedClaim(message: string): RefusedAccess | undefined {
  const [, claim, wanted = '', given = ''] = CLAIM.exec(message) ?? [];
  if (claim === undefined) return undefined;
  const fix =
    claim === 'aud'
      ? `The token is for the audience ${shown(given)}, but this workspace accepts ${shown(wanted)}. Request a token for that audience; in az, use --resource.`
      : `The token is from the tenant ${shown(tenantOf(given))}, but this workspace belongs to ${shown(tenantOf(wanted))}. Sign in to that tenant, with azure-tenant-id or with tenant-id of azure/login.`;
  return { code: 'unauthenticated', outcome: 'denied', fix };
}

function tenantOf(issuer: string): string {
  return URL.canParse(issuer) ? (new URL(issuer).pathname.split('/')[1] ?? issuer) : issuer;
}

function shown(text: string): string {
  return text === '' ? 'another one' : show(text, 80);
}

/** The meaning of the message of a 400, 401 or 403, where it is about the token, the workspace or the network. */
export function refusedAccess(message: string): RefusedAccess | undefined {
  const text = message.trim();
  return refusedClaim(text) ?? MEANINGS.find(([words]) => words.test(text))?.[1];
}
