import { formatRequest } from '../../domain/grant-commands.ts';
import { jsonLiteral } from '../../domain/literal.ts';
import { show } from '../../domain/printable.ts';
import {
  formatSecurable,
  METASTORE,
  sameSecurable,
  securablePath,
  sqlPrivilege,
  type Securable,
} from '../../domain/privilege.ts';
import { administeredBy } from '../../policy/grants/administrators.ts';
import type { GrantDecision } from '../../policy/grants/decide.ts';
import { rightName } from '../../policy/grants/findings.ts';
import type { ForbidDecision } from '../../policy/grants/forbidden.ts';
import type { Granting } from '../../policy/grants/granting.ts';
import { ownershipAdvice } from '../../policy/grants/ownership-advice.ts';
import { ALL_TAKEN } from '../../policy/grants/revocation.ts';
import { uppermostFirst, type JudgedRight, type OwnerChange } from '../../policy/grants/remedy.ts';
import { code, list, paragraph, table, type Block, type Section } from '../document.ts';

/** Every right, what needs it, and how it is held or why it is not. */
export function rightsSection(title: string, { rights, allowed }: GrantDecision): Section | undefined {
  if (rights.length === 0) return undefined;
  const counts = (['missing', 'unknown', 'deferred', 'granted'] as const)
    .map((state) => [rights.filter((each) => each.state === state).length, STATE_WORDS[state]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  return {
    title: allowed ? title : `${title}: ${counts.join(', ')}`,
    folded: true,
    blocks: [rightsTable(rights)],
  };
}

const STATE_WORDS = {
  missing: 'missing',
  unknown: 'unknown',
  deferred: 'deferred',
  granted: 'held',
} as const;

function rightsTable(rights: readonly JudgedRight[]): Block {
  return table(
    ['Needed', 'On', 'For', 'State', 'Why'],
    rights.map((judged) => [
      sqlPrivilege(judged.right.privilege),
      formatSecurable(judged.right.securable),
      judged.right.for.join('; '),
      judged.state,
      judged.state === 'granted' ? judged.by : judged.reason,
    ]),
  );
}

/** What a refusal for want of rights says: who lacks what, on what. Undefined where nothing is missing or unknown. */
export function denialText(decisions: readonly GrantDecision[]): string | undefined {
  const judged = decisions.flatMap(({ rights }) => rights);
  const missing = judged.filter((each) => each.state === 'missing' && each.notFound === undefined);
  const unknown = judged.filter(({ state }) => state === 'unknown');
  const who = [...new Set(decisions.map(({ principal }) => show(principal, 80)))];
  const subject = who.length === 1 ? (who[0] ?? '') : `${who.length} principals`;
  if (missing.length === 0) {
    return unknown.length === 0
      ? undefined
      : `Whether ${subject} has ${rightsText(unknown)} cannot be determined`;
  }
  const lacks = who.length === 1 ? 'lacks' : 'lack';
  const beside = unknown.length === 0 ? '' : `; ${unknown.length} more cannot be determined`;
  return `${subject} ${lacks} ${rightsText(missing)}${beside}`;
}

/** As many rights as a sentence names. */
const NAMED_RIGHTS = 2;

function rightsText(rights: readonly JudgedRight[]): string {
  const names = rights.map(({ right }) => show(rightName(right), 200));
  if (names.length <= NAMED_RIGHTS) return names.join(' and ');
  const objects = rights.map(({ right }) => right.securable);
  const lowest = objects.filter(
    (each) => !objects.some((other) => !sameSecurable(other, each) && isIn(other, each)),
  );
  const different = [...new Set(lowest.map((each) => show(formatSecurable(each), 200)))];
  return `${names.length} rights on ${different.join(' and ')}`;
}

function isIn(object: Securable, above: Securable): boolean {
  return securablePath(object).some((step) => sameSecurable(step, above));
}

/** A decision, and the workspace that it holds in, when a run works with two. */
export interface PlacedDecision {
  readonly decision: GrantDecision;
  readonly where?: string | undefined;
}

/**
 * What to do about missing rights: as whom to run instead, where ownership is one of them; then all statements of a workspace as
 * one block, in the order in which they work; then who may run it.
 */
export function remedyBlocks(placed: readonly PlacedDecision[]): Block[] {
  return placesOf(placed).flatMap(({ place, decisions }) => placeBlocks(decisions, place));
}

interface Place {
  /** Goes on after what is done there; empty where there is one workspace. */
  readonly place: string;
  readonly decisions: readonly GrantDecision[];
}

function placesOf(placed: readonly PlacedDecision[]): Place[] {
  const places = Map.groupBy(placed, ({ where }) => where ?? '');
  return [...places].map(([where, each]) => ({
    place: where === '' ? '' : `, ${where}`,
    decisions: each.map(({ decision }) => decision),
  }));
}

function placeBlocks(decisions: readonly GrantDecision[], place: string): Block[] {
  const grants = grantsOf(decisions);
  const ownership = decisions.flatMap(({ granting }) => granting.ownership);
  if (grants.missing.length + grants.unseen.length + ownership.length === 0) return [];
  const all = [...grants.missing, ...grants.unseen];
  const statements = [...new Set(all.flatMap(({ statement }) => statement ?? []))];
  const [language = 'sql'] = decisions.map((each) => each.language);
  const unprinted = all.filter(({ statement }) => statement === undefined).map(({ request }) => request);
  return [
    paragraph(askText(decisions, all.length > 0, place)),
    ...(statements.length === 0 ? [] : [code(language, linesOf(statements, language))]),
    ...unprintedBlocks([...new Set(unprinted.map(formatRequest))]),
    ...(all.length === 0
      ? []
      : [
          paragraph(
            mayRunText(
              all.map(({ securable }) => securable),
              decisions,
            ),
          ),
        ]),
  ];
}

/** The grants of all decisions, the uppermost objects first. */
function grantsOf(decisions: readonly GrantDecision[]): Pick<Granting, 'missing' | 'unseen'> {
  return {
    missing: uppermostFirst(decisions.flatMap(({ granting }) => granting.missing)),
    unseen: uppermostFirst(decisions.flatMap(({ granting }) => granting.unseen)),
  };
}

/** Rights that only who promotes is meant to have: a trainer who lacks them is not to get them. */
const OF_PROMOTERS: readonly string[] = ['MANAGE', 'CREATE_MODEL', 'CREATE_MODEL_VERSION'];

function askText(decisions: readonly GrantDecision[], hasGrants: boolean, place: string): string {
  const { missing, unseen } = grantsOf(decisions);
  const who = [...new Set(decisions.map(({ shownAs }) => show(shownAs, 200)))].join(', ');
  const changes = decisions.flatMap(({ granting }) => granting.ownership);
  const advice = changes.map(ownershipAdvice);
  const first = [...new Set(advice.map((each) => each.first))];
  const isForPromoters =
    decisions.some(({ granting }) => granting.needsOwner) ||
    [...missing, ...unseen].some(({ privilege }) => OF_PROMOTERS.includes(privilege));
  if (first.length === 0 && isForPromoters)
    first.push('Run this step as the principal that is meant to promote.');
  const steps = [
    ...new Set(advice.flatMap(({ onlyIf }) => onlyIf ?? [])),
    ...(hasGrants ? [`run this once${first.length === 0 ? ` for ${who}` : ''}${place}`] : []),
  ];
  const doubt =
    unseen.length === 0
      ? ''
      : missing.length === 0
        ? ' Whether these rights are missing cannot be determined; granting a right that is already held changes nothing.'
        : ' Rights on a child object are visible only once its parent can be used, so some of them may already be granted.';
  if (steps.length === 0) return first.join(' ');
  const condition = first.length === 0 ? 'Have' : `Only if ${who} is that principal, have`;
  const ask = `${condition} an administrator ${steps.join(' and ')}, then run the failed job again${hasGrants && doubt === '' ? ':' : '.'}`;
  return [...first, `${ask}${doubt}`].join(' ');
}

/** Who may run all of the statements, as far as owners are known. */
function mayRunText(targets: readonly Securable[], decisions: readonly GrantDecision[]): string {
  const owners = decisions.flatMap(({ granting }) => granting.owners);
  const named = (securable: Securable): string => {
    const owner = owners.find((each) => sameSecurable(each.securable, securable))?.owner;
    const name = owner === undefined ? '' : ` (${show(owner)})`;
    return `the owner of ${formatSecurable(securable)}${name}`;
  };
  if (decisions.some(({ granting }) => granting.ownersReachDown))
    return `Who can run it: ${named(METASTORE)}, or the owner of the object in each line.`;
  const { objects, isEachForItsOwn } = administeredBy(targets);
  return isEachForItsOwn
    ? `Who can run it: ${objects.map(named).join(' and ')}, each for the objects in it, or a metastore admin.`
    : `Who can run it: ${objects.map(named).join(', ')}, a principal with MANAGE on ${objects.length === 1 ? 'it' : 'one of them'}, or a metastore admin.`;
}

/** The same grants as requests, for who has no SQL at hand: a section for each workspace. */
export function requestSections(placed: readonly PlacedDecision[]): Section[] {
  return placesOf(placed).flatMap(({ place, decisions }) => {
    const requests = decisions.flatMap(({ granting }) => granting.requests);
    const texts = requests.map(({ method, path, body }) => `${method} ${path}\n${jsonLiteral(body)}`);
    if (texts.length === 0) return [];
    const blocks = [code('text', [...new Set(texts)].join('\n\n'))];
    return [{ title: `As REST requests${place}`, folded: true, blocks }];
  });
}

/** Requests for principals whose names no line of a statement could hold. */
function unprintedBlocks(requests: readonly string[]): Block[] {
  if (requests.length === 0) return [];
  return [
    paragraph(
      'A name contains a character that could be read as part of another statement or name, so only the REST request is printed for it.',
    ),
    code('json', requests.join('\n')),
  ];
}

/** What takes away what is forbidden, and what it takes beside. */
export function takeAwayBlocks(decision: ForbidDecision): Block[] {
  const { statements, language, takesAll, unprinted, ownerChanges } = decision;
  return [
    ...(statements.length === 0
      ? []
      : [
          paragraph(
            'To revoke the forbidden rights, have the owner of each object, or a principal with MANAGE on it, run:',
          ),
          code(language, linesOf(statements, language)),
        ]),
    ...(takesAll ? [paragraph(ALL_TAKEN)] : []),
    ...unprintedBlocks(unprinted),
    ...ownerChanges.flatMap(ownerChangeBlocks),
  ];
}

function linesOf(statements: readonly string[], language: GrantDecision['language']): string {
  return statements.map((statement) => (language === 'sql' ? `${statement};` : statement)).join('\n');
}

/** A change of owner to somebody who may own it, as command and as REST request, and what the people around it should know. */
function ownerChangeBlocks(change: OwnerChange): Block[] {
  const who = formatSecurable(change.securable);
  if (change.request === undefined) {
    return [
      paragraph(
        `This registry cannot change the owner of ${who}. Have a principal that may own the model create it again.`,
      ),
    ];
  }
  return [
    paragraph(`Change the owner of ${who} to ${change.owner}:`),
    ...(change.command === undefined ? [] : [code('shell', change.command)]),
    code('json', `PATCH ${change.request.path}\n${jsonLiteral(change.request.body)}`),
    list(ownerChangeNotes(change)),
  ];
}

function ownerChangeNotes(change: OwnerChange): string[] {
  return [
    `Who can run it: ${change.mayRun}.`,
    ...(change.loses === undefined ? [] : [`Who loses ownership: ${change.loses}.`]),
    'Prefer a group as owner, with the principals that promote and no one who trains.',
  ];
}
