import { describe, expect, test } from '@jest/globals';
import type { RunView, Task } from '@mlops-actions/pipelines';
import { Progress, stateWords } from '../src/progress.ts';
import { resultOf, type Outcome } from '../src/report.ts';

const task = (name: string, rest: Partial<Task>): Task => ({
  ...{ id: name, name, state: 'waiting', engineState: '', error: undefined, group: false },
  ...rest,
});
const view = (tasks: Task[], rest: Partial<RunView> = {}): RunView => ({
  ...{ state: 'running', engineState: 'RUNNING', error: undefined, tasks },
  ...rest,
});

const HOSTILE =
  '</details><img src=x onerror=alert(1)> | [click](javascript:alert(1)) `x`\n::set-output name=verdict::pass';

const outcome = (rest: Partial<Outcome>): Outcome => ({
  wanted: {
    target: {
      engine: 'airflow',
      options: { host: 'h', secrets: { token: 't', username: undefined, password: undefined }, pipeline: 'p' },
    },
    ...{ pipeline: 'p', parameters: new Map(), wait: true, timeout: 1, startTimeout: 1, cancelOnTimeout: false },
    ...{ pollInterval: 1, idempotencyKey: undefined, maxLogLines: 1 },
  },
  request: { key: 'k', keyIsGiven: false, fingerprint: 'f', parameters: {} },
  engine: { name: 'airflow', title: 'Airflow', pipeline: 'p', digest: undefined },
  ...{ dryRun: false, ending: undefined, failures: [], outputs: undefined, cancelled: undefined, interrupted: false },
  started: { run: { id: 'r', url: 'https://a/r' }, name: 'r', attached: false, attempt: 1 },
  ...rest,
});

describe('progress', () => {
  test('is one line a change, and nothing for what is yet to come', () => {
    const progress = new Progress();
    const waiting = [task('extract', {}), task('train', {})];
    expect(progress.lines(view(waiting, { state: 'queued', engineState: 'PENDING' }), 0)).toEqual([
      '0 ms: run queued (PENDING)',
    ]);
    const running = [task('extract', { state: 'running', engineState: 'RUNNING' }), task('train', {})];
    expect(progress.lines(view(running), 1000)).toEqual(['1.0 s: run running', '1.0 s: extract running']);
    expect(progress.lines(view(running), 2000)).toEqual([]);
    expect(progress.lines(view(running), 700_000)).toEqual([expect.stringMatching(/run still running, in extract$/)]);
    expect(progress.lines(view(running), 701_000)).toEqual([]);
    const done = [task('extract', { state: 'succeeded' }), task('train', { state: 'failed' })];
    expect(progress.lines(view(done, { state: 'failed', engineState: 'FAILED' }), 702_000)).toEqual([
      expect.stringMatching(/extract succeeded$/),
      expect.stringMatching(/train failed$/),
      expect.stringMatching(/run failed$/),
    ]);
  });

  test('keeps the word of the engine where it says more', () => {
    expect(stateWords('succeeded', 'success')).toBe('succeeded');
    expect(stateWords('cancelled', 'CANCELED')).toBe('cancelled');
    expect(stateWords('blocked', 'upstream_failed')).toBe('blocked (upstream_failed)');
  });
});

describe('the report', () => {
  const failed = {
    kind: 'ended',
    view: view([task(HOSTILE, { state: 'failed', engineState: 'FAILED', error: HOSTILE })], { state: 'failed' }),
  } as const;

  test('shows texts of the engine as texts', () => {
    const { summary } = resultOf(
      outcome({
        ending: failed,
        failures: [{ name: HOSTILE, engineState: 'FAILED', error: HOSTILE, log: [HOSTILE, '```'] }],
        request: { key: 'k', keyIsGiven: false, fingerprint: 'f', parameters: { [HOSTILE]: HOSTILE } },
        outputs: { parameters: { [HOSTILE]: HOSTILE }, artifacts: { [HOSTILE]: { uri: HOSTILE } } },
      }),
    );
    const outsideOfBlocks = summary.source.replace(/````\n[^]*?\n````/g, '');
    expect(outsideOfBlocks).not.toContain('<img');
    expect(outsideOfBlocks.match(/<\/?details>/g)).toEqual(['<details>', '</details>']);
    // The heading is one line of HTML, in which markdown is text.
    const markdown = outsideOfBlocks.replace(/^<details><summary>.*<\/summary>$/m, '');
    expect(markdown).not.toContain('](javascript');
  });

  test('has no secrets', () => {
    expect(JSON.stringify(resultOf(outcome({ ending: failed })).report)).not.toContain('"token"');
  });

  test('says of a run that failed without a task that failed what that means', () => {
    const ending = {
      kind: 'ended',
      view: view([task('extract', { state: 'succeeded' })], { state: 'failed', engineState: 'failed' }),
    } as const;
    expect(resultOf(outcome({ ending })).headline).toBe(
      'The run r of p failed: no task failed, so somebody marked it so.',
    );
  });

  test('leaves the outputs of tasks out where all would be more than GitHub takes', () => {
    const succeeded = { kind: 'ended', view: view([], { state: 'succeeded' }) } as const;
    const large = 'x'.repeat(1_000_000);
    const { outputs } = resultOf(
      outcome({ ending: succeeded, outputs: { parameters: { auc: 0.8, 'train.trace': large }, artifacts: {} } }),
    );
    expect(JSON.parse(outputs['outputs']!)).toEqual({ parameters: { auc: 0.8 }, artifacts: {} });
  });
});
