import type { Emulator } from '@mlops-actions/vertex-emulator';
import { lastCall } from './world.ts';

/** Where a run dies: at its n-th call, before that does anything, or when it has done all and only the answer is missing. */
export interface Interruption {
  call: number;
  when: 'before' | 'after';
}

/**
 * Lets a run die at every one of its calls, in turn: from there on no call of it does anything. `attempt` gets a world of its own each time,
 * and runs again without interruption afterwards.
 *
 * @returns how many points were tried
 */
export async function atEveryCall(
  emulator: Emulator,
  attempt: (point: Interruption) => Promise<{ interrupted: () => Promise<unknown>; again: () => Promise<void> }>,
): Promise<number> {
  let points = 0;
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; ; call++) {
      const { interrupted, again } = await attempt({ call, when });
      const start = lastCall(emulator);
      const dead = { rpc: '*', times: 1_000_000, code: 'PERMISSION_DENIED', message: 'The run is dead.' } as const;
      emulator.setFaults([
        { ...dead, nth: call, times: 1, when },
        { ...dead, nth: call + 1 },
      ]);
      await interrupted().catch(() => undefined);
      emulator.setFaults([]);
      const reached = lastCall(emulator) - start >= call;
      await again();
      if (!reached) break;
      points++;
    }
  }
  return points;
}
