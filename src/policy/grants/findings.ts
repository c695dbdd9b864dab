import { formatRequest, type RestRequest } from '../../domain/grant-commands.ts';
import type { Finding } from '../../domain/decision.ts';
import { formatSecurable, sqlPrivilege, type Securable } from '../../domain/privilege.ts';
import { show } from '../../domain/printable.ts';
import { ownershipText } from './ownership-advice.ts';
import { OWNERSHIP } from './privileges.ts';
import type { JudgedRight, Remedy } from './remedy.ts';
import type { GrantOptions } from './facts.ts';
import type { RequiredRight } from './right.ts';

/** Characters of a message. */
export const MESSAGE_LIMIT = 4000;

/** The finding about one right: an error when missing, a note when granted or deferred, and as asked when unknown. */
export function rightFinding(judged: JudgedRight, who: string, options: GrantOptions): Finding {
  const finding = describeRight(judged, who, options.onUnknown ?? 'fail');
  const isOptional = judged.right.privilege === options.optional && finding.severity === 'error';
  return {
    ...finding,
    ...(isOptional ? { severity: 'warning' } : {}),
    message: show(finding.message, MESSAGE_LIMIT),
  };
}

/** The finding about an object that is not there, which is one cause however many rights on it were asked for. */
export function absentFinding(securable: Securable, caller: string): Finding {
  return {
    code: 'securable-not-found',
    severity: 'error',
    message: `${show(formatSecurable(securable), 800)} does not exist, or is hidden from ${show(caller)}.`,
    fix: 'Correct the name, or create the object first. If it exists, ask its owner for the right.',
  };
}

function describeRight(judged: JudgedRight, who: string, onUnknown: 'fail' | 'warn'): Finding {
  const { right } = judged;
  const what = rightName(right);
  const need = `needed to ${right.for.join('; to ')}`;
  switch (judged.state) {
    case 'granted':
      return {
        code: 'right-granted',
        severity: 'note',
        message: `${what}: granted ${judged.by} (${need}).`,
      };
    case 'unknown':
      return {
        code: 'right-unknown',
        severity: onUnknown === 'fail' ? 'error' : 'warning',
        message: `${what}: unknown for ${who} (${need}): ${judged.reason}.`,
        fix:
          judged.isDenied === true
            ? 'Ask the managers of the policies whether one denies it; no grant can change that.'
            : judged.remedy === undefined
              ? 'Correct the name, or assign the principal to this workspace: a user by e-mail address, a service principal by application id, a group by name.'
              : `If it is missing: ${remedyText(judged.remedy)}`,
      };
    case 'deferred':
      return {
        code: 'right-deferred',
        severity: 'note',
        message: `${what}: deferred until ${who} signs in (${need}): ${judged.reason}.`,
        ...(judged.remedy === undefined ? {} : { fix: `If it is missing: ${remedyText(judged.remedy)}` }),
      };
    case 'missing':
      if (judged.remedy === undefined) {
        return {
          code: 'securable-not-found',
          severity: 'error',
          message: `${what}: missing for ${who} (${need}): ${judged.reason}.`,
          fix: 'Name an owner that includes the principal, or leave the owner out.',
        };
      }
      return {
        code: right.privilege === OWNERSHIP ? 'ownership-missing' : 'privilege-missing',
        severity: 'error',
        message: `${what}: missing for ${who} (${need}): ${judged.reason}.`,
        fix: comesWithOwnership(judged)
          ? `Ownership of ${show(formatSecurable(right.securable), 800)} includes it.`
          : remedyText(judged.remedy),
      };
  }
}

/** The finding about a catalog that this workspace may not use, whatever the grants are. */
export function bindingFinding(catalog: Securable, workspaceId: string | undefined): Finding {
  const workspace = workspaceId === undefined ? 'this workspace' : `workspace ${show(workspaceId)}`;
  return {
    code: 'catalog-not-bound',
    severity: 'error',
    message: `${formatSecurable(catalog)} is not bound to ${workspace}, so nothing in it can be used from that workspace.`,
    fix: `Have the owner of ${formatSecurable(catalog)} or a metastore admin add ${workspace} to the catalog's workspaces, or run from a bound workspace. A GRANT does not help here.`,
  };
}

/** A right as sentences name it: `APPLY TAG on model a.b.c`, `ownership of model a.b.c`. */
export function rightName(right: Pick<RequiredRight, 'securable' | 'privilege'>): string {
  const securable = formatSecurable(right.securable);
  return right.privilege === OWNERSHIP
    ? `ownership of ${securable}`
    : `${sqlPrivilege(right.privilege)} on ${securable}`;
}

function comesWithOwnership({ right, remedy }: JudgedRight): boolean {
  return remedy?.kind === 'owner-change' && right.privilege !== OWNERSHIP;
}

/** What stands in place of a statement that cannot hold a name. */
export function sendText(request: RestRequest): string {
  return `A name contains a character that could be read as part of another statement or name, so no statement is printed. Send: ${formatRequest(request)}.`;
}

function remedyText(remedy: Remedy): string {
  if (remedy.kind === 'grant') {
    const run = remedy.statement === undefined ? sendText(remedy.request) : `Run: ${remedy.statement}.`;
    return `${run} It can be run by ${remedy.mayRun}.`;
  }
  return ownershipText(remedy.change);
}
