import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toolOf } from './foreign.ts';

/** A daemon that builds. */
export interface BuildKit {
  pid: number;
  address: string;
  stop: () => Promise<void>;
}

/** Starts a BuildKit, which needs no docker daemon, with all that it keeps in `folder`. */
export async function startBuildKit(folder: string, registry: string): Promise<BuildKit> {
  const [program, runc] = [toolOf('buildkitd'), toolOf('runc')];
  const socket = path.join(folder, 'buildkit.sock');
  const address = `unix://${socket}`;
  const config = path.join(folder, 'buildkitd.toml');
  await writeFile(config, `[registry."${registry}"]\n  http = true\n`);
  const places = ['--addr', address, '--root', path.join(folder, 'root'), '--config', config];
  const worker = ['--containerd-worker=false', '--oci-worker-binary', runc, '--oci-worker-net', 'host'];
  const child = spawn(program, [...places, ...worker], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  let hasEnded = false;
  const ended = new Promise<void>((resolve) =>
    child
      .on('error', (error) => (words += error.message))
      .on('close', () => {
        hasEnded = true;
        resolve();
      }),
  );
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  for (let tries = 0; !existsSync(socket); tries++) {
    if (hasEnded) throw new Error(`buildkitd ended before it answered:\n${words}`);
    if (tries === 300) {
      await stop();
      throw new Error('buildkitd does not answer.');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { pid: child.pid!, address, stop };
}
