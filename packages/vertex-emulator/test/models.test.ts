import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import { done, modelOf, PARENT, startWithClients, type Clients } from './support.ts';

interface Value {
  structValue?: object;
}
const helpers = createRequire(import.meta.url)('@google-cloud/aiplatform/build/src/helpers.js') as {
  toValue(value: object): Value;
};

let clients: Clients;
let count = 0;
/** A model id of the test's own. */
let id: string;
let name: string;

beforeAll(async () => {
  clients = await startWithClients({ containers: false });
});
afterAll(() => clients.close());
beforeEach(() => {
  id = `model-${++count}`;
  name = `${PARENT}/models/${id}`;
});

interface Uploaded {
  model: string;
  modelVersionId: string;
}

const upload = (rest: object = {}, request: object = { modelId: id }): Promise<Uploaded> =>
  done<Uploaded>(clients.models.uploadModel({ parent: PARENT, ...request, model: modelOf('host/image', rest) }));
const addVersion = (rest: object = {}): Promise<Uploaded> => upload(rest, { parentModel: name });
const get = async (version = ''): Promise<Record<string, unknown>> =>
  (await clients.models.getModel({ name: name + version }))[0] as unknown as Record<string, unknown>;

describe('uploading', () => {
  test('answers with the project number, and makes version 1 the default', async () => {
    const uploaded = await upload({
      versionAliases: ['golden'],
      labels: { team: 'risk' },
      versionDescription: 'first',
    });
    expect(uploaded.model).toMatch(/^projects\/\d+\/locations\/europe-west4\/models\/model-\d+$/);
    expect(uploaded.modelVersionId).toBe('1');
    expect(await get()).toMatchObject({
      name: uploaded.model,
      versionId: '1',
      versionAliases: ['golden', 'default'],
      versionDescription: 'first',
      displayName: 'credit risk',
      labels: { team: 'risk' },
      supportedDeploymentResourcesTypes: ['DEDICATED_RESOURCES'],
      modelSourceInfo: { sourceType: 'CUSTOM' },
      containerSpec: { imageUri: 'host/image', predictRoute: '/predict' },
    });
  });

  test('a generated id is nineteen digits', async () => {
    const { model } = await upload({}, {});
    expect(model).toMatch(/\/models\/\d{19}$/);
  });

  test('a version under a parent does not become the default unless it asks to', async () => {
    await upload();
    expect((await addVersion()).modelVersionId).toBe('2');
    expect(await get('@2')).toMatchObject({ name: expect.stringMatching(/@2$/) as unknown, versionAliases: [] });
    expect((await get())['versionId']).toBe('1');
    await addVersion({ versionAliases: ['default', 'new'] });
    expect((await get())['versionId']).toBe('3');
    expect((await get('@new'))['versionId']).toBe('3');
    expect((await get('@1'))['versionAliases']).toEqual([]);
  });

  test('without a parent the id must be new', async () => {
    await upload();
    await expect(upload()).rejects.toMatchObject({ code: 6 });
  });

  test.each([
    ['no name', { displayName: '' }, 'model.display_name'],
    ['no container', { containerSpec: null }, 'model.container_spec'],
    ['no image', { containerSpec: { imageUri: '' } }, 'image_uri'],
    ['a bad label', { labels: { Team: 'x' } }, "Invalid label key 'Team'"],
    ['a long label', { labels: { team: 'x'.repeat(64) } }, 'model.labels'],
    ['an upper-case alias', { versionAliases: ['goLden'] }, "Invalid version alias 'goLden'"],
    ['a bad artifact', { artifactUri: '/home/model' }, 'gs://'],
    ['a bad port', { containerSpec: { imageUri: 'i', ports: [{ containerPort: 70000 }] } }, 'Invalid port 70000'],
    ['a bad route', { containerSpec: { imageUri: 'i', predictRoute: 'predict' } }, 'predict_route'],
  ])('with %s is refused', async (_, rest, message) => {
    await expect(upload(rest)).rejects.toMatchObject({ code: 3, message: expect.stringContaining(message) as unknown });
  });

  test.each(['1model', 'Model', 'a/b', 'x'.repeat(64)])('the id %s is refused', async (modelId) => {
    await expect(upload({}, { modelId })).rejects.toMatchObject({ code: 3 });
  });

  test('a bad or missing parent is told in the words of the service', async () => {
    await expect(clients.models.uploadModel({ parent: 'nowhere', model: modelOf('i') })).rejects.toMatchObject({
      code: 3,
      message: expect.stringContaining(
        'List of found errors:\t1.Field: parent; Message: Invalid Location resource name.\t',
      ) as unknown,
    });
    await expect(addVersion()).rejects.toMatchObject({ code: 5 });
  });
});

describe('aliases', () => {
  test('move, and are found', async () => {
    await upload({ versionAliases: ['champion'] });
    await addVersion();
    const [merged] = await clients.models.mergeVersionAliases({
      name: `${name}@2`,
      versionAliases: ['champion', 'extra'],
    });
    expect(merged.versionAliases).toEqual(['champion', 'extra']);
    expect((await get('@champion'))['versionId']).toBe('2');
    await clients.models.mergeVersionAliases({ name: `${name}@champion`, versionAliases: ['-extra'] });
    await expect(get('@extra')).rejects.toMatchObject({ code: 5 });
    await expect(
      clients.models.mergeVersionAliases({ name: `${name}@1`, versionAliases: ['-default'] }),
    ).rejects.toMatchObject({ code: 9 });
    await expect(clients.models.mergeVersionAliases({ name, versionAliases: ['x1'] })).rejects.toMatchObject({
      code: 3,
    });
  });

  test('etag and update time change with them', async () => {
    await upload();
    const before = await get();
    await clients.models.mergeVersionAliases({ name: `${name}@1`, versionAliases: ['x1'] });
    expect((await get())['etag']).not.toBe(before['etag']);
  });
});

describe('updating', () => {
  const update = (model: object, paths: string[]): Promise<unknown> =>
    clients.models.updateModel({ model, updateMask: { paths } });

  test('a model and a version each have their own fields and labels, which reads merge', async () => {
    await upload({ labels: { a: 'version' } });
    await update({ name, displayName: 'new', labels: { b: 'model' } }, ['display_name', 'labels']);
    await update({ name: `${name}@1`, versionDescription: 'why' }, ['versionDescription']);
    expect(await get()).toMatchObject({
      displayName: 'new',
      versionDescription: 'why',
      labels: { a: 'version', b: 'model' },
    });
    await update({ name: `${name}@1`, labels: { c: 'x' } }, ['labels']);
    expect((await get())['labels']).toEqual({ b: 'model', c: 'x' });
  });

  test('mixing them, immutable fields, no mask and an old etag are refused', async () => {
    await upload();
    await expect(update({ name: `${name}@1`, displayName: 'x' }, ['display_name'])).rejects.toMatchObject({ code: 9 });
    await expect(update({ name, versionDescription: 'x' }, ['version_description'])).rejects.toMatchObject({ code: 9 });
    await expect(update({ name, artifactUri: 'gs://b' }, ['artifact_uri'])).rejects.toMatchObject({ code: 3 });
    await expect(update({ name }, [])).rejects.toMatchObject({ code: 3 });
    await expect(update({ name, etag: 'old', displayName: 'x' }, ['display_name'])).rejects.toMatchObject({ code: 10 });
    await update({ name, etag: (await get())['etag'], displayName: 'x' }, ['display_name']);
  });
});

describe('listing', () => {
  test('versions come in pages, and are found by labels', async () => {
    await upload({ labels: { commit: 'c1' } });
    for (let i = 2; i <= 5; i++) await addVersion({ labels: { commit: `c${i}` } });
    const [versions] = await clients.models.listModelVersions({ name, pageSize: 2 });
    expect(versions.map(({ name }) => name!.split('@')[1])).toEqual(['1', '2', '3', '4', '5']);
    const [found] = await clients.models.listModelVersions({ name, filter: 'labels.commit="c3"' });
    expect(found.map(({ versionId }) => versionId)).toEqual(['3']);
    const pages = clients.emulator.calls().filter(({ request }) => request['pageSize'] === 2);
    expect(pages.length).toBeGreaterThanOrEqual(3);
  });

  test('models are found by id, name and label; a read mask cuts them down', async () => {
    await upload({ displayName: `only ${id}`, labels: { [id]: 'x' } });
    const list = async (filter: string): Promise<string[]> =>
      (await clients.models.listModels({ parent: PARENT, filter }))[0].map((model) => model.name!.split('/').pop()!);
    expect(await list(`model=${id}`)).toEqual([id]);
    expect(await list(`display_name="only ${id}"`)).toEqual([id]);
    expect(await list(`labels.${id}:*`)).toEqual([id]);
    const [[model]] = await clients.models.listModels({
      parent: PARENT,
      filter: `model=${id}`,
      readMask: { paths: ['name', 'version_id'] },
    });
    expect(model).toMatchObject({ versionId: '1', displayName: '' });
    expect(await clients.models.listModels({ parent: 'projects/other-project/locations/europe-west4' })).toEqual([
      [],
      null,
      null,
    ]);
  });
});

describe('deleting', () => {
  test('a version, then the model, each at once', async () => {
    await upload();
    await addVersion();
    await expect(clients.models.deleteModelVersion({ name: `${name}@1` })).rejects.toMatchObject({ code: 9 });
    const [operation] = await clients.models.deleteModelVersion({ name: `${name}@2` });
    expect(operation.name).toMatch(/^projects\/\d+\/locations\/europe-west4\/operations\/\d+$/);
    expect(operation.latestResponse.done).toBe(true);
    await expect(clients.models.deleteModelVersion({ name: `${name}@1` })).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining('only version') as unknown,
    });
    await done(clients.models.deleteModel({ name }));
    await expect(get()).rejects.toMatchObject({ code: 5 });
  });
});

describe('evaluations', () => {
  test('belong to a version', async () => {
    await upload();
    await addVersion();
    const [evaluation] = await clients.models.importModelEvaluation({
      parent: `${name}@2`,
      modelEvaluation: {
        displayName: 'gate',
        metricsSchemaUri: 'gs://schema',
        metrics: helpers.toValue({ auc: 0.79 }),
      },
    });
    expect(evaluation.name).toMatch(/\/models\/model-\d+\/evaluations\/\d{19}$/);
    const [read] = await clients.models.getModelEvaluation({ name: evaluation.name! });
    expect(read.metrics).toMatchObject({ structValue: { fields: { auc: { numberValue: 0.79 } } } });
    const [ofTwo] = await clients.models.listModelEvaluations({ parent: `${name}@2` });
    expect(ofTwo).toHaveLength(1);
    const [ofDefault] = await clients.models.listModelEvaluations({ parent: name });
    expect(ofDefault).toHaveLength(0);
  });
});

describe('copying', () => {
  test('gives a model of the same content that says where it is from', async () => {
    await upload({ labels: { team: 'risk' } });
    const copy = await done<Uploaded>(
      clients.models.copyModel({ parent: PARENT, sourceModel: `${name}@1`, modelId: `${id}-copy` }),
    );
    const [model] = await clients.models.getModel({ name: copy.model });
    expect(model).toMatchObject({
      versionId: '1',
      versionAliases: ['default'],
      labels: { team: 'risk' },
      containerSpec: { imageUri: 'host/image' },
      originalModelInfo: { model: expect.stringMatching(new RegExp(`/models/${id}@1$`)) as unknown },
      modelSourceInfo: { copy: true },
    });
    const second = await done<Uploaded>(
      clients.models.copyModel({ parent: PARENT, sourceModel: name, parentModel: copy.model }),
    );
    expect(second.modelVersionId).toBe('2');
  });
});
