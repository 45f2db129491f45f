/**
 * Every call of a release and of a rollback meets every fault: each run succeeds, or says clearly what failed and leaves all traffic on a good
 * model, and the next run finishes the work. By default every tenth pair of call and fault; `FAULT_MATRIX=all` tries all
 * of them (many minutes).
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { UserError, type ActionResult } from '@mlops-actions/action-kit';
import { latestOf, readEndpoint, requireEndpoint, runningOperations } from '@mlops-actions/vertex';
import type { Fault } from '@mlops-actions/vertex-emulator';
import { lastCall, methodsSince, type World } from '../../packages/vertex/test/support/world.ts';
import { ID, outcomeOf, prepare, run, scenarios, type Outcome, type Scenario } from './releases.ts';

const EVERY = process.env['FAULT_MATRIX'] === 'all' ? 1 : 10;

const CODES = [
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'INTERNAL',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
] as const;

type CallFault = Partial<Extract<Fault, { rpc: string }>>;

const callFaults: [string, CallFault][] = [
  ...CODES.map((code): [string, CallFault] => [code, { code }]),
  ['refused for good', { code: 'PERMISSION_DENIED', times: 1_000_000 }],
  ['lost answer', { code: 'UNAVAILABLE', when: 'after' }],
  ['answer lost after the deadline', { code: 'DEADLINE_EXCEEDED', when: 'after' }],
  ['slow', { delay: 300 }],
  ['another client labels the endpoint', { meanwhile: 'label' }],
  ['another client moves the traffic', { meanwhile: 'traffic' }],
];

const STAGES = [
  'STARTING_DEPLOYMENT',
  'PREPARING_MODEL',
  'CREATING_SERVING_CLUSTER',
  'ADDING_NODES_TO_CLUSTER',
  'GETTING_CONTAINER_IMAGE',
  'STARTING_MODEL_SERVER',
  'FINISHING_UP',
];

const operationFaults: [string, Fault][] = [
  ...STAGES.flatMap((stage) =>
    (['RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'INTERNAL'] as const).map((code): [string, Fault] => [
      `DeployModel ends with ${code} at ${stage}`,
      { operation: 'DeployModel', stage, code },
    ]),
  ),
  ...['CreateEndpoint', 'UndeployModel'].map((operation): [string, Fault] => [
    `${operation} ends with INTERNAL`,
    { operation, code: 'INTERNAL' },
  ]),
  ['DeployModel never ends', { operation: 'DeployModel' }],
];

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function next(scenario: Scenario): Promise<World> {
  await world?.close();
  world = await prepare(scenario);
  return world;
}

/** What a run came to: that it passed, or why not. Anything but a clear failure is thrown. */
async function conclusion(running: Promise<ActionResult>): Promise<UserError | string> {
  try {
    const { verdict, headline } = await running;
    return verdict === 'pass' ? 'pass' : headline;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** All traffic goes to models that passed, or nobody has served yet. */
async function expectGoodTraffic({ vertex }: World, scenario: Scenario, at: string): Promise<void> {
  const { split, ledger } = await requireEndpoint(vertex, ID);
  const verdicts = Object.keys(split).map((id) => latestOf(ledger.entries, id)?.verdict);
  expect({ at, verdicts }).toEqual({ at, verdicts: verdicts.map(() => 'passed') });
  if (scenario.released > 0) expect({ at, total: Object.values(split) }).toEqual({ at, total: [100] });
}

/** What must be the same after a failure and a second run: attempts that failed stay in the ledger and among the operations. */
const essence = ({ traffic, ledger, versions }: Outcome): Omit<Outcome, 'deployments'> => ({
  traffic,
  ledger: ledger.filter((entry) => !/failed|inconclusive/.test(entry)),
  versions,
});

/** The aliases of a release may wait for the next run; whatever else it leaves when it passes is all that it should leave. */
const passedEssence = (outcome: Outcome, { action }: Scenario): unknown => {
  const { versions, ...rest } = essence(outcome);
  return action === 'rollback' ? { versions, ...rest } : rest;
};

/** What another client did to the traffic: the split that the call after the disturbed one finds. */
function watchTraffic({ emulator }: World, disturbed: string): () => Record<string, number> | undefined {
  const splitNow = (): Record<string, number> | undefined => Object.values(emulator.state().endpoints)[0]?.trafficSplit;
  let struck = false;
  let left: Record<string, number> | undefined;
  emulator.setSchedule(({ kind, method }) => {
    if (struck) left ??= { ...splitNow() };
    if (kind === 'call' && method === disturbed) struck = true;
    return Promise.resolve();
  });
  return () => {
    emulator.setSchedule(undefined);
    return left ?? splitNow();
  };
}

/** How a run ends that finds that another client has moved the traffic: before its own move, or by the answers after it. */
const GIVES_UP =
  /Somebody else changed the traffic of endpoint|knows no other version that served and passed|others still answer/;

let tried = 0;
let passed = 0;

describe.each(Object.entries(scenarios))('%s', (name, scenario) => {
  test(
    'meets every fault at every call',
    async () => {
      let here = await next(scenario);
      const begin = lastCall(here.emulator);
      expect((await run(here, scenario)).verdict).toBe('pass');
      const methods = [...new Set(methodsSince(here.emulator, begin))];
      const undisturbed = await outcomeOf(here);
      const expected = essence(undisturbed);

      const calls = methods.flatMap((rpc) =>
        callFaults.map(([what, fault]): [string, Fault] => [`${rpc}: ${what}`, { rpc, ...fault }]),
      );
      const operations = operationFaults.filter(([, fault]) =>
        'operation' in fault ? methods.includes(fault.operation) : false,
      );
      for (const [index, [at, fault]] of [...calls, ...operations].entries()) {
        if (index % EVERY !== 0) continue;
        here = await next(scenario);
        const { vertex } = here;
        const traffic = 'rpc' in fault && fault.meanwhile === 'traffic';
        const foreign = traffic ? watchTraffic(here, fault.rpc) : undefined;
        here.emulator.setFaults([fault]);
        const ended = await conclusion(run(here, scenario));
        here.emulator.setFaults([]);
        tried++;
        if (ended === 'pass') passed++;
        if (foreign !== undefined) {
          // The other client's word stands, unless the run saw it before it planned, and went well.
          const left = foreign();
          const now = (await readEndpoint(vertex, ID))?.split ?? {};
          if (ended === 'pass')
            expect({ at, ...(await outcomeOf(here)) }).toMatchObject({ at, traffic: expected.traffic });
          else
            expect({ at, ended: String(ended), now }).toEqual({
              at,
              ended: expect.stringMatching(GIVES_UP),
              now: left ?? {},
            });
        } else {
          if ((await readEndpoint(vertex, ID)) !== undefined) await expectGoodTraffic(here, scenario, at);
          if (ended === 'pass') {
            expect({ at, now: passedEssence(await outcomeOf(here), scenario) }).toEqual({
              at,
              now: passedEssence(undisturbed, scenario),
            });
          }
        }

        if ('operation' in fault && fault.code === undefined) await cancelAll(here);
        const again = await conclusion(run(here, scenario));
        if (traffic && scenario.action === 'rollback') {
          // Whoever moved the traffic decides what "previous" means from there.
          expect({ at, again: String(again) }).toEqual({
            at,
            again: expect.stringMatching(/^pass$|knows no other version/),
          });
        } else {
          expect({ at, again }).toEqual({ at, again: 'pass' });
          if (traffic) expect((await outcomeOf(here)).traffic).toEqual(expected.traffic);
          else expect({ at, ...essence(await outcomeOf(here)) }).toEqual({ at, ...expected });
        }
        expect({ at, violations: here.emulator.state().violations }).toEqual({
          at,
          violations: await allowed(here, scenario, ended),
        });
      }
      process.stderr.write(`${name}: ${tried} faults so far, ${passed} of them survived without a failure\n`);
    },
    60 * 60_000,
  );
});

/**
 * Nothing may ever be violated but by one thing: a first model that could not be found good, by a run that says so, loses its traffic again, once, and there is
 * nobody who served before.
 */
async function allowed({ vertex }: World, { released }: Scenario, ended: UserError | string): Promise<object[]> {
  const entries = (await readEndpoint(vertex, ID))?.ledger.entries ?? [];
  const unjudged = entries.filter(({ verdict }) => verdict === 'inconclusive' || verdict === 'failed');
  if (released > 0 || ended === 'pass') return [];
  const stopped = { invariant: 'endpoint-stopped-serving', cause: 'UpdateEndpoint' };
  return unjudged.map(() => expect.objectContaining(stopped) as object);
}

const nameOf = ({ vertex }: World): string => `projects/${vertex.project}/locations/${vertex.region}/endpoints/${ID}`;

async function cancelAll(here: World): Promise<void> {
  const host = here.vertex.endpoints;
  for (const name of await runningOperations(host, nameOf(here), 'deployModel')) {
    await host.cancelOperation({ name } as Parameters<typeof host.cancelOperation>[0]);
  }
}

test.each(['keep', 'undeploy'])(
  'replicas that fail after a deployment that succeeded get no traffic (%s)',
  async (onFailure) => {
    const scenario = scenarios['canary']!;
    const here = await next(scenario);
    here.emulator.setFaults([{ operation: 'DeployModel', replicas: 0 }]);
    const ended = await conclusion(run(here, scenario, { 'on-failure': onFailure, timeout: '2s' }));
    expect(ended).toMatchObject({ message: expect.stringContaining('Only 0 of 1 replicas') });
    await expectGoodTraffic(here, scenario, onFailure);
    const { deployed } = await requireEndpoint(here.vertex, ID);
    expect(deployed.map(({ versionId }) => versionId)).toEqual(onFailure === 'keep' ? ['1', '2', '3'] : ['1', '2']);
    expect(here.emulator.state().violations).toEqual([]);
  },
);
