/**
 * Measures what evaluate-gate promises, over seeded worlds whose truth is known: how often it passes a candidate that lies exactly on the limit, and
 * how often its intervals hold the true value. `npm run simulate [-- worlds [false-passes|coverage]]`; 10,000 worlds, which tell 2.5 % from 3 %, take some minutes. Exits with 1
 * if a promise is broken by more than chance.
 */
import type { Gate } from '@mlops-actions/manifest';
import {
  estimateDifference,
  estimateMetric,
  makeSample,
  METRICS,
  normalCdf,
  normalPdf,
  random,
  wilson,
  type Estimate,
  type EstimatePlan,
  type Random,
} from '@mlops-actions/statistics';
import { evidenceOfPredictions } from '../actions/evaluate-gate/src/evidence.ts';
import { judge } from '../actions/evaluate-gate/src/judge.ts';
import { makePolicy } from '../actions/evaluate-gate/src/policy.ts';
import type { JoinedPredictions } from '../actions/evaluate-gate/src/join.ts';

const worlds = Number(process.argv[2] ?? 10_000);
if (!Number.isSafeInteger(worlds) || worlds < 100) throw new Error('Give a whole number of worlds, at least 100.');

const part = process.argv[3];

const ROWS = 500;
const EVENT_RATE = 0.3;
/** Share of the variance of one model's noise that the other's has too, as models of the same rows have. */
const SHARED = 0.6;
const THRESHOLD = 0.35;
/** The chance that each of the two claims of a 95 % interval is wrong. */
const ALPHA = 0.025;
const plan: EstimatePlan = { threshold: THRESHOLD, bins: 10, resamples: 800, seed: 1 };

let broken = 0;
if (part !== 'coverage') falsePasses();
if (part !== 'false-passes') coverage();
process.exitCode = broken === 0 ? 0 : 1;

/**
 * Two models of one world: the evidence of an event is normal with mean `strength`, of another row normal with mean 0, and scores are the true
 * probabilities of the event given that evidence. Women, who are every other row, have `shift` more of the candidate's evidence.
 */
function world(seed: number, candidate: number, champion: number, shift = 0): JoinedPredictions {
  const generator = random(seed);
  const labels: number[] = [];
  const scores: [number[], number[]] = [[], []];
  for (let row = 0; row < ROWS; row++) {
    const label = generator.uniform() < EVENT_RATE ? 1 : 0;
    const shared = normal(generator) * Math.sqrt(SHARED);
    labels.push(label);
    [candidate, champion].forEach((strength, model) => {
      const noise = shared + normal(generator) * Math.sqrt(1 - SHARED);
      const more = model === 0 && row % 2 === 0 ? shift : 0;
      scores[model]!.push(probability(strength * label + noise + more, strength));
    });
  }
  return {
    task: 'binary',
    candidate: makeSample(labels, scores[0]),
    champion: makeSample(labels, scores[1]),
    events: labels.reduce((sum, label) => sum + label, 0),
    attributes: new Map([['sex', labels.map((_, row) => (row % 2 === 0 ? 'female' : 'male'))]]),
  };
}

function normal(generator: Random): number {
  return Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
}

/** Bayes: the probability of the event, given evidence of this strength. */
function probability(evidence: number, strength: number): number {
  const logit = strength * evidence - strength ** 2 / 2 + Math.log(EVENT_RATE / (1 - EVENT_RATE));
  return 1 / (1 + Math.exp(-logit));
}

/** The evidence from which the probability reaches the threshold. */
function cut(strength: number): number {
  const logit = Math.log(THRESHOLD / (1 - THRESHOLD)) - Math.log(EVENT_RATE / (1 - EVENT_RATE));
  return logit / strength + strength / 2;
}

/** True values of metrics of a model of some strength. */
function truth(metric: string, strength: number): number {
  const found = normalCdf(strength - cut(strength));
  const spared = normalCdf(cut(strength));
  switch (metric) {
    case 'auc':
      return normalCdf(strength / Math.SQRT2);
    case 'ks':
      return 2 * normalCdf(strength / 2) - 1;
    case 'recall':
      return found;
    case 'specificity':
      return spared;
    case 'accuracy':
      return EVENT_RATE * found + (1 - EVENT_RATE) * spared;
    case 'precision':
      return (EVENT_RATE * found) / (EVENT_RATE * found + (1 - EVENT_RATE) * (1 - spared));
    case 'brier':
      return integral((x) => {
        const p = probability(x, strength);
        return EVENT_RATE * normalPdf(x - strength) * (1 - p) ** 2 + (1 - EVENT_RATE) * normalPdf(x) * p ** 2;
      });
    default:
      throw new Error(`The true value of '${metric}' is not known here.`);
  }
}

function integral(density: (x: number) => number): number {
  const step = 0.001;
  let sum = 0;
  for (let x = -9; x <= 12; x += step) sum += density(x) * step;
  return sum;
}

/** Share of rows with an event called, among those whose evidence is shifted. */
function selectionRate(strength: number, shift: number): number {
  const limit = cut(strength) - shift;
  return EVENT_RATE * normalCdf(strength - limit) + (1 - EVENT_RATE) * normalCdf(-limit);
}

/** How often the gate passes what lies on the limit, and so must not pass but by chance. */
function falsePasses(): void {
  const [weak, strong] = [1, 1.3];
  const gap = (metric: string): number => Math.abs(truth(metric, strong) - truth(metric, weak));
  const shift = 0.4;
  const parity = selectionRate(strong, shift) - selectionRate(strong, 0);
  const margin = (metric: string): Gate['checks'][number] => ({ metric, 'non-inferiority-margin': gap(metric) });
  const bound = (metric: string): Gate['checks'][number] => ({ metric, bound: truth(metric, weak) });

  const gates: [name: string, checks: Gate['checks'], candidate: number, champion: number, shift: number][] = [
    ['AUC, worse by just the margin', [margin('auc')], weak, strong, 0],
    ['AUC, better than an equal champion', [{ metric: 'auc', 'superiority-margin': 0 }], weak, weak, 0],
    ['AUC, just on the bound', [bound('auc')], weak, strong, 0],
    ['accuracy, worse by just the margin', [margin('accuracy')], weak, strong, 0],
    ['recall, worse by just the margin', [margin('recall')], weak, strong, 0],
    ['Brier score, just on the bound', [bound('brier')], weak, strong, 0],
    ['Brier score, worse by just the margin', [margin('brier')], weak, strong, 0],
    ['three of these at once', [margin('auc'), margin('accuracy'), bound('brier')], weak, strong, 0],
    ['AUC in each of two slices, on the bound', [{ ...bound('auc'), slice: { column: 'sex' } }], weak, strong, 0],
    [
      'demographic parity, just on the bound',
      [{ metric: 'demographic-parity-difference', bound: parity, slice: { column: 'sex' } }],
      strong,
      strong,
      shift,
    ],
  ];
  console.log(`False passes of ${worlds} worlds of ${ROWS} rows, where at most ${percent(ALPHA)} may be\n`);
  for (const [name, checks, candidate, champion, more] of gates) {
    const policy = makePolicy(
      { checks, threshold: THRESHOLD, resamples: plan.resamples },
      { file: name, today: '2026-01-01' },
    );
    let passed = 0;
    for (let seed = 1; seed <= worlds; seed++) {
      const evidence = evidenceOfPredictions(world(seed, candidate, champion, more), policy.plan);
      if (judge(policy, evidence, true).verdict === 'pass') passed++;
    }
    row(name, passed, (low) => low <= ALPHA);
  }
}

/** How often 95 % intervals hold the true value. */
function coverage(): void {
  const [first, second] = [1.3, 1];
  const measured: [name: string, true_: number, estimate: (joined: JoinedPredictions) => Estimate][] = [];
  for (const name of ['auc', 'accuracy', 'recall', 'specificity', 'precision', 'brier', 'ks']) {
    const metric = METRICS.get(name)!;
    const difference = truth(name, first) - truth(name, second);
    measured.push(
      [metric.title, truth(name, first), ({ candidate }) => estimateMetric(metric, candidate, plan)],
      [
        `${metric.title}, difference`,
        difference,
        ({ candidate, champion }) => estimateDifference(metric, candidate, champion!, plan),
      ],
    );
  }
  const missed = new Map(measured.map(([name]) => [name, 0]));
  for (let seed = 1; seed <= worlds; seed++) {
    const joined = world(seed, first, second);
    for (const [name, value, estimate] of measured) {
      const [low, high] = estimate(joined).bounds(ALPHA);
      if (value < low || value > high) missed.set(name, missed.get(name)! + 1);
    }
  }
  console.log(`\n95 % intervals that hold the true value, of ${worlds}, where 93 % to 97 % should\n`);
  for (const [name, misses] of missed) row(name, worlds - misses, (low, high) => low <= 0.97 && high >= 0.93);
}

/** Prints a share with the range that chance leaves it, and counts it as broken if all of that range breaks the promise. */
function row(name: string, count: number, isKept: (low: number, high: number) => boolean): void {
  const [low, high] = wilson(count, worlds, 0.005);
  const kept = isKept(low, high);
  if (!kept) broken++;
  console.log(
    `${kept ? '  ' : '! '}${name.padEnd(42)} ${percent(count / worlds).padStart(8)}   (chance: ${percent(low)} to ${percent(high)})`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
