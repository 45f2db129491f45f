/**
 * The bundles of deploy-vertex-endpoint and rollback are killed at their calls, with no chance to clean up, and started again: the second run
 * must end where an undisturbed one does. By default at the end of every call that changes something; `CRASH_MATRIX=all` tries
 * every call, before it does anything and with its work done (many minutes).
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastCall, methodsSince, type World } from '../../packages/vertex/test/support/world.ts';
import { inputsOf, outcomeOf, prepare, scenarios, type Scenario } from './releases.ts';
import { spawnBundle } from './start-bundle.ts';

const ALL = process.env['CRASH_MATRIX'] === 'all';
let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** A world of its own for every run: its violations are those of this run alone. */
async function next(scenario: Scenario): Promise<World> {
  await world?.close();
  world = await prepare(scenario);
  return world;
}

async function start(world: World, scenario: Scenario) {
  const env = { VERTEX_AI_EMULATOR_HOST: world.emulator.address };
  return spawnBundle(scenario.action, await inputsOf(world, scenario), env, world.folder);
}

/** Starts the run, and kills it when the n-th of its calls is held up; false if it ends before. */
async function killAt(world: World, scenario: Scenario, call: number, when: 'before' | 'after'): Promise<boolean> {
  const { emulator } = world;
  emulator.setFaults([{ rpc: '*', nth: call, when, delay: 10 * 60_000 }]);
  const known = lastCall(emulator);
  const held = () => emulator.calls().find(({ number, held }) => number > known && held !== undefined);
  const { child, ended } = await start(world, scenario);
  let over = false;
  void ended.then(() => (over = true));
  while (!over && held() === undefined) await sleep(2);
  child.kill('SIGKILL');
  await ended;
  const victim = held();
  while (victim !== undefined && victim.code === undefined) await sleep(2);
  emulator.setFaults([]);
  return victim !== undefined;
}

let points = 0;

describe.each(Object.entries(scenarios))('%s', (name, scenario) => {
  test(
    'killed anywhere and run again, ends as if nothing had happened',
    async () => {
      let here = await next(scenario);
      const begin = lastCall(here.emulator);
      const undisturbed = await (await start(here, scenario)).ended;
      expect(undisturbed).toMatchObject({ status: 0 });
      const methods = methodsSince(here.emulator, begin);
      const expected = await outcomeOf(here);

      const plan = methods.flatMap((method, index) => {
        const changes = !/^(Get|List|Predict)/.test(method);
        const whens = ALL ? (['before', 'after'] as const) : changes ? (['after'] as const) : [];
        return whens.map((when) => ({ call: index + 1, when }));
      });
      let reached = 0;
      for (const { call, when } of plan) {
        here = await next(scenario);
        if (await killAt(here, scenario, call, when)) reached++;
        const again = await (await start(here, scenario)).ended;
        const at = `killed ${when} call ${call} of ${methods.join(' ')}`;
        expect({ at, status: again.status, log: again.status === 0 ? '' : again.log }).toEqual({
          at,
          status: 0,
          log: '',
        });
        expect({ at, ...(await outcomeOf(here)) }).toEqual({ at, ...expected });
        expect({ at, violations: here.emulator.state().violations }).toEqual({ at, violations: [] });
      }
      points += reached;
      process.stderr.write(
        `${name}: killed at ${reached} points of ${methods.length} calls; ${points} points so far\n`,
      );
      expect(reached).toBeGreaterThan(0);
    },
    60 * 60_000,
  );
});
