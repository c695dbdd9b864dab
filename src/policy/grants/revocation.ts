import type { RestRequest } from '../../domain/grant-commands.ts';
import { EVERYBODY, isPerson } from '../../domain/principal.ts';
import type { Privilege } from '../../domain/privilege.ts';
import { ownerOf, type Evidence } from './evidence.ts';
import { sendText } from './findings.ts';
import type { RightHolder } from './holders.ts';
import { ALL_PRIVILEGES, OWNERSHIP } from './privileges.ts';
import { whoMayRun, ownerCommand, type OwnerChange } from './remedy.ts';

/** What takes a right from somebody: a statement, or a change of owner to somebody who is listed. */
export type Revocation =
  | {
      readonly kind: 'revoke';
      /** Absent where none can hold a name in it. */
      readonly statement?: string;
      readonly request: RestRequest;
      readonly mayRun: string;
    }
  | { readonly kind: 'owner-change'; readonly change: OwnerChange };

/**
 * What takes a right from its holder: of ownership only a change to the one group of the list, or the one principal, for
 * which of several is a choice of people. What a policy gives no statement takes.
 */
export function revocationFrom(
  { principal, privilege, on, policy }: RightHolder,
  owners: readonly string[],
  evidence: Evidence,
): Revocation | undefined {
  if (policy !== undefined) return undefined;
  const mayRun = whoMayRun(on, evidence);
  const { commands } = evidence.facts;
  if (privilege !== OWNERSHIP) {
    const statement = commands.revoke(on, privilege, principal);
    const request = commands.revokeRequest(on, privilege, principal);
    return { kind: 'revoke', request, mayRun, ...(statement === undefined ? {} : { statement }) };
  }
  const owner = onlyOwner(owners);
  if (owner === undefined) return undefined;
  const loses = ownerOf(evidence, on);
  return {
    kind: 'owner-change',
    change: {
      securable: on,
      owner,
      ...ownerCommand(commands, on, owner),
      mayRun,
      ...(loses === undefined ? {} : { loses }),
    },
  };
}

/** Who of the list may be made an owner. */
export function possibleOwners(except: readonly string[]): string[] {
  return except.filter((name) => name.toLowerCase() !== EVERYBODY);
}

/** The one group of the list, which is a better owner than a person, or else its one principal. */
function onlyOwner(possible: readonly string[]): string | undefined {
  const groups = possible.filter((name) => !isPerson(name));
  const best = groups.length > 0 ? groups : possible;
  return best.length === 1 ? best[0] : undefined;
}

/** What a statement of ALL PRIVILEGES takes (Databricks SQL reference, REVOKE; privileges reference, ALL PRIVILEGES). */
export const ALL_TAKEN =
  'REVOKE ALL PRIVILEGES takes every privilege there but MANAGE: grant again what is to stay.';

/** What to run, who may, and what it takes beside. */
export function revocationText(revocation: Revocation, privilege: Privilege): string {
  if (revocation.kind === 'owner-change') {
    const { command, request, mayRun } = revocation.change;
    if (request === undefined) {
      return 'This registry cannot change an owner. Have a principal that may own the model create it again.';
    }
    return `${command === undefined ? sendText(request) : `Run: ${command}.`} It can be run by ${mayRun}.`;
  }
  const all = privilege === ALL_PRIVILEGES ? ` ${ALL_TAKEN}` : '';
  const { statement, request } = revocation;
  const run = statement === undefined ? sendText(request) : `Run: ${statement}.`;
  return `${run} It can be run by ${revocation.mayRun}.${all}`;
}
