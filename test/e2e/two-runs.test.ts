/**
 * Two runs on one endpoint at the same time, which a concurrency group should prevent and cannot always: whatever they are and however their calls
 * interleave, nothing that must hold is ever broken, each ends well or says clearly why not, and what follows finds an endpoint at rest.
 * A dozen cases by default; `INTERLEAVINGS=1000` tries as many.
 */
import { afterEach, expect, test } from '@jest/globals';
import { UserError, type ActionResult } from '@mlops-actions/action-kit';
import { latestOf, readEndpoint, type EndpointState } from '@mlops-actions/vertex';
import fc from 'fast-check';
import type { World } from '../../packages/vertex/test/support/world.ts';
import { interleave, type End } from './interleave.ts';
import { ID, prepare, run, type Scenario } from './releases.ts';

const CASES = Number(process.env['INTERLEAVINGS'] ?? 12);
/** Registered, and released by nobody but the run that follows. */
const LATER = 5;

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

type Run = Pick<Scenario, 'action' | 'inputs'>;

/** No container runs here: nothing answers a probe. So a release that is probed is one of a bad model, and one that is not of a good one. */
const released = (version: number, good: boolean, inputs: Record<string, string>): Run => ({
  action: 'deploy-vertex-endpoint',
  inputs: {
    'model-version': `${ID}@${version}`,
    ...(good && { 'allow-unprobed': 'true', 'probe-path': '' }),
    ...inputs,
  },
});

const release = fc
  .record({
    version: fc.constantFrom(3, 4),
    good: fc.boolean(),
    inputs: fc.record({
      'traffic-steps': fc.constantFrom('100', '50,100', '20,60,100'),
      'on-failure': fc.constantFrom('keep', 'undeploy'),
      'keep-warm': fc.constantFrom('0', '1'),
    }),
  })
  .map(({ version, good, inputs }) => released(version, good, inputs));

const rollback = fc
  .record({ to: fc.constantFrom('previous', `${ID}@1`), from: fc.constantFrom('', `${ID}@2`, `${ID}@3`) })
  .map((inputs): Run => ({ action: 'rollback', inputs: { ...inputs, reason: 'test', 'probe-path': '' } }));

const pair = fc.oneof(fc.tuple(release, release), fc.tuple(release, rollback), fc.tuple(rollback, rollback));
const before = fc.record({ released: fc.constantFrom(0, 1, 2, 2), cold: fc.boolean() });

/** What a run ended with; anything but a clear error is thrown. */
async function endOf(running: Promise<ActionResult>): Promise<End> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const shown = (end: End): string => (end instanceof UserError ? end.message : `${end.verdict}: ${end.headline}`);

/** Of two runs that disturbed each other, those that gave up are run again, alone. */
async function runAgain(here: World, runs: readonly Run[], ends: readonly End[]): Promise<string[]> {
  const said: string[] = [];
  let left = runs.filter((_, index) => ends[index] instanceof UserError);
  for (let round = 0; round < 3; round++) {
    const again: Run[] = [];
    for (const each of left) {
      const end = await endOf(run(here, { ...each, released: 0 }));
      said.push(shown(end));
      if (end instanceof UserError) again.push(each);
    }
    left = again;
  }
  return said;
}

/** All traffic is on one model that was found good, or on nobody. */
function expectRest({ split, ledger }: EndpointState, at: object): string | undefined {
  const [serving, ...others] = Object.keys(split);
  expect({ at, others, share: split[serving!] ?? 100 }).toEqual({ at, others: [], share: 100 });
  const verdict = serving && latestOf(ledger.entries, serving)?.verdict;
  if (serving !== undefined) {
    expect({ at, verdict }).toEqual({ at, verdict: expect.stringMatching(/^(passed|adopted)$/) });
  }
  return serving;
}

const ledgerOf = ({ ledger }: EndpointState): string[] =>
  ledger.entries.map(({ versionId, verdict }) => `${versionId} ${verdict}`);

test(
  'two runs at once, whatever they are and whichever call comes first',
  async () => {
    let ended = 0;
    let well = 0;
    await fc.assert(
      fc.asyncProperty(pair, before, fc.array(fc.nat(3), { maxLength: 60 }), async (runs, found, choices) => {
        await world?.close();
        const here = (world = await prepare(
          { ...found, action: runs[0].action },
          { containers: false, operationDelay: 0 },
          LATER,
        ));
        const start = (each: Run) => (): Promise<ActionResult> => run(here, { ...each, ...found });
        const ends = await interleave(here.emulator, [start(runs[0]), start(runs[1])], choices);
        ended += ends.length;
        well += ends.filter((end) => !(end instanceof UserError)).length;
        const at = { ends: ends.map(shown), again: await runAgain(here, runs, ends) };

        const endpoint = await readEndpoint(here.vertex, ID);
        const serving = endpoint && expectRest(endpoint, { ...at, ledger: ledgerOf(endpoint) });
        if (found.released > 0) expect({ at, serving }).toEqual({ at, serving: expect.any(String) });

        const follows = await endOf(run(here, { ...released(LATER, true, {}), released: 0 }));
        expect({ at, follows: shown(follows) }).toEqual({ at, follows: expect.stringMatching(/^pass/) });
        const now = (await readEndpoint(here.vertex, ID))!;
        const { versionId } = now.deployed.find(({ id }) => id === expectRest(now, at))!;
        expect({ at, versionId }).toEqual({ at, versionId: `${LATER}` });
        const { violations, models } = here.emulator.state();
        const champions = Object.values(models).flatMap(({ versions }) =>
          versions.filter(({ aliases }) => aliases.includes('champion')).map(({ id }) => id),
        );
        expect({ at, champions }).toEqual({ at, champions: [`${LATER}`] });
        // A first model that is not good loses its traffic, and there is nobody who served before.
        const broken = violations.filter(
          ({ invariant }) => found.released > 0 || invariant !== 'endpoint-stopped-serving',
        );
        expect({ at, broken }).toEqual({ at, broken: [] });
      }),
      { numRuns: CASES },
    );
    process.stderr.write(`two runs at once: ${ended} runs, ${well} of them came to a verdict\n`);
  },
  30 * 60_000,
);
