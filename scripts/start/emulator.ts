import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A running emulator. */
export interface EmulatorProcess {
  /** `host:port` of the API. */
  address: string;
  /** `host:port` of its OCI registry. */
  registry: string;
  /** URL of its admin server. */
  admin: string;
  stop(): Promise<void>;
}

/** Starts the emulator as the process that users start, on free ports, and waits until it is ready. */
export async function startEmulatorProcess(root: string): Promise<EmulatorProcess> {
  const child = spawn(
    process.execPath,
    ['packages/vertex-emulator/src/cli.ts', '--operation-delay', '300ms', '--until-stdin-closes'],
    {
      cwd: root,
      // It ends when this process does, however that ends.
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const stderr: string[] = [];
  createInterface(child.stderr).on('line', (line) => stderr.push(line));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<{ address: string; registry: string; admin: string }>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) =>
      resolve(JSON.parse(line) as { address: string; registry: string; admin: string }),
    );
    void exited.then(() => reject(new Error(`The emulator ended before it was ready:\n${stderr.join('\n')}`)));
  });
  return {
    ...(await ready),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
