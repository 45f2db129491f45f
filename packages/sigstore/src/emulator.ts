import { UserError } from '@mlops-actions/action-kit';

/**
 * A file of the Sigstore emulator that `SIGSTORE_EMULATOR_HOST` (`host:port`) names; undefined without it. Only one on this machine is
 * taken: what it says is trusted.
 */
export async function emulatorFile(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const host = env['SIGSTORE_EMULATOR_HOST'];
  if (!host) return undefined;
  if (!/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(host)) {
    throw new UserError(`SIGSTORE_EMULATOR_HOST names '${host}', which is not this machine.`, {
      fix: 'Unset it to sign for others; an emulator is for rehearsals.',
    });
  }
  const answer = await fetch(`http://${host}/${name}`);
  if (!answer.ok) throw new UserError(`The Sigstore emulator at ${host} has no ${name}: it answered ${answer.status}.`);
  return answer.text();
}
