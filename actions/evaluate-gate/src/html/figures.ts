import {
  calibrationBins,
  classView,
  classWeights,
  precisionRecallCurve,
  rocCurve,
  type Point,
  type Sample,
} from '@mlops-actions/statistics';
import type { Evidence } from '../evidence.ts';
import type { Policy } from '../policy.ts';
import { show, showPercent } from '../sentences.ts';
import type { Html } from '@mlops-actions/action-kit';
import { figure, numberAxis, percentAxis, type Layer } from './plot.ts';

/** The plots of a report; none where there are no rows. */
export function figures(evidence: Evidence, policy: Policy): Html[] {
  const [candidate, champion] = evidence.samples ?? [];
  if (candidate === undefined) return [];
  switch (policy.task) {
    case 'binary':
      return [
        roc(candidate, champion),
        precisionRecall(candidate, champion),
        calibration(candidate, champion, policy.plan.bins),
        ...distributions(candidate, champion),
      ];
    case 'multiclass':
      return policy.classes!.map((name, k) =>
        calibration(classView(candidate, k), champion && classView(champion, k), policy.plan.bins, name),
      );
    case 'regression':
      return [errors(candidate, champion)];
    case 'quantile':
      return [levels(candidate, champion, policy.plan.levels!)];
    case 'ranking':
      return [];
  }
}

/** One layer a model. */
const ofModels = (
  candidate: Sample,
  champion: Sample | undefined,
  points: (sample: Sample) => readonly Point[],
): Layer[] => [
  ...(champion === undefined
    ? []
    : [{ kind: 'line', points: points(champion), style: 'champion', name: 'champion' } as const]),
  { kind: 'line', points: points(candidate), style: 'candidate', name: 'candidate' },
];

const roc = (candidate: Sample, champion: Sample | undefined): Html =>
  figure({
    title: 'Ranking (ROC curve)',
    caption:
      'How many of the events are found (upwards) at the price of how many false alarms (to the right). The further up and left, the better; the dotted line is guessing.',
    x: percentAxis('false alarms among rows without the event'),
    y: percentAxis('events found'),
    layers: [
      {
        kind: 'line',
        points: [
          [0, 0],
          [1, 1],
        ],
        style: 'reference',
        name: 'guessing',
      },
      ...ofModels(candidate, champion, rocCurve),
    ],
  });

function precisionRecall(candidate: Sample, champion: Sample | undefined): Html {
  const { events, others } = classWeights(candidate);
  const rate = events / (events + others);
  return figure({
    title: 'Precision and recall',
    caption: `Of the rows that are called events, how many are (upwards), as more and more events are found (to the right). Guessing stays at ${showPercent(rate)}, the share of events.`,
    x: percentAxis('events found (recall)'),
    y: percentAxis('of those called, right (precision)'),
    layers: [
      {
        kind: 'line',
        points: [
          [0, rate],
          [1, rate],
        ],
        style: 'reference',
        name: 'guessing',
      },
      ...ofModels(candidate, champion, precisionRecallCurve),
    ],
  });
}

const calibration = (candidate: Sample, champion: Sample | undefined, bins: number, className?: string): Html =>
  figure({
    title: className === undefined ? 'Calibration' : `Calibration of ${className}`,
    caption: `What share of ${className === undefined ? 'events' : `'${className}'`} was observed (upwards) where the model predicted that share (to the right), in ${bins} bins of equal width. On the dotted line predictions can be taken at their word; below it they are too high.`,
    x: percentAxis('predicted probability'),
    y: percentAxis(className === undefined ? 'observed share of events' : 'observed share'),
    layers: [
      {
        kind: 'line',
        points: [
          [0, 0],
          [1, 1],
        ],
        style: 'reference',
        name: 'as predicted',
      },
      ...ofModels(candidate, champion, (sample) =>
        calibrationBins(sample, bins).map(({ predicted, observed }): Point => [predicted, observed]),
      ),
    ],
  });

/** What share of the observed values lies below the forecasts of each level. */
const levels = (candidate: Sample, champion: Sample | undefined, promised: readonly number[]): Html =>
  figure({
    title: 'Levels of the forecasts',
    caption:
      'What share of the observed values lay below the forecasts (upwards) that promised that share (to the right). On the dotted line forecasts can be taken at their word.',
    x: percentAxis('promised share below'),
    y: percentAxis('observed share below'),
    layers: [
      {
        kind: 'line',
        points: [
          [0, 0],
          [1, 1],
        ],
        style: 'reference',
        name: 'as promised',
      },
      ...ofModels(candidate, champion, ({ labels, outputs, weights }) =>
        promised.map((level, index): Point => {
          let [below, total] = [0, 0];
          labels.forEach((label, row) => {
            total += weights[row]!;
            if (label <= outputs[index]![row]!) below += weights[row]!;
          });
          return [level, below / total];
        }),
      ),
    ],
  });

const HISTOGRAM_BINS = 25;

/** Of every model, the scores of rows with and without the event, on one scale of heights. */
function distributions(candidate: Sample, champion: Sample | undefined): Html[] {
  const models = [
    { name: 'candidate', sample: candidate },
    ...(champion === undefined ? [] : [{ name: 'champion', sample: champion }]),
  ].map(({ name, sample }) => ({
    name,
    events: histogram(sample, sample.scores, [0, 1], (label) => label === 1),
    others: histogram(sample, sample.scores, [0, 1], (label) => label !== 1),
  }));
  const highest = Math.max(...models.flatMap(({ events, others }) => [...events, ...others]));
  return models.map(({ name, events, others }) =>
    figure({
      title: `Scores of the ${name}`,
      caption: `Which scores rows with and without the event get; each outline holds 100 % of its rows. The less the two overlap, the better the ${name} tells them apart.`,
      x: percentAxis('score'),
      y: numberAxis('share of the rows', 0, highest, (tick) => showPercent(tick)),
      layers: [
        { kind: 'steps', heights: others, style: 'others', name: 'without the event' },
        { kind: 'steps', heights: events, style: 'events', name: 'with the event' },
      ],
    }),
  );
}

/** Distances of predictions from the observed value, within the range that holds the middle 98 % of them. */
function errors(candidate: Sample, champion: Sample | undefined): Html {
  const errorsOf = ({ labels, scores }: Sample): Float64Array => scores.map((score, row) => score - labels[row]!);
  const all = [candidate, ...(champion === undefined ? [] : [champion])].flatMap((sample) => [
    ...errorsOf(sample).sort().filter(isMiddle),
  ]);
  const reach = all.reduce((largest, error) => Math.max(largest, Math.abs(error)), 0) || 1;
  const range = [-reach, reach] as const;
  const heights = (sample: Sample): number[] => histogram(sample, errorsOf(sample), range, () => true);
  const layers: Layer[] = [
    ...(champion === undefined
      ? []
      : [{ kind: 'steps', heights: heights(champion), style: 'champion', name: 'champion' } as const]),
    { kind: 'steps', heights: heights(candidate), style: 'candidate', name: 'candidate' },
  ];
  const highest = Math.max(...layers.flatMap((layer) => (layer.kind === 'steps' ? layer.heights : [])));
  return figure({
    title: 'Errors',
    caption:
      'How far predictions lie from what was observed. The narrower and the more centred on 0, the better. The outermost 1 % at either end counts to the last bar.',
    x: numberAxis('prediction minus observed value', ...range, show),
    y: numberAxis('share of the rows', 0, highest, (tick) => showPercent(tick)),
    layers,
  });
}

const isMiddle = (_: number, index: number, { length }: { length: number }): boolean =>
  index >= 0.01 * length && index <= 0.99 * length;

/** Share of the weight of the chosen rows by bins of equal width; values beyond the range count to the outermost bins. */
function histogram(
  { labels, weights }: Sample,
  values: Float64Array,
  [from, to]: readonly [number, number],
  chosen: (label: number) => boolean,
): number[] {
  const sums = new Array<number>(HISTOGRAM_BINS).fill(0);
  let total = 0;
  values.forEach((value, row) => {
    if (!chosen(labels[row]!)) return;
    const bin = Math.floor(((value - from) / (to - from)) * HISTOGRAM_BINS);
    sums[Math.min(HISTOGRAM_BINS - 1, Math.max(0, bin))]! += weights[row]!;
    total += weights[row]!;
  });
  return sums.map((sum) => (total === 0 ? 0 : sum / total));
}
