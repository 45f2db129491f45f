import { commands, type EngineName, type Network } from './commands.ts';
import { isAbandoned } from './names.ts';
import { EngineError, runEngine } from './run.ts';

/** Takes away what is left of probes whose process ended without doing so: its machine was switched off, or its guard was killed with it. */
export async function sweep(engine: EngineName): Promise<void> {
  const listed = await Promise.all(commands.list().map((args) => runEngine(engine, args)));
  const owners = new Set(listed.flatMap((lines) => lines.split('\n')));
  for (const owner of owners) if (isAbandoned(owner)) await removeProbe(engine, owner, 'internal');
}

/**
 * Takes everything of a probe away, as far as it is there.
 *
 * @returns why something stays
 */
export async function removeProbe(engine: EngineName, owner: string, network: Network): Promise<string[]> {
  const failures: string[] = [];
  for (const args of commands.remove(owner, network)) {
    try {
      await runEngine(engine, args);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!/no such|not found|not known|does not exist/i.test(error.message)) failures.push(error.message);
    }
  }
  return failures;
}
