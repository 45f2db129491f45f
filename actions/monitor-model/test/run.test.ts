import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => {
  workshop = await Workshop.open();
});
afterEach(() => workshop.close());

const september = { window: '2026-09', 'as-of': '2026-10-20' };
const october = { window: '2026-10', 'as-of': '2026-11-20' };

describe('a quiet month', () => {
  test('passes, opens nothing, sends nothing', async () => {
    await workshop.addMonth('2026-09');
    const result = await workshop.run(september);
    expect(result.outputs).toMatchObject({ action: 'none', breached: 'false', 'incident-url': '', dispatched: '' });
    expect(result).toMatchObject({ verdict: 'pass', headline: 'credit-risk is as it was in 2026-09.' });
    expect(workshop.issues).toEqual([]);
    expect(workshop.dispatches).toEqual([]);
    expect(workshop.github.requests()).toEqual([]);
  });

  test('counts only the rows of the window, of files that reach beyond it too', async () => {
    await workshop.addMonth('2026-09');
    await workshop.addMonth('2026-10', { shift: 4 });
    const result = await workshop.run({ window: '2026-09-01/2026-09-15', 'as-of': '2026-10-20' });
    expect(result.report).toMatchObject({ rows: 404, breached: false });
  });
});

describe('a drifted month', () => {
  beforeEach(() => workshop.addMonth('2026-10', { shift: 1.5 }));

  test('fails, opens one issue, and asks for retraining once', async () => {
    const result = await workshop.run(october);
    expect(result).toMatchObject({ verdict: 'fail', tolerated: false });
    expect(result.outputs).toMatchObject({ action: 'retrain', breached: 'true', dispatched: 'mlops-retrain' });
    expect(workshop.issues).toMatchObject([
      { state: 'open', labels: ['model-incident'], title: 'credit-risk: incident since 2026-10-01', comments: [] },
    ]);
    expect(workshop.issues[0]!.body).toContain('psi');
    expect(workshop.dispatches).toMatchObject([
      {
        eventType: 'mlops-retrain',
        clientPayload: {
          id: 'credit-risk//2026-10-01T00:00:00.000Z/credit-risk@1/retrain',
          model: 'credit-risk',
          'model-version': 'credit-risk@1',
          'incident-url': result.outputs['incident-url'],
          window: '2026-10-01T00:00:00.000Z/2026-11-01T00:00:00.000Z',
        },
      },
    ]);
  });

  test('judged again changes nothing', async () => {
    const first = await workshop.run(october);
    const [state, before] = [await workshop.readState(), workshop.github.state('acme/credit-risk')];
    const second = await workshop.run(october);
    expect(second.outputs).toEqual({ ...first.outputs, dispatched: '' });
    expect(await workshop.readState()).toBe(state);
    expect(workshop.github.state('acme/credit-risk')).toEqual(before);
  });

  test('is only told where nothing else is wanted', async () => {
    const result = await workshop.run({ ...october, 'on-breach': 'none' }, {});
    expect(result).toMatchObject({ verdict: 'fail', tolerated: true, outputs: { action: 'retrain', 'html-path': '' } });
    expect(workshop.github.requests()).toEqual([]);
  });

  test('of a dry run touches nothing', async () => {
    const result = await workshop.run({ ...october, 'dry-run': 'true' });
    expect(result.outputs).toMatchObject({ action: 'retrain', dispatched: '', 'state-path': '' });
    expect(workshop.github.requests()).toEqual([]);
    await expect(workshop.readState()).rejects.toThrow('ENOENT');
  });
});

describe('what goes wrong on the way', () => {
  beforeEach(() => workshop.addMonth('2026-10', { shift: 1.5 }));
  const call = (method: string, end: string): string => `${method} /repos/acme/credit-risk${end}`;

  test('an issue whose answer is lost is not opened twice', async () => {
    workshop.github.setFaults([{ at: call('POST', '/issues'), kind: 'lost-answer' }]);
    await workshop.run(october);
    expect(workshop.issues).toHaveLength(1);
  });

  test('an event whose answer is lost is sent again under the same id', async () => {
    workshop.github.setFaults([{ at: call('POST', '/dispatches'), kind: 'lost-answer' }]);
    await workshop.run(october);
    expect(new Set(workshop.dispatches.map(({ clientPayload }) => clientPayload['id'])).size).toBe(1);
  });

  test('a run that lost its state finds the issue and what it asked for', async () => {
    await workshop.run(october);
    await workshop.run({ ...october, state: workshop.file('another.json') });
    expect(workshop.issues).toHaveLength(1);
    expect(workshop.issues[0]!.comments).toEqual([]);
    expect(workshop.dispatches).toHaveLength(1);
  });

  test('without GitHub the verdict stands, the step says what was not done, and the next run does it', async () => {
    workshop.github.setFaults([{ kind: 'rate-limit', retryAfter: 7200, times: 100 }]);
    const result = await workshop.run(october);
    expect(result).toMatchObject({ verdict: 'fail', tolerated: false, outputs: { action: 'retrain', dispatched: '' } });
    expect(result.headline).toMatch(/The event failed.*rate limit/);
    workshop.github.setFaults([]);
    expect((await workshop.run(october)).outputs['dispatched']).toBe('mlops-retrain');
    expect(workshop.issues).toHaveLength(1);
  });

  test('a permission that is missing is named', async () => {
    const result = await workshop.run(october, { issues: 'write' });
    expect(result.headline).toContain('contents: write');
    expect(workshop.issues).toHaveLength(1);
    expect((await workshop.run(october)).outputs['dispatched']).toBe('mlops-retrain');
  });
});

test('a broken column calls for people, never for training', async () => {
  await workshop.addMonth('2026-10', { income: (value) => String(Math.round(value * 100)) });
  const result = await workshop.run(october);
  expect(result.outputs).toMatchObject({ action: 'investigate', dispatched: '' });
  expect(workshop.issues[0]!.body).toContain('out-of-range');
});

test('labels that come late raise the alarm that they would have raised at once', async () => {
  await workshop.addMonth('2026-09', { truth: 0, labelled: false });
  const before = await workshop.run({ window: '2026-09', 'as-of': '2026-10-02' });
  expect(before.outputs).toMatchObject({ breached: 'false', action: 'none' });
  expect(before.report['findings']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'performance', pending: true }),
      expect.objectContaining({ kind: 'estimated-performance', estimated: true }),
    ]),
  );
  await workshop.addLabels('2026-09');
  await workshop.addMonth('2026-10', { labelled: false });
  const after = await workshop.run({ window: '2026-10', 'as-of': '2026-11-02' });
  expect(after.report).toMatchObject({ rejudgedWindows: ['2026-09'], breached: true, action: 'rollback' });
  expect(workshop.dispatches).toMatchObject([{ eventType: 'mlops-rollback' }]);
  await workshop.run({ window: '2026-10', 'as-of': '2026-11-02' });
  expect(workshop.dispatches).toHaveLength(1);
});

test('an incident heals, closes its issue, and is opened again when it comes back', async () => {
  const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
  const shifts = [1.5, 0, 0, 0, 1.5];
  const states: string[] = [];
  for (const [index, month] of months.entries()) {
    await workshop.addMonth(month, { shift: shifts[index]! });
    await workshop.run({ window: month, 'as-of': '2026-12-01' });
    states.push(workshop.issues[0]!.state);
  }
  expect(states).toEqual(['open', 'open', 'open', 'closed', 'open']);
  expect(workshop.issues).toHaveLength(1);
  expect(workshop.issues[0]!.comments.map(({ body }) => body.split('\n')[0])).toEqual([
    expect.stringContaining('Healed'),
    expect.stringContaining('It came back'),
  ]);
});

test('hostile names are text wherever they are shown', async () => {
  const region = '</td><img src=x onerror=alert(1)>@octocat #1 ::error::x `';
  await workshop.addMonth('2026-10', { region });
  const result = await workshop.run(october);
  const shown = [workshop.issues[0]!.body!, result.summary.source, workshop.issues[0]!.title].join('\n');
  expect(shown).not.toMatch(/<img|@octocat|\n::error/);
});

describe('the state', () => {
  test('in an artifact is that of the newest run on the default branch', async () => {
    await workshop.addMonth('2026-09', { shift: 1.5 });
    const inputs = { state: 'artifact:monitor-state' };
    await workshop.run({ ...september, ...inputs });
    const upload = async (run: { headBranch?: string }): Promise<void> => {
      const files = new Map([['monitor-state.json', Buffer.from(await workshop.readState())]]);
      workshop.github.uploadArtifact('acme/credit-risk', { name: 'monitor-state', files, ...run });
    };
    await upload({ headBranch: 'main' });
    await workshop.addMonth('2026-10');
    const result = await workshop.run({ ...october, ...inputs });
    expect(result.report).toMatchObject({ incident: { opened: '2026-09-01T00:00:00.000Z', quietWindows: 1 } });
  });

  test('of another model, or broken, is an error and no fresh start', async () => {
    await workshop.addMonth('2026-10');
    await workshop.run(october);
    const { writeFile } = await import('node:fs/promises');
    for (const text of ['', '{}', (await workshop.readState()).replaceAll('"credit-risk"', '"other"')]) {
      await writeFile(workshop.file('state.json'), text);
      await expect(workshop.run(october)).rejects.toThrow(/The monitor's state/);
    }
  });
});
