import { spawn } from 'node:child_process';

/**
 * Watches over what this process has started: should it die without dismissing the guard, even by SIGKILL, the commands are run, one after
 * the other whatever comes of them. The guard is a shell that waits for the end of its input, which the kernel closes with this process.
 *
 * @param commands the words of each
 * @param env what they see
 * @returns a function that dismisses the guard
 */
export function guard(commands: readonly (readonly string[])[], env: NodeJS.ProcessEnv = {}): () => void {
  // The script names the words by their number, so that the shell reads none of them.
  let words = 0;
  const lines = commands.map((command) => command.map(() => `"\${${++words}}"`).join(' '));
  const script = ['read -r _ && exit', ...lines].join('\n');
  const shell = spawn('/bin/sh', ['-c', script, 'guard', ...commands.flat()], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  // A guard that is gone already, or could not be started, leaves nothing to dismiss.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return () => {
    shell.stdin.end('dismissed\n');
  };
}
