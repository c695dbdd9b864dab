import { counted } from '../../domain/count.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import { show } from '../../domain/printable.ts';
import type { CallAgain } from '../../inputs/call-again.ts';
import type { RollbackCandidate } from '../../policy/rollback/candidates.ts';
import type { ManualCommands } from '../../registry/commands.ts';
import { code, paragraph, table, type Block, type Section } from '../document.ts';
import { callBlocks } from './call-again.ts';

/** Characters of a digest by which two differ at a glance. */
const SHORT_DIGEST = 15;

/** The versions that an alias can be rolled back to, and how many are left out, each with what `to-version` has to be. */
export function candidatesSection(
  candidates: readonly RollbackCandidate[],
  { leftOut, neverNamed }: { readonly leftOut: number; readonly neverNamed: number },
): Section {
  return {
    title: `Versions to go back to: ${candidates.length}${leftOut === 0 ? '' : ` of ${candidates.length + leftOut}`}`,
    folded: false,
    blocks: [
      candidates.length === 0
        ? paragraph(
            neverNamed === 0 ? 'The model has no other version.' : 'The alias named no other version.',
          )
        : table(
            ['to-version', 'Status', 'Live (from the record)', 'Digest', 'Hold'],
            candidates.map((each) => [
              String(each.version),
              each.status,
              liveText(each),
              each.digest === null ? 'not recorded' : show(each.digest.slice(0, SHORT_DIGEST), 20),
              each.hold === null ? 'none' : `on hold${each.hold === '' ? '' : `: ${show(each.hold, 120)}`}`,
            ]),
          ),
      ...(leftOut === 0
        ? []
        : [
            paragraph(
              `${counted(leftOut, 'older version')} of the model ${leftOut === 1 ? 'is' : 'are'} left out, which no record says that the alias named. Those from before the bad version can be to-version.`,
            ),
          ]),
      ...(neverNamed === 0
        ? []
        : [
            paragraph(
              `${counted(neverNamed, 'version')} that the alias never named ${neverNamed === 1 ? 'is' : 'are'} left out: a rollback goes to none of them.`,
            ),
          ]),
    ],
  };
}

/** That the versions to go back to could not be listed. */
export function unlistedSection(why: string): Section {
  return {
    title: 'Versions to go back to: not listed',
    folded: false,
    blocks: [paragraph(`They could not be read: ${why}`)],
  };
}

function liveText({ live }: RollbackCandidate): string {
  if (live.length === 0) return 'not recorded';
  return live.map(({ since, until }) => `${moment(since, 'before')} – ${moment(until, 'now')}`).join('; ');
}

function moment(time: string | undefined, absent: string): string {
  return time === undefined ? absent : show(time, 40);
}

/** What gives a caller the right to set a hold that the registry refused, and what sets it then. */
export function missingHoldBlocks(
  {
    name,
    version,
    principal,
  }: { readonly name: FullName; readonly version: number; readonly principal: string },
  commands: ManualCommands,
): Block[] {
  const statement =
    principal === '' ? undefined : commands.grants?.grant(modelSecurable(name), 'APPLY_TAG', principal);
  const again = `Then run the step again, or tag-status with model: ${formatFullName(name)}, version: ${version} and the reason as hold. Until then, a promotion can bring version ${version} back.`;
  if (statement === undefined || commands.grants === undefined)
    return [paragraph(`Ask someone who may tag the model to put version ${version} on hold. ${again}`)];
  return [
    paragraph(
      `Version ${version} is not on hold. To allow this principal to tag the model, have its owner run:`,
    ),
    code(commands.grants.language, statement),
    paragraph(again),
  ];
}

/** How to put a version on hold where a step ended before it was. */
export function unsetHoldBlocks(
  { name, version, reason }: { readonly name: FullName; readonly version: number; readonly reason: string },
  again: CallAgain,
): Block[] {
  const what = `Until version ${version} is on hold, a promotion can bring it back. Run the step again, or run tag-status`;
  return callBlocks(again, what, 'tag-status', { model: formatFullName(name), version, hold: reason });
}
