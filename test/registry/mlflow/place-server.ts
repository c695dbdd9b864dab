import { serve } from '../../http/client-bench.ts';

type Files = Readonly<Record<string, string>>;

/** A run of a server: where its artifacts are, and those, by their paths below that. */
export interface ServedRun {
  readonly root: string;
  readonly files: Files;
}

/** A logged model of a server. */
export interface ServedModel extends ServedRun {
  readonly id: string;
  readonly name: string;
  readonly run: string;
}

/** A server with one version, as MLflow's handlers list and send what it points at. */
export interface ServedPlace {
  /** Where the version lies, by `get-download-uri`. */
  readonly uri: string;
  /** Fields of the version beside its name. */
  readonly row?: Readonly<Record<string, string>>;
  readonly runs?: Readonly<Record<string, ServedRun>>;
  /** Absent for a server before MLflow 3, which has no such calls. */
  readonly models?: readonly ServedModel[];
}

/** Starts it; `calls` are its requests, without those for files and folders. */
export async function startPlaceServer({ uri, row = {}, runs = {}, models }: ServedPlace): Promise<{
  readonly url: string;
  readonly calls: string[];
}> {
  const calls: string[] = [];
  const url = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const call = pathname.replace('/api/2.0/mlflow', '');
    calls.push(call);
    const json = (body: unknown, status = 200) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const missing = () => json({ error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none' }, 404);
    const list = (files: Files | undefined, folder: string) => {
      const prefix = folder === '' ? '' : `${folder}/`;
      const below = Object.keys(files ?? {}).filter((path) => path.startsWith(prefix));
      const names = new Set(below.map((path) => prefix + (path.slice(prefix.length).split('/')[0] ?? '')));
      return json({
        files: [...names].map((path) => {
          const text = files?.[path];
          return {
            path,
            is_dir: text === undefined,
            ...(text === undefined ? {} : { file_size: text.length }),
          };
        }),
      });
    };
    const send = (text: string | undefined) =>
      text === undefined
        ? missing()
        : void response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
    /** The file at a URI, as the server's own repositories open it. */
    const at = (place: string): string | undefined => {
      const holders = [...Object.values(runs), ...(models ?? [])];
      for (const { root, files } of holders)
        if (place.startsWith(`${root.replace(/\/$/u, '')}/`))
          return files[place.slice(root.replace(/\/$/u, '').length + 1)];
      return undefined;
    };
    const infoOf = ({ id, root, run }: ServedModel) => ({
      info: { model_id: id, artifact_uri: root, source_run_id: run },
    });
    const path = searchParams.get('path') ?? '';
    const run = runs[searchParams.get('run_id') ?? ''];
    if (pathname.includes('/logged-models') && models === undefined)
      return void response
        .writeHead(404, { 'content-type': 'text/html' })
        .end('<title>404 Not Found</title>');
    const model = models?.find(({ id }) => pathname.includes(`/${id}`));
    if (call === '/model-versions/get')
      return json({ model_version: { name: 'fraud', version: '1', status: 'READY', ...row } });
    if (call === '/model-versions/get-download-uri') return json({ artifact_uri: uri });
    if (call === '/runs/get')
      return run === undefined
        ? missing()
        : json({
            run: { info: { run_id: searchParams.get('run_id'), artifact_uri: run.root, experiment_id: '7' } },
          });
    if (call === '/artifacts/list') return list(run?.files, path);
    if (call === '/get-artifact') return send(run?.files[path]);
    if (pathname === '/model-versions/get-artifact') return send(at(`${uri}/${path}`));
    if (call === '/logged-models/search') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const sent = Buffer.concat(chunks).toString();
        const wanted = (models ?? []).filter(({ name }) => sent.includes(`"name = '${name}'"`));
        // One a page.
        const index = Number(/"page_token":"(\d+)"/u.exec(sent)?.[1] ?? 0);
        json({
          models: wanted.slice(index, index + 1).map(infoOf),
          ...(index + 1 < wanted.length ? { next_page_token: String(index + 1) } : {}),
        });
      });
      return;
    }
    if (model === undefined) return missing();
    if (call.endsWith('/artifacts/directories'))
      return list(model.files, searchParams.get('artifact_directory_path') ?? '');
    if (call.endsWith('/artifacts/files'))
      return send(model.files[searchParams.get('artifact_file_path') ?? '']);
    return json({ model: infoOf(model) });
  });
  return { url, calls };
}
