import { createServer, request } from 'node:http';

/** A gateway that hands what lies below a path of its own on to a server, without that path, as nginx's `proxy_pass` does. */
export interface Gateway {
  /** `http://127.0.0.1:port/path`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts a gateway on a free port; everything outside of the path is 404. */
export async function startGateway(target: string, path: string): Promise<Gateway> {
  const server = createServer((incoming, outgoing) => {
    const asked = incoming.url ?? '';
    if (!asked.startsWith(`${path}/`)) {
      outgoing.writeHead(404).end('nothing here');
      return;
    }
    const onward = request(
      `${target}${asked.slice(path.length)}`,
      { method: incoming.method, headers: { ...incoming.headers, host: new URL(target).host } },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
