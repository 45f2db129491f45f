import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Makes connections inside a container's network namespace. */
export interface NamespaceConnector {
  connect(port: number): Promise<Socket>;
  close(): void;
}

/**
 * What runs in the namespace: it connects, and hands the socket over. It asks for 127.0.0.2, which reaches servers that listen on 0.0.0.0, as they
 * must, and none that listens on 127.0.0.1 alone, which Vertex AI could not reach either.
 */
const PROGRAM = `
const { connect } = require('node:net');
process.on('message', ({ id, port }) => {
  const socket = connect(port, '127.0.0.2');
  socket.once('error', ({ code, message }) => process.send({ id, code, message }));
  socket.once('connect', () => process.send({ id }, socket));
});
process.once('disconnect', () => process.exit());
process.send({ id: 0 });
`;

type Answer = { id: number } & ({ code?: string; message: string } | { code?: undefined; message?: undefined });

/**
 * Enters the network namespace of a process by nsenter: as root, or, with `ownUser`, as the user who made its user namespace. Sockets belong to the
 * namespace that they were made in, whoever holds them: those made there are sent here, so that nothing stands between.
 *
 * @throws Error if the namespace may not be entered.
 */
export async function enterNetwork(pid: number, ownUser: boolean): Promise<NamespaceConnector> {
  const entering = [...(ownUser ? ['--user', '--preserve-credentials'] : []), '--net', '--target', String(pid)];
  const child = spawn('nsenter', [...entering, process.execPath, '--eval', PROGRAM], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {},
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1000);
  });
  const waiting = new Map<number, { resolve: (socket: Socket) => void; reject: (error: Error) => void }>();
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('error', fail);
  child.on('exit', () => fail(new Error(`The network of the container cannot be entered: ${said.trim()}`)));
  child.on('message', (message, handle) => {
    const { id, code, message: why } = message as Answer;
    const request = waiting.get(id);
    waiting.delete(id);
    if (why === undefined) request?.resolve(handle as Socket);
    else request?.reject(Object.assign(new Error(why), { code }));
  });
  let last = 0;
  const ask = (send: (id: number) => void, id: number): Promise<Socket> =>
    new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      send(id);
    });
  await ask(() => undefined, 0);
  return {
    connect: (port) => ask((id) => child.send({ id, port }, (error) => error && fail(error)), ++last),
    close: () => child.connected && child.disconnect(),
  };
}
