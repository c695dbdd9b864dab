import { isDeepStrictEqual } from 'node:util';
import type { Metastore } from '../../emulator/index.ts';
import { STAGING } from '../../emulator/seeds/demo-models.ts';
import { addLargeVersion } from '../actions/copy/large-models.ts';
import { faultsOfOthers } from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Point, type Scenario } from './scenario.ts';

/** What a folder holds until its files are verified. */
const UNFINISHED = '.uc-promote-download/';

/** A download of a small model. */
export function smallDownload(): Scenario {
  return downloadOf(1, { name: 'download' });
}

/** A download of a model with a file of 53 MiB. Only what the large file causes is tried. */
export function largeDownload(): Scenario {
  return downloadOf(3, {
    name: 'large download',
    prepare: (metastore) => void addLargeVersion(metastore, 53),
    wants: ({ path }: Point) => /cloud-storage|create-[a-z-]*url|weights/u.test(path),
  });
}

function downloadOf(version: number, world: Pick<Scenario, 'name' | 'prepare' | 'wants'>): Scenario {
  return {
    ...world,
    action: 'download-version',
    inputs: { registry: 'databricks', model: STAGING, version: String(version) },
    folderInput: 'folder',
    token: PROMOTER_TOKEN,
    prepare(metastore: Metastore) {
      world.prepare?.(metastore);
    },
    faultsOf: (aftermath) => faultsOfDownload(aftermath, version),
  };
}

/** What must hold of a folder, however often its download was struck. */
function faultsOfDownload(aftermath: Aftermath, version: number): string[] {
  const { before, folder, struck, again } = aftermath;
  const files = before.models[STAGING]?.versions[String(version)]?.files ?? {};
  const wanted = Object.fromEntries(Object.entries(files).map(([path, { sha256 }]) => [path, sha256]));
  const between = folder?.between ?? {};
  const named = Object.entries(between).filter(([path]) => !path.startsWith(UNFINISHED));
  const isPassed = struck !== undefined && ['ok', 'noop'].includes(struck.outcome);
  return [
    ...named
      .filter(([path, sha256]) => wanted[path] !== sha256)
      .map(([path]) => `The struck run left another ${path} under its name.`),
    ...(isPassed && !isDeepStrictEqual(between, wanted)
      ? ['The struck run said that it is whole, and it is not.']
      : []),
    ...(named.some(([path]) => path === 'MLmodel') && named.length < Object.keys(wanted).length
      ? ['The struck run left MLmodel without all others.']
      : []),
    ...(isDeepStrictEqual(folder?.after, wanted)
      ? []
      : [`In the end it is not the version: ${Object.keys(folder?.after ?? {}).join(', ')}.`]),
    ...(again.changed ? ['A download changed the registry.'] : []),
    ...faultsOfOthers(aftermath, {}),
  ];
}
