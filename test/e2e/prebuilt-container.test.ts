/** A prebuilt container, one image for all versions, that loads what `artifact-uri` names: registered, released by a canary, and taken back. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inputReader, type Action, type ActionResult, type CommonInputs } from '@mlops-actions/action-kit';
import { action as deploy } from '../../actions/deploy-vertex-endpoint/src/index.ts';
import { action as register } from '../../actions/register-version/src/index.ts';
import { action as rollback } from '../../actions/rollback/src/index.ts';
import { context, place, startWorld, type World } from '../../packages/vertex/test/support/world.ts';

const ID = 'credit-risk';
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** A server whose answers tell which folder it was given: its bias is the last segment. */
const PREBUILT = `
  const bias = Number(process.env.AIP_STORAGE_URI.split('/').at(-1));
  const sums = instances.map((numbers) => numbers.reduce((sum, n) => sum + n, bias));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ predictions: sums }));`;

function start<I extends CommonInputs>(action: Action<I>, given: Record<string, string>): Promise<ActionResult> {
  const all: Record<string, string> = { 'project-id': place.project, region: place.region, ...given };
  return action.run(action.readInputs(inputReader((name) => all[name] ?? '')), context);
}

test('versions of one image are told apart by what they load', async () => {
  const image = await world.image({ answer: PREBUILT });
  const release = async (version: number, digit: string): Promise<ActionResult> => {
    const artifact = {
      'artifact-uri': `gs://acme-models/credit-risk/${version}`,
      'model-digest': `sha256:${digit.repeat(64)}`,
    };
    const registered = await start(register, { 'model-id': ID, image, ...artifact });
    expect(registered.outputs).toMatchObject({ created: 'true', 'version-id': `${version}` });
    return start(deploy, {
      'endpoint-id': ID,
      'model-version': `${ID}@${version}`,
      'traffic-steps': '50,100',
      'probe-path': await world.probes(version),
      'probe-settle': '0',
    });
  };
  expect((await release(1, 'a')).verdict).toBe('pass');
  expect((await release(2, 'b')).verdict).toBe('pass');

  const probes = await world.probes(1);
  const back = await start(rollback, { 'endpoint-id': ID, reason: 'test', 'probe-path': probes, 'probe-settle': '0' });
  expect(back.verdict).toBe('pass');
  expect(back.outputs['restored-model-version']).toMatch(/@1$/);
  // The same model under another number is taken back too; the image is that of all of them.
  await expect(release(3, 'b')).rejects.toThrow(`${ID}@3, which is the same as ${ID}@2, was rolled back`);
  expect((await release(4, 'c')).verdict).toBe('pass');
  expect(world.emulator.state().violations).toEqual([]);
});
