import { sameAlias } from '../../domain/alias.ts';
import type { BasisFact } from '../../plan/basis.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { ModelVersion, Tag } from '../../domain/model.ts';
import { findHoldsOf } from '../../facts/holds.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { checkSignatureUnder, type SignatureCheck } from '../../facts/signature.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { requireModel, requireVersion, resolveVersion, uriOf } from '../../facts/version.ts';
import type { CompareInputs } from '../../inputs/compare.ts';
import type { RoleInputs } from '../../inputs/roles.ts';
import { readOrigin } from '../../facts/policy-origin.ts';
import { handledLater } from '../../domain/promises.ts';
import type { SET_ALIAS_OUTPUTS, SetAliasInputs } from '../../inputs/set-alias.ts';
import { decideAlias } from '../../policy/alias/decide.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import { takenVersion } from '../../policy/version.ts';
import type { ActionResult, Planned } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { noteStanding } from '../parts/standing.ts';
import { historyText } from '../../report/sections/alias-history.ts';
import {
  concludeUnmoved,
  historyOf,
  howNamed,
  missingRecord,
  moveText,
  noteMove,
  noteMoved,
  noteNamed,
  notePlannedUndo,
} from '../parts/alias/move.ts';
import { momentStages, noteStep, protectingRule, readPolicy, type ReadPolicy } from '../parts/policy.ts';
import { readHeldEquals } from '../parts/held-equals.ts';
import { noteHolds, noteSignature, noteVersion, withPrivileges } from '../parts/checks.ts';
import { outputVersion } from '../parts/version-outputs.ts';
import { noteMoveEffects, startMoveEffects } from '../parts/alias/effects.ts';
import { moveRights, restingOnVersion } from '../parts/offer.ts';
import {
  measuredVersion,
  numberedVersion,
  readMetricsBeside,
  type ReadVersion,
} from '../parts/shown-metrics.ts';

/** What moves an alias; another action may name people too, and compare signatures. */
type SetAliasContext = ActionContext<
  SetAliasInputs & Partial<Pick<RoleInputs, 'require-distinct'> & Pick<CompareInputs, 'compatibility'>>,
  typeof SET_ALIAS_OUTPUTS
>;

/** Plans that an alias is set, moved or deleted. `judgeTarget` notes what else is demanded of the version that it is to name. */
export async function planMove(
  context: SetAliasContext,
  judgeTarget: (target: MoveTarget) => Promise<void> = async () => {},
): Promise<Planned> {
  const { inputs, record, destination: snapshot } = context;
  const { model: asked, alias: wanted } = inputs;
  record.subject = { kind: 'move', name: asked, alias: wanted };
  const mode = inputs['check-privileges'];
  const operations = inputs.delete
    ? (['set-alias', 'tag'] as const)
    : (['set-alias', 'tag', 'read'] as const);
  const rights = mergeRights(
    operations.flatMap((operation) => requiredRights(operation, asked, { modelExists: true })),
  );
  // The record of the move alone needs it, and stops no move.
  const privileges = checkPrivileges(rights, snapshot, mode, { optional: 'APPLY_TAG' });
  const asking = readPolicy(context);
  handledLater(asking);
  const reading = inputs.delete ? Promise.resolve(undefined) : readTarget(asked, inputs, snapshot);
  const reads = withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: privileges }],
    [
      reading,
      reading.then((each) => (each === undefined ? [] : readHeldEquals(each.version, context))),
      requireModel(asked, snapshot, 'model'),
      lastBeforeWriting(mode === 'off' ? undefined : snapshot.caller(), () =>
        Promise.all([snapshot.alias(asked, wanted), snapshot.extras(asked)]),
      ),
    ],
  );
  const surroundings = startMoveEffects(context);
  if (!inputs.delete)
    readMetricsBeside(record, targetVersion(asked, inputs, snapshot), namedVersion(asked, wanted, snapshot));
  const [target, held, model, [current, extras]] = await reads;

  const { name } = model;
  const to = target?.version.version ?? null;
  const tags = extras?.tags ?? [];
  const decision = decideAlias(
    {
      name,
      alias: wanted,
      to,
      expected: inputs['expected-version'],
      history: howNamed(context, wanted, tags, current),
    },
    current,
    model,
    snapshot.registry.capabilities,
  );
  record.subject = { kind: 'move', name, alias: wanted, now: current, to };
  record.compared = {
    now: `${wanted} now: ${current ?? 'none'}`,
    then: to === null ? 'no version' : `version ${to}`,
  };
  record.fact('Alias', `${formatFullName(name)}@${wanted}`);
  noteNamed(record, current);
  record.output('previous-version', current ?? '');
  outputVersion(record, name, current);
  if (target !== undefined) {
    noteVersion(record, target.version);
    noteHolds(record, held, await findHoldsOf(target.version, tags, { ...context, snapshot }));
    noteSignature(record, inputs['require-signature'], target.signature, uriOf(target.version));
    noteStanding(record, target.version);
    await judgeTarget(target);
  }
  record.check('Alias', 'fail', decision, 'It names the expected version.', 'conflict');
  const policy = await asking;
  if (decision.change !== undefined) await noteMovePolicy(context, policy, { name, target: target?.version });
  const status = protectingRule(context, policy, { name, alias: wanted })?.require.status;
  const basis = basisOf(name, inputs, target?.version, { tags, status });
  const change = decision.change === undefined ? undefined : { ...decision.change, basis };
  const history = historyOf(context, wanted, tags, target?.version);
  const move =
    change === undefined
      ? missingRecord(context, {
          name,
          alias: wanted,
          tags,
          now: to,
          history,
          isOwn: inputs['expected-version'] !== undefined && Number(context.run.attempt) > 1,
          expected: inputs['expected-version'],
        })
      : noteMove(context, change, tags);
  await noteMoveEffects(context, surroundings, { name, alias: wanted, from: current, to });
  record.requireAllowed(`${formatFullName(name)}@${wanted}`);
  const conclude = (): ActionResult => {
    const alias = move.find(({ kind }) => kind === 'alias');
    if (alias?.kind === 'alias' && record.isToBeMade(alias)) {
      if (!record.changed) notePlannedUndo(record, alias, snapshot.registry.commands);
      return { outcome: 'ok', verdict: moveText(alias) };
    }
    const already = to === null ? 'does not exist' : `already names version ${to}`;
    return concludeUnmoved(context, `The alias ${already}${historyText(history, to)}`, move);
  };
  const moves = move.some(({ kind }) => kind === 'alias');
  return {
    stages: [
      ...(moves
        ? momentStages(
            context,
            policy,
            { name, alias: wanted, distinct: inputs['require-distinct'] },
            'again',
          )
        : []),
      {
        name: 'alias',
        changes: move,
        work: {
          kind: 'values',
          confirm: async () => move,
          ended() {
            noteMoved(context, move);
            const moved = move.find(({ kind }) => kind === 'alias');
            if (moved === undefined || !record.wasWritten(moved)) return;
            // Where it is not known which one it names, an output that says one would be a guess.
            outputVersion(record, name, record.stands(moved) ? to : null);
          },
        },
      },
    ],
    asPlanned: conclude,
    async offers(state) {
      if (state === 'applied') return undefined;
      const changes = await restingOnVersion(move, target?.version, context);
      if (!changes.some(({ kind }) => kind === 'alias')) return undefined;
      return { changes, deferred: moveRights(name, snapshot), policy: policy?.fact };
    },
    asApplied() {
      outputVersion(record, name, to);
      return conclude();
    },
  };
}

/** Notes whether the policy allows the move, with what is known of the version. */
async function noteMovePolicy(
  context: SetAliasContext,
  policy: ReadPolicy | undefined,
  { name, target }: { readonly name: FullName; readonly target: ModelVersion | undefined },
): Promise<void> {
  const { inputs, destination: snapshot, clock } = context;
  const { alias } = inputs;
  const rule = protectingRule(context, policy, { name, alias });
  const wantsOrigin = rule !== undefined && rule.require.origin.length > 0;
  const version =
    target === undefined
      ? undefined
      : {
          subject: uriOf(target),
          tags: target.tags,
          origin: wantsOrigin ? await readOrigin(target, { ...context, snapshot }) : undefined,
          now: clock.now(),
        };
  noteStep(context, policy, {
    name,
    alias,
    isDeletion: inputs.delete,
    inputs: {
      'check-privileges': inputs['check-privileges'],
      'require-signature': inputs['require-signature'],
      // A deletion names no version whose signature could be compared.
      ...(inputs.delete
        ? { compatibility: null }
        : inputs.compatibility === undefined
          ? {}
          : { compatibility: inputs.compatibility }),
    },
    version,
  });
}

/** The version that an alias is to name, and its signature; null where that was not asked for. */
export interface MoveTarget {
  readonly version: ModelVersion;
  readonly signature: SignatureCheck | null;
}

/** What a move rests on beside the alias itself: the version that was taken, and the alias that named it. A deletion rests on nothing. */
function basisOf(
  name: FullName,
  { 'from-alias': fromAlias }: SetAliasInputs,
  version: ModelVersion | undefined,
  { tags, status }: { readonly tags: readonly Tag[]; readonly status: Tag | undefined },
): BasisFact[] {
  if (version === undefined) return [];
  const named = { kind: 'alias', name, alias: fromAlias ?? '', was: version.version } as const;
  return [
    ...takenVersion(version, status === undefined ? [] : [status], tags),
    ...(fromAlias === undefined ? [] : [named]),
  ];
}

async function readTarget(name: FullName, inputs: SetAliasInputs, snapshot: Snapshot): Promise<MoveTarget> {
  const fromAlias = inputs['from-alias'];
  const named = { model: 'model', version: inputs.version === undefined ? 'from-alias' : 'version' };
  const number =
    inputs.version ??
    (await resolveVersion({ name, selector: { kind: 'alias', alias: fromAlias ?? '' } }, snapshot, named));
  const [version, signature] = await Promise.all([
    requireVersion(name, number, snapshot, named),
    checkSignatureUnder(inputs['require-signature'], name, number, snapshot),
  ]);
  return { version, signature };
}

/** The version that is to get the alias, for its metrics. */
function targetVersion(
  name: FullName,
  { version, 'from-alias': alias = '' }: Pick<SetAliasInputs, 'version' | 'from-alias'>,
  snapshot: Snapshot,
): ReadVersion {
  const selector =
    version === undefined ? ({ kind: 'alias', alias } as const) : ({ kind: 'version', version } as const);
  return measuredVersion({ name, selector }, snapshot);
}

/** The version that the alias names by what the model says, for its metrics: the alias itself is read later, right before the write. */
async function namedVersion(name: FullName, alias: string, snapshot: Snapshot): ReadVersion {
  const model = await snapshot.model(name);
  const row = model?.aliases.find((each) => sameAlias(each.alias, alias, snapshot.registry.capabilities));
  return numberedVersion(name, row?.version ?? null, snapshot);
}

/** Reads in the last round before a write, so that the value is fresh when it is compared. */
async function lastBeforeWriting<T>(
  earlier: Promise<unknown> | undefined,
  read: () => Promise<T>,
): Promise<T> {
  await earlier;
  return read();
}
