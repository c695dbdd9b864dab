import type { Finding } from '../../domain/decision.ts';
import { show } from '../../domain/printable.ts';
import { formatSecurable, sqlPrivilege, type Securable } from '../../domain/privilege.ts';
import { rightName } from './findings.ts';
import type { DirectoryFacts } from './groups.ts';
import type { RightHolder } from './holders.ts';
import { type JudgedHolder, absentAmong } from './judged-holder.ts';
import { OWNERSHIP } from './privileges.ts';
import { possibleOwners, revocationText } from './revocation.ts';
import type { Right } from './right.ts';

/** What is said of a holder that the list does not let have the right. */
export function holderFindings(
  holder: JudgedHolder,
  except: readonly string[],
  people: DirectoryFacts,
  onUnknown: 'fail' | 'warn',
): Finding[] {
  if (holder.state === 'excepted') return [];
  const what = rightName(holder.right);
  const held = `${what}: held by ${show(holder.principal)} (${howHeld(holder)})`;
  const fix = fixOf(holder, except, people);
  return holder.state === 'forbidden'
    ? [
        {
          code: 'forbidden-holder',
          severity: 'error',
          message: `${held}, and ${holder.reason}.`,
          fix,
        },
      ]
    : [
        {
          code: 'holder-unknown',
          severity: onUnknown === 'fail' ? 'error' : 'warning',
          message: `${held}; whether that is allowed is unknown: ${holder.reason}.`,
          fix: `If it is not: ${fix}`,
        },
      ];
}

function fixOf(
  { revocation, privilege, policy, principal, on }: JudgedHolder,
  except: readonly string[],
  people: DirectoryFacts,
): string {
  if (revocation !== undefined) return revocationText(revocation, privilege);
  if (policy !== undefined) {
    return `Remove ${show(principal)} from the policy ${show(policy)}, or name it in except.`;
  }
  const absent = absentAmong(except, people);
  const owners = possibleOwners(except)
    .filter((name) => !absent.includes(name))
    .map((name) => show(name, 80));
  const wrong =
    absent.length === 0
      ? ''
      : `Correct except: this workspace has no group ${absent.map((name) => show(name, 80)).join(', ')}. `;
  const choice = owners.length === 0 ? 'a group that may own it' : `one of ${owners.join(', ')}`;
  return `${wrong}Decide who should own ${formatSecurable(on)}, and make ${choice} the owner.`;
}

/** A line about nothing would let everybody pass. */
export function absentFinding(securable: Securable): Finding {
  return {
    code: 'securable-not-found',
    severity: 'error',
    message: `${formatSecurable(securable)} does not exist or is hidden from the caller, so the holders of rights on it cannot be determined.`,
    fix: 'Correct the name in forbid.',
  };
}

/** That it cannot be seen who holds a right. */
export function unseenFinding(
  right: Right,
  reason: string,
  onUnknown: 'fail' | 'warn',
  hasManage: boolean,
): Finding {
  const who = hasManage ? 'the owner, or a principal with MANAGE' : 'the owner of the object or of a parent';
  return {
    code: 'holders-unseen',
    severity: onUnknown === 'fail' ? 'error' : 'warning',
    message: `${rightName(right)}: who holds it is unknown: ${reason}.`,
    fix: `Run this step as a principal that can see it: ${who}.`,
  };
}

/** How a holder has the right, in words: `by a grant on schema prod.ml, as ALL PRIVILEGES`, `by owning model a.b.c`. */
export function howHeld({ right, privilege, on, policy }: RightHolder): string {
  if (privilege === OWNERSHIP) return `by owning ${formatSecurable(on)}`;
  if (policy !== undefined) return `by the policy ${show(policy)}, where its tags match`;
  const as = privilege === right.privilege ? '' : `, as ${sqlPrivilege(privilege)}`;
  return `by a grant on ${formatSecurable(on)}${as}`;
}
