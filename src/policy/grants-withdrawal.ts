import type { RestRequest } from '../domain/by-hand.ts';
import { isPerson } from '../domain/principal.ts';
import type { Privilege } from '../domain/privilege.ts';
import { ownerOf, type Evidence } from './grants-evidence.ts';
import type { RightHolder } from './grants-holders.ts';
import { ALL_PRIVILEGES, OWNERSHIP } from './grants-privileges.ts';
import { whoMayRun } from './grants-may-run.ts';
import type { OwnerChange } from './grants-remedy.ts';

/** What takes a right from somebody: a statement, or a change of owner to somebody who is listed. */
export type Withdrawal =
  | {
      readonly kind: 'revoke';
      readonly statement: string;
      readonly request: RestRequest;
      readonly mayRun: string;
    }
  | { readonly kind: 'owner-change'; readonly change: OwnerChange };

/** What takes a right from its holder: of ownership only a change to somebody of the list, if there is one. */
export function withdrawalFrom(
  { principal, privilege, on }: RightHolder,
  except: readonly string[],
  evidence: Evidence,
): Withdrawal | undefined {
  const mayRun = whoMayRun(on, evidence);
  const { byHand } = evidence.facts;
  if (privilege !== OWNERSHIP) {
    return {
      kind: 'revoke',
      statement: byHand.revoke(on, privilege, principal),
      request: byHand.revokeRequest(on, privilege, principal),
      mayRun,
    };
  }
  // A group is the better owner.
  const owner = except.find((name) => !isPerson(name)) ?? except[0];
  if (owner === undefined) return undefined;
  const loses = ownerOf(evidence, on);
  return {
    kind: 'owner-change',
    change: {
      securable: on,
      owner,
      ...(byHand.owner === undefined
        ? {}
        : { request: byHand.owner.request(on, owner), command: byHand.owner.command(on, owner) }),
      mayRun,
      ...(loses === undefined ? {} : { loses }),
      betterOwners: [],
    },
  };
}

/** What to run, who may, and what it takes beside. */
export function withdrawalText(withdrawal: Withdrawal, privilege: Privilege): string {
  if (withdrawal.kind === 'owner-change') {
    const { command, mayRun } = withdrawal.change;
    return command === undefined
      ? 'This registry cannot change an owner: have the model made anew by who may own it.'
      : `Run: ${command}. It may be run by ${mayRun}.`;
  }
  // Databricks SQL reference, REVOKE; privileges reference, ALL PRIVILEGES.
  const all =
    privilege === ALL_PRIVILEGES
      ? ' It takes every privilege there but MANAGE: grant anew what is to stay.'
      : '';
  return `Run: ${withdrawal.statement}. It may be run by ${withdrawal.mayRun}.${all}`;
}
