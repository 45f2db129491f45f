/** A check of how alike two parts of the rows are, rather than of how good a model is. */
export interface Shift {
  name: 'psi' | 'csi';
  title: string;
  better: 'lower';
  range: readonly [number, number];
  /** What is counted: what the candidate predicts, or a column of the attributes. */
  shiftOf: 'predictions' | 'attribute';
}

/** What an earlier step measured of how the model serves. */
export interface ServiceMetric {
  name: string;
  title: string;
  better: 'lower';
  range: readonly [number, number];
  unit: 'milliseconds' | 'bytes';
}

export const SHIFTS: ReadonlyMap<string, Shift> = new Map(
  (
    [
      ['psi', 'population stability index of the scores', 'predictions'],
      ['csi', 'characteristic stability index', 'attribute'],
    ] as const
  ).map(([name, title, shiftOf]) => [name, { name, title, better: 'lower', range: [0, Infinity], shiftOf }]),
);

const service = (name: string, title: string, unit: ServiceMetric['unit']): [string, ServiceMetric] => [
  name,
  { name, title: `${title} in ${unit}`, better: 'lower', range: [0, Infinity], unit },
];

export const SERVICE_METRICS: ReadonlyMap<string, ServiceMetric> = new Map([
  service('latency-p50', 'median latency', 'milliseconds'),
  service('latency-p95', '95th percentile of the latency', 'milliseconds'),
  service('latency-p99', '99th percentile of the latency', 'milliseconds'),
  service('start-time', 'time from start to the first healthy answer', 'milliseconds'),
  service('peak-memory', 'peak memory', 'bytes'),
  service('image-size', 'compressed size of the image', 'bytes'),
]);
