import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { childEnvironment, runChild } from '../../../scripts/child.ts';
import { startPeerServer } from './server.ts';

/** Listens on the port of its argument, and starts a child that listens on the next one; both answer 200. */
const pair = `
const serve = (port) => require('node:http').createServer((_, answer) => answer.end('ok')).listen(port, '127.0.0.1');
const port = Number(process.argv.at(-1));
if (process.argv.includes('child')) serve(port);
else {
  require('node:child_process').spawn(process.execPath, ['-e', process.env.SCRIPT, 'child', String(port + 1)]);
  serve(port);
}`;

const options = {
  command: process.execPath,
  cwd: tmpdir(),
  ready: '/',
  timeoutMs: 15_000,
  ports: 2,
} as const;

const startPair = () =>
  startPeerServer({ ...options, args: (port) => ['-e', pair, String(port)], env: { SCRIPT: pair } });

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const portOf = (url: string) => Number(new URL(url).port);

describe('a peer that is a server', () => {
  test('close ends it and what it started, and another one starts beside it on other ports', async () => {
    const [first, second] = await Promise.all([startPair(), startPair()]);
    const ports = [first, second].flatMap(({ url }) => [portOf(url), portOf(url) + 1]);
    try {
      expect(new Set(ports).size).toBe(4);
      await expect.poll(() => Promise.all(ports.map(listens)), { timeout: 15_000 }).not.toContain(false);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
    await expect.poll(() => Promise.all(ports.map(listens)), { timeout: 15_000 }).not.toContain(true);
  });

  test('one that hangs is killed, and its last output is told', async () => {
    let taken = 0;
    const hanging = startPeerServer({
      ...options,
      timeoutMs: 500,
      ready: '/never',
      args: (port) => {
        taken = port;
        const script = `console.log('waiting for a lock');
          require('node:http').createServer(() => {}).listen(${port}, '127.0.0.1');`;
        return ['-e', script];
      },
    });
    await expect(hanging).rejects.toThrow(/not ready: waiting for a lock/u);
    await expect.poll(() => listens(taken)).toBe(false);
  });

  test('one that dies is told at once, with its last output', async () => {
    const dying = startPeerServer({
      ...options,
      timeoutMs: 3_600_000,
      args: () => ['-e', "console.error('no such database'); process.exit(3)"],
    });
    await expect(dying).rejects.toThrow(/gone: no such database/u);
  });

  test('one whose port was taken starts on another, though somebody else answers on the first', async () => {
    const ports: number[] = [];
    const server = await startPeerServer({
      ...options,
      args: (port) => {
        ports.push(port);
        const serve = `require('node:http').createServer((_, answer) => answer.end('ok')).listen(${port}, '127.0.0.1')`;
        const lose = `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${serve}; process.send('up')`)}], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
          child.once('message', () => { console.error('Error: listen EADDRINUSE: address already in use'); process.exit(1); });`;
        return ['-e', ports.length === 1 ? lose : serve];
      },
    });
    try {
      expect([ports.length, portOf(server.url)]).toEqual([2, ports[1]]);
    } finally {
      await server.close();
    }
  });

  test('one whose command is not there is told, and not waited for', async () => {
    const missing = startPeerServer({
      ...options,
      timeoutMs: 3_600_000,
      command: 'no-such-peer',
      args: () => [],
    });
    await expect(missing).rejects.toThrow(/no-such-peer is gone: .*ENOENT/u);
  });
});

describe('a peer that is a command', () => {
  const env = childEnvironment({});

  test('one that hangs is killed with what it started, and what it wrote is kept', async () => {
    const script = `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log('at work');`;
    const result = await runChild(process.execPath, ['-e', `${script} setInterval(() => {}, 1000)`], {
      cwd: tmpdir(),
      env,
      timeoutMs: 1_500,
    });
    // Standard output ends only when nobody holds it any more: an answer shows that the child is gone too.
    expect(result).toEqual({ code: null, timedOut: true, stdout: 'at work\n', stderr: '' });
  });

  test('what one leaves behind is killed when it ends', async () => {
    const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).unref();`;
    const result = await runChild(process.execPath, ['-e', script], {
      cwd: tmpdir(),
      env,
      timeoutMs: 15_000,
    });
    expect([result.code, result.timedOut]).toEqual([0, false]);
  });

  test('it gets no token of the caller', () => {
    process.env['DATABRICKS_TOKEN'] = 'dapi-of-the-caller';
    try {
      expect(childEnvironment({ A: '1' })).not.toHaveProperty('DATABRICKS_TOKEN');
    } finally {
      delete process.env['DATABRICKS_TOKEN'];
    }
  });
});
