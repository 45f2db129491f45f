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

interface Answer {
  id: number;
  code?: string;
  /** What went wrong; nothing if a socket comes with it. */
  message?: string;
}

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
  const waiting = new Map<number, (answer: Answer | Error, socket?: Socket) => void>();
  const fail = (error: Error): void => {
    for (const settle of waiting.values()) settle(error);
    waiting.clear();
  };
  child.on('error', fail);
  child.on('exit', () => fail(new Error(`the network of the container cannot be entered: ${said.trim()}`)));
  child.on('message', (message, handle) => {
    const answer = message as Answer;
    waiting.get(answer.id)?.(answer, handle as Socket | undefined);
    waiting.delete(answer.id);
  });
  await new Promise<void>((resolve, reject) => {
    waiting.set(0, (answer) => (answer instanceof Error ? reject(answer) : resolve()));
  });
  let last = 0;
  return {
    connect: (port) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, (answer, socket) => {
          if (socket !== undefined) resolve(socket);
          else if (answer instanceof Error) reject(answer);
          else
            reject(Object.assign(new Error(answer.message ?? 'the connection broke at once'), { code: answer.code }));
        });
        child.send({ id, port }, (error) => error && fail(error));
      }),
    close: () => child.connected && child.disconnect(),
  };
}
