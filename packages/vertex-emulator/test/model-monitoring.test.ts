import { afterEach, expect, test } from '@jest/globals';
import { startEmulator, type Emulator, type MonitoringResult } from '../src/index.ts';

let emulator: Emulator;
afterEach(() => emulator.close());

const found: MonitoringResult = {
  ...{ deployedModelId: '1', objective: 'RAW_FEATURE_DRIFT', feature: 'income', value: 0.4, threshold: 0.3 },
  ...{ startTime: '2026-10-01T00:00:00Z', endTime: '2026-10-01T01:00:00Z' },
};

const put = async (body: unknown): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${emulator.adminUrl}/anomalies`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};

test('what the jobs have found is set by an option and by the admin server, which checks it', async () => {
  emulator = await startEmulator({ containers: false, anomalies: [found] });
  expect(await (await fetch(`${emulator.adminUrl}/anomalies`)).json()).toEqual([found]);
  expect(await put([{ ...found, value: 0.1 }])).toEqual({ status: 200, body: [{ ...found, value: 0.1 }] });
  for (const [change, error] of [
    [{ objective: 'DRIFT' }, "'objective' must be one of"],
    [{ value: 'much' }, "'value' must be a number"],
    [{ endTime: 'later' }, "'endTime' must be a time"],
    [{ feature: 1 }, "'feature' must be text"],
    [{ column: 'income' }, "'column' is not known"],
  ] as const) {
    expect(await put([{ ...found, ...change }])).toEqual({
      status: 400,
      body: { error: expect.stringContaining(`Anomaly 1: ${error}`) },
    });
  }
  expect((await put({})).status).toBe(400);
});
