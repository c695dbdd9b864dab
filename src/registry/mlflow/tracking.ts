import { formatRegisterSource } from '../../domain/register-source.ts';
import type { HttpClient } from '../../http/client.ts';
import type { TrackingReader } from '../workspace-port.ts';
import { trackingCalls } from '../tracking.ts';
import { placeSource } from './files.ts';
import { modelPlace, runPlace, type Place } from './place.ts';

/** What versions of a server are registered from; the server itself serves the files (uc-protocol §12.1). */
export function artifactCalls(http: HttpClient, files: HttpClient): TrackingReader {
  const served = (label: string, place: Place, reason: string) =>
    placeSource(files, { label, file: place.file, find: async () => place, reason });
  return {
    ...trackingCalls(http),
    openRun: ({ id: run }, path) =>
      served(
        formatRegisterSource({ kind: 'run', run, path }),
        runPlace(run, path),
        'the server serves the artifacts of its runs',
      ),
    openModel: ({ id }) =>
      served(
        formatRegisterSource({ kind: 'logged-model', id }),
        modelPlace(id, ''),
        'the server serves the artifacts of its logged models',
      ),
  };
}
