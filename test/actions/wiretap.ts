import { connect, createServer, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';

/** A place between a client and an emulator that writes down every byte that the client sends. */
export interface Wiretap {
  readonly url: string;
  /** Everything that was sent, header lines and bodies, as Latin-1 text. */
  sent(): string;
}

/** Puts a wiretap before an emulator; it ends with the test. */
export async function tap({ port }: Emulator): Promise<Wiretap> {
  const chunks: Buffer[] = [];
  const server = createServer((client) => {
    const host = connect(port, '127.0.0.1');
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    client.pipe(host).pipe(client);
    client.on('error', () => host.destroy());
    host.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    sent: () => Buffer.concat(chunks).toString('latin1'),
  };
}
