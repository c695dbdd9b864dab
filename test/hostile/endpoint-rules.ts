import type { EndpointSnapshot, MetastoreSnapshot } from '../../emulator/index.ts';
import type { Difference } from './difference.ts';
import type { History } from './history.ts';
import { aliasOf, liveVersion, servedBy, type Intent } from './intent.ts';

/** An update of an endpoint by a run, and every state that the run could know when it sent it. */
export interface EndpointWrite {
  readonly history: History;
  readonly run: string;
  readonly intent: Intent;
  readonly difference: Extract<Difference, { kind: 'endpoint' }>;
  readonly known: readonly MetastoreSnapshot[];
}

/** What is wrong with an update: it sets the model to what its alias names, keeps all else, and overwrites nothing unseen. */
export function faultsOfUpdate({ history, run, intent, difference, known }: EndpointWrite): string[] {
  const { endpoint, from, to } = difference;
  if (intent.endpoint?.name !== endpoint) return [`${endpoint} was changed, and nobody asked for that.`];
  if (from === undefined || to === undefined) return [`${endpoint} was made or deleted.`];
  const version = liveVersion(to, intent);
  const what = `${endpoint} was set to version ${version}`;
  const faults = keptFaults(from, to, intent).map((fault) => `${what}, and ${fault}.`);
  if (!known.some((state) => aliasOf(state, intent) === version))
    faults.push(`${what}, although ${intent.endpoint.alias} did not name it.`);
  const text = (state: MetastoreSnapshot) => JSON.stringify(state.endpoints[endpoint]);
  const path = new RegExp(`/serving-endpoints/${endpoint}$`, 'u');
  const seen = history.statesBetween(history.beginOf(run), history.firstReadOf(run, path)).map(text);
  if (!known.some((state) => seen.includes(text(state))))
    faults.push(`${what}, although somebody else had changed it.`);
  return faults;
}

/** What of an endpoint is lost that no update may touch. */
function keptFaults(from: EndpointSnapshot, to: EndpointSnapshot, intent: Intent): string[] {
  const others = ({ served }: EndpointSnapshot) =>
    JSON.stringify(Object.entries(served).filter(([, { fields }]) => fields['entity_name'] !== intent.model));
  const share = (endpoint: EndpointSnapshot) =>
    servedBy(endpoint, intent).reduce((sum, { percentage }) => sum + percentage, 0);
  const settings = (endpoint: EndpointSnapshot) =>
    servedBy(endpoint, intent).map(({ fields: { name: _name, entity_version: _version, ...rest } }) =>
      JSON.stringify(rest),
    );
  const faults: string[] = [];
  if (JSON.stringify(from.rest) !== JSON.stringify(to.rest)) faults.push('something else of it has changed');
  if (others(from) !== others(to)) faults.push('another entity has changed');
  if (share(from) !== share(to)) faults.push('the share of the model has changed');
  if (!settings(to).every((each) => settings(from).includes(each))) faults.push('a setting has changed');
  return faults;
}

/** A success says that the endpoint served the version at the end, and that the alias named it meanwhile. */
export function faultsOfServed(
  { intent, said, outcome }: { readonly intent: Intent; readonly said: number; readonly outcome: string },
  { seen, during }: Readonly<Record<'seen' | 'during', readonly MetastoreSnapshot[]>>,
): string[] {
  if (intent.endpoint === undefined) return [];
  const { name, alias } = intent.endpoint;
  const faults: string[] = [];
  if (!seen.some((state) => liveVersion(state.endpoints[name], intent) === said))
    faults.push(`It says ${outcome}, and ${name} does not serve ${said}.`);
  if (!during.some((state) => aliasOf(state, intent) === said))
    faults.push(`It says ${outcome}, and ${alias} never named ${said}.`);
  return faults;
}
