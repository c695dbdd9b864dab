import { decide, type Finding } from '../../domain/decision.ts';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Caller } from '../../domain/privilege.ts';
import { tryCatalog, tryFiles } from '../../facts/connection.ts';
import type { CHECK_CONNECTION_OUTPUTS, CheckConnectionInputs } from '../../inputs/check-connection.ts';
import { groupsSection, trialsSection, type Trial } from '../../report/sections/connection.ts';
import type { ActionResult } from '../contract/action.ts';
import type { HostProbe } from '../contract/connection.ts';
import type { ActionContext } from '../contract/context.ts';

/** From here on a clock that is wrong makes tokens look expired or not yet valid. Milliseconds. */
const SKEW_LIMIT = 30_000;

/** Stands where a registry names no caller. */
const NOT_SAID = 'not applicable: this registry does not report it';

/** Reports how a job is connected: the first step of a new user, and the first thing to ask for in a report of a fault. */
export async function runCheckConnection(
  context: ActionContext<CheckConnectionInputs, typeof CHECK_CONNECTION_OUTPUTS>,
): Promise<ActionResult> {
  const { inputs, record, destination, connection, clock } = context;
  const { registry } = destination;
  record.output('method', connection.method);
  record.subject = { kind: 'connection', method: connection.method };
  const [probe, signIn] = await Promise.all([
    attempt('Host responds', clock, () => connection.probe()),
    attempt('Sign in', clock, () => connection.signIn()),
  ]);
  const isIn = signIn.error === undefined;
  const [caller, access] = await Promise.all([
    isIn ? attempt('Caller', clock, () => destination.caller()) : undefined,
    isIn && registry.tryAccess !== undefined
      ? attempt('Registry responds', clock, async () => registry.tryAccess?.())
      : undefined,
  ]);
  const known = caller?.value;
  noteConnection(probe.value);
  if (known !== undefined) noteCaller(known);
  const { model } = inputs;
  const catalogs = inputs.catalogs ?? (model === undefined || model.catalog === '' ? [] : [model.catalog]);
  const further =
    known === undefined
      ? []
      : await Promise.all([
          ...(model === undefined ? [] : [attempt('Files', clock, () => tryFiles(destination, model))]),
          ...catalogs.map((name) =>
            attempt(`Catalog ${name}`, clock, () =>
              tryCatalog(destination, name, inputs.catalogs === undefined ? 'model' : 'catalogs'),
            ),
          ),
        ]);
  const trials: readonly Trial<unknown>[] = [
    { ...probe, tookMs: probe.value?.tookMs ?? probe.tookMs },
    { ...signIn, value: signIn.value === undefined ? 'no request needed: the token is given' : 'yes' },
    ...(caller === undefined ? [] : [{ ...caller, value: known?.principal || NOT_SAID }]),
    ...(access === undefined ? [] : [access]),
    ...further,
  ];
  record.sections.push(trialsSection(trials));
  // A host that is another one is what to look at first; one that does not respond stands last, since every other
  // failure says more of it.
  const isAnother = hasCode(probe.error, 'other-identity');
  const failed = [...(isAnother ? [probe] : []), signIn, caller, access, ...further, probe].find(
    (trial) => trial?.error !== undefined,
  );
  if (failed?.error !== undefined) throw failed.error;
  const { method } = connection;
  const principal = known?.principal ?? '';
  return {
    outcome: 'ok',
    verdict:
      principal === ''
        ? `Connected with ${method}; this registry does not report the caller`
        : `Connected as ${principal} with ${method}`,
  };

  function noteConnection(seen: HostProbe | undefined): void {
    const { domain, proxyVariables, extraCertificates } = connection;
    record.fact('Host', seen?.hostType === undefined ? 'kind not stated' : seen.hostType, domain);
    record.fact('Proxy', proxyVariables.length === 0 ? 'none' : proxyVariables.join(', '));
    record.fact('Custom certificates', extraCertificates ? 'NODE_EXTRA_CA_CERTS' : 'none');
    if (seen?.aheadMs === undefined) return;
    const seconds = Math.round(seen.aheadMs / 1000);
    record.fact(
      'Clock',
      seconds === 0 ? 'same as the host' : `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`,
    );
    record.check(
      'Clock',
      'warn',
      decide(clockFindings(seen.aheadMs)),
      'The clock agrees with the host.',
      'error',
    );
  }

  function noteCaller({ kind, workspaceId, groups, ...who }: Caller): void {
    record.output('principal', who.principal);
    record.subject = { kind: 'connection', method: connection.method, principal: who.principal };
    record.output('principal-kind', kind);
    record.output('workspace-id', workspaceId ?? '');
    record.output('groups', groups);
    record.fact('Workspace', workspaceId ?? 'not reported');
    record.fact('Groups', String(groups.length));
    const section = groupsSection(groups);
    if (section !== undefined) record.sections.push(section);
  }
}

async function attempt<T>(name: string, clock: Clock, work: () => Promise<T>): Promise<Trial<T>> {
  const startedAt = clock.now();
  const took = () => clock.now() - startedAt;
  try {
    const value = await work();
    return { name, value, tookMs: took() };
  } catch (thrown) {
    if (!(thrown instanceof PromoteError)) throw thrown;
    return { name, error: thrown, tookMs: took() };
  }
}

function clockFindings(aheadMs: number): Finding[] {
  if (Math.abs(aheadMs) <= SKEW_LIMIT) return [];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return [
    {
      code: 'clock-skew',
      severity: 'error',
      message: `The clock of this runner is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the host's.`,
      fix: 'Synchronize the clock of the runner with NTP. With a wrong clock, valid tokens are refused.',
    },
  ];
}
