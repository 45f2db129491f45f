import { spawn } from 'node:child_process';

/**
 * Watches over a process group: should this process die without stopping it, even by SIGKILL, the group is killed too.
 * The guard is a shell that waits for the end of its input, which the kernel closes with this process.
 *
 * @returns a function that dismisses the guard.
 */
export function guardProcessGroup(groupId: number): () => void {
  const guard = spawn('/bin/sh', ['-c', 'read -r _ || kill -s KILL -- "-$1"', 'guard', String(groupId)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  // A guard that is gone already, or could not be started, leaves nothing to dismiss.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return () => {
    guard.stdin.end('dismissed\n');
  };
}
