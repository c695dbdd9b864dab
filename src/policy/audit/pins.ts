import { sameAlias } from '../../domain/alias.ts';
import { formatFullName, nameKey } from '../../domain/full-name.ts';
import { targetText, type Pin } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';
import { formatPlace } from '../../domain/text-place.ts';
import { originOf } from '../equal-versions.ts';
import { isAt } from '../sync/decide.ts';
import type { AuditFamily } from './family.ts';
import { aliasSubject, type AuditFinding } from './finding.ts';
import type { AuditedModel, AuditWants } from './model.ts';
import { isAudited } from './scope.ts';

const FIX =
  'Find out why it was moved. To keep that, pin what the alias names now. To undo it, move the alias back with `set-alias` or `rollback`.';

/** Whether an alias names what the repository pins it to. */
export const PINS: AuditFamily = {
  kinds: [
    {
      code: 'pin-differs',
      severity: 'error',
      needs: 'pins',
      meaning:
        'the alias is not where its pin says: it names another version, a version that is no copy of the pinned one by `uc_promote_origin` or its source, or exists although it is pinned to `none`',
      cause: 'Somebody moved it past the pull request, or a merged pin was never carried out.',
      fix: FIX,
    },
  ],
  find: (audited, wants) =>
    (wants.pins.get(nameKey(audited.name, wants.names)) ?? [])
      .filter(({ alias }) => isAudited(alias, wants))
      .flatMap((pin) => findingOf(pin, audited, wants)),
};

function findingOf(pin: Pin, { name, audited }: AuditedModel, wants: AuditWants): AuditFinding[] {
  const entry = audited.find(({ alias }) => sameAlias(alias.alias, pin.alias, wants.rules));
  const now = entry?.alias.version ?? null;
  const origin = entry?.version === undefined ? undefined : originOf(entry.version);
  if (isAt({ now, origin }, pin.target, wants.names)) return [];
  const alias = entry?.alias.alias ?? pin.alias;
  const names = now === null ? 'does not exist' : `names version ${now}`;
  return [
    {
      model: formatFullName(name),
      alias,
      ...(now === null ? {} : { version: now }),
      code: 'pin-differs',
      severity: 'error',
      message: `${aliasSubject(name, alias)} ${names}, but is pinned to ${targetText(pin.target)} (${show(formatPlace(pin.place), 200)}).`,
      fix: FIX.replaceAll('`', ''),
      place: pin.place,
    },
  ];
}
