/**
 * Measures what the monitor promises, over seeded worlds whose truth is known: how often it raises an alarm where nothing drifts, how soon it does where
 * something does, and how often estimates without labels hold what labels show later. `npm run simulate:drift [-- worlds]`; 200 worlds take some
 * minutes. Exits with 1 if a promise is broken by more than chance.
 */
import { defaultRules, judgeDrift, type DriftMetric, type DriftRule } from '@mlops-actions/drift';
import {
  decide,
  DEFAULT_DECISIONS,
  emptyState,
  estimateWithoutLabels,
  fromDrift,
  makeRecord,
  type DecisionPolicy,
} from '@mlops-actions/monitoring';
import { makeSample, METRICS, random, wilson, type Random } from '@mlops-actions/statistics';
import type { Counts } from '@mlops-actions/tabular';
import { normal, normalWorld } from '../packages/drift/test/worlds.ts';

const worlds = Number(process.argv[2] ?? 200);
if (!Number.isSafeInteger(worlds) || worlds < 20) throw new Error('Give a whole number of worlds, at least 20.');

/** Windows of a quarter that is watched week by week. */
const WEEKS = 13;
const COLUMNS = 20;
const REFERENCE_ROWS = 2000;

let broken = 0;
falseAlarms();
delays();
coverage();
process.exitCode = broken === 0 ? 0 : 1;

/** How often a quarter without any drift has an alarm. */
function falseAlarms(): void {
  const once: DecisionPolicy = {
    ...DEFAULT_DECISIONS,
    alarms: { ...DEFAULT_DECISIONS.alarms, 'input-drift': { failures: 1, windows: 1 } },
  };
  // With a threshold of 0 nothing but chance decides: what the defaults add is the effect size.
  const chanceOnly = (metric: DriftMetric, names: readonly string[]): DriftRule[] =>
    names.map((column) => ({ column, metric, threshold: 0 }));
  const designs: [
    name: string,
    rows: number,
    correction: 'none' | 'benjamini-hochberg',
    policy: DecisionPolicy,
    byChance: boolean,
  ][] = [
    ['each p < 0.05, at once', 500, 'none', once, true],
    ['corrected over columns, at once', 500, 'benjamini-hochberg', once, true],
    ['corrected, 2 of 3 windows', 500, 'benjamini-hochberg', DEFAULT_DECISIONS, true],
    ['the defaults, 200 rows a window', 200, 'benjamini-hochberg', DEFAULT_DECISIONS, false],
    ['the defaults, 500 rows a window', 500, 'benjamini-hochberg', DEFAULT_DECISIONS, false],
  ];
  console.log(`No drift: ${worlds} quarters of ${WEEKS} windows, ${COLUMNS} columns, PSI\n`);
  console.log(`${''.padEnd(36)} ${'windows that fail'.padStart(20)} ${'quarters with an alarm'.padStart(24)}`);
  for (const [name, rows, correction, policy, byChance] of designs) {
    // By world: the windows of one share the luck of its reference.
    const failedWindows: number[] = [];
    let alarmedQuarters = 0;
    for (let seed = 1; seed <= worlds; seed++) {
      const { profile, window } = normalWorld(seed, COLUMNS, REFERENCE_ROWS);
      const rules = byChance
        ? chanceOnly(
            'psi',
            profile.columns.map((column) => column.name),
          )
        : defaultRules(profile);
      let [state, alarmed, failed] = [emptyState('simulated'), false, 0];
      for (let week = 0; week < WEEKS; week++) {
        const findings = fromDrift(judgeDrift(profile, window(rows), rules, { correction }));
        if (findings.some(({ kind, verdict }) => kind === 'input-drift' && verdict === 'fail')) failed++;
        const decision = decide(state, makeRecord({ window: weekOf(week), rows, modelVersion: '1', findings }), policy);
        state = decision.next;
        // Signals that are never sure are told, too, but that is no alarm of drift.
        alarmed ||= decision.alarms.length > 0;
      }
      failedWindows.push(failed / WEEKS);
      if (alarmed) alarmedQuarters++;
    }
    const perWindow = name.includes('at once');
    const windows = share(
      failedWindows.reduce((sum, failed) => sum + failed, 0),
      worlds,
    );
    const quarters = share(alarmedQuarters, worlds);
    const low = perWindow ? lowerBound(failedWindows) : wilson(alarmedQuarters, worlds, 0.005)[0];
    row(name, [windows.padStart(20), quarters.padStart(24)], name.startsWith('each') || low <= 0.05);
  }
}

/** What the mean of independent values exceeds with 99.5 % confidence, by the normal limit. */
function lowerBound(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return mean - 2.576 * Math.sqrt(variance / values.length);
}

/** In how many windows a shift is found. */
function delays(): void {
  console.log(
    `\nA shift of one of ${COLUMNS} columns, 1000 rows a window, the defaults: PSI above 0.25 in 2 of 3 windows\n`,
  );
  console.log(
    `${'shift (standard deviations)'.padEnd(36)} ${'PSI'.padStart(8)} ${'found in a quarter'.padStart(20)} ${'windows until then'.padStart(20)}`,
  );
  const few = Math.max(20, Math.round(worlds / 4));
  for (const shift of [0.25, 0.4, 0.5, 0.6, 0.75, 1]) {
    const [values, waits]: [number[], number[]] = [[], []];
    for (let seed = 1; seed <= few; seed++) {
      const { profile, window } = normalWorld(seed, COLUMNS, REFERENCE_ROWS);
      const rules = defaultRules(profile);
      let state = emptyState('simulated');
      for (let week = 0; week < WEEKS; week++) {
        const found = judgeDrift(profile, shiftedIn('x0', window(1000), window(1000, shift)), rules);
        values.push(found.find(({ column, metric }) => column === 'x0' && metric === 'psi')!.value!);
        const record = makeRecord({ window: weekOf(week), rows: 1000, modelVersion: '1', findings: fromDrift(found) });
        const decision = decide(state, record);
        state = decision.next;
        if (decision.alarms.length === 0) continue;
        waits.push(week + 1);
        break;
      }
    }
    const found = waits.length / few;
    const promised = shift < 0.3 ? found < 0.1 : shift < 0.7 || found > 0.95;
    row(
      String(shift),
      [
        (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2).padStart(8),
        share(waits.length, few).padStart(20),
        (waits.length === 0 ? '-' : String(waits.sort((a, b) => a - b)[waits.length >> 1]!)).padStart(20),
      ],
      promised,
    );
  }
}

/** A window in which one column comes from another. */
function shiftedIn(column: string, counts: Counts, shifted: Counts): Counts {
  return { ...counts, columns: new Map(counts.columns).set(column, shifted.columns.get(column)!) };
}

/** How often the bounds of an estimate without labels hold what the labels show. */
function coverage(): void {
  console.log(
    '\nEstimates without labels, 500 rows: 95 % bounds that hold what labels show, where 92 % to 98 % should if probabilities are true\n',
  );
  console.log(`${''.padEnd(36)} ${'probabilities true'.padStart(20)} ${'twice too low'.padStart(20)}`);
  const runs = worlds * 2;
  for (const metric of ['auc', 'accuracy', 'precision', 'recall', 'f1', 'brier']) {
    const held = [1, 2].map((factor) => {
      let count = 0;
      for (let seed = 1; seed <= runs; seed++) count += isHeld(metric, factor, random(seed)) ? 1 : 0;
      return count;
    });
    const [low, high] = wilson(held[0]!, runs, 0.005);
    row(
      METRICS.get(metric)!.title,
      [share(held[0]!, runs).padStart(20), share(held[1]!, runs).padStart(20)],
      low <= 0.98 && high >= 0.92,
    );
  }
}

function isHeld(metric: string, factor: number, generator: Random): boolean {
  const scores = Float64Array.from({ length: 500 }, () => 1 / (1 + Math.exp(1.5 - 1.5 * normal(generator))));
  const labels = scores.map((score) => (generator.uniform() < Math.min(1, factor * score) ? 1 : 0));
  const options = { threshold: 0.3, bins: 10 };
  const { low, high } = estimateWithoutLabels(metric, scores, scores, options, 0.95);
  const real = METRICS.get(metric)!.compute(makeSample(labels, scores), options);
  return low <= real && real <= high;
}

function weekOf(index: number): { from: string; to: string } {
  const at = (week: number): string => new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString();
  return { from: at(index), to: at(index + 1) };
}

/** Prints a line, and counts it as broken if what it promises does not hold. */
function row(name: string, cells: string[], kept: boolean): void {
  if (!kept) broken++;
  console.log(`${kept ? '  ' : '! '}${name.padEnd(34)} ${cells.join(' ')}`);
}

function share(count: number, of: number): string {
  return `${((100 * count) / of).toFixed(1)} %`;
}
