import { operations } from './peers/interop-operations.ts';
import { peers, pinnedVersions, type PeerName } from './peers/table.ts';
import { inlineCode, markdownTable } from './generate-markdown.ts';

/** Every peer with the version that its lockfile pins, and what it judges. */
export async function peersTable(): Promise<string> {
  const versions = await pinnedVersions();
  const rows = (Object.keys(peers) as PeerName[]).map((name) => {
    const { package: wanted, registry, judges, required } = peers[name];
    return [`${inlineCode(wanted)} ${versions[name]}`, registry, judges, required ? 'required' : 'optional'];
  });
  return markdownTable(['Peer', 'From', 'Judges', ''], rows);
}

/** Every operation of MLflow's registry client, and the action that has it too. */
export function interopTable(): string {
  const rows = Object.entries(operations).map(([operation, { action, how }]) => [
    inlineCode(operation),
    action === null ? 'none' : inlineCode(action),
    how,
  ]);
  return markdownTable(["MLflow's client", 'Action', ''], rows);
}
