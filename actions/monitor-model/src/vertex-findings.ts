import { count } from '@mlops-actions/action-kit';
import type { Finding } from '@mlops-actions/monitoring';

/** A distance that Vertex Model Monitoring, of either version, has measured. */
export interface Measurement {
  kind: 'input-drift' | 'prediction-drift';
  feature: string;
  /** Name of the finding's metric. */
  metric: string;
  /** What the feature moved away from, as the end of "has moved away from". */
  from: string;
  /** Not finite if it could not be measured. */
  value: number;
  threshold: number;
  isAnomaly: boolean;
}

/** What one version of Vertex Model Monitoring says of a window. */
export interface Measured {
  measurements: readonly Measurement[];
  /** Why there may be nothing, or not all; undefined if there is nothing to say. */
  doubt: string | undefined;
  /** Whether what is missing is still being measured, has failed, or just is not there: a failure counts whatever else was measured. */
  state: 'pending' | 'failed' | 'silent';
}

/** Findings about each feature, and whether anything was measured at all: a monitor that is silent is not one that is content. */
export function vertexFindings(measured: readonly Measured[]): Finding[] {
  const groups = Map.groupBy(
    measured.flatMap(({ measurements }) => measurements),
    ({ metric, feature }) => JSON.stringify([metric, feature]),
  );
  return [coverage(measured, groups.size), ...[...groups.values()].map(findingOf)];
}

/** Name of the finding that tells whether anything was measured. */
const COVERAGE = 'vertex-monitoring';

function coverage(measured: readonly Measured[], distances: number): Finding {
  const finding = { kind: 'input-drift', subject: 'endpoint', metric: COVERAGE, rows: 0 } as const;
  const doubts = measured.filter(
    ({ doubt, measurements, state }) =>
      doubt !== undefined && (distances === 0 || measurements.length > 0 || state === 'failed'),
  );
  if (distances > 0 && doubts.length === 0) {
    return { ...finding, verdict: 'pass', reason: `Vertex AI has measured ${count(distances, 'distance')}.` };
  }
  const reason = doubts.map(({ doubt }) => doubt).join(' ') || 'Neither a monitoring job nor a model monitor is there.';
  return {
    ...finding,
    verdict: 'inconclusive',
    reason,
    ...(doubts.some(({ state }) => state === 'pending') && { pending: true as const }),
  };
}

/** Findings of Vertex Model Monitoring among others. */
export const isOfVertex = ({ metric }: Finding): boolean => metric.startsWith('vertex-');

/** Whether it is still being measured. */
export const isAwaited = ({ metric, pending }: Finding): boolean => metric === COVERAGE && pending === true;

/** The finding about one feature and metric: the worst of what was measured in the window. */
function findingOf(group: readonly Measurement[]): Finding {
  const { kind, feature, metric, from } = group[0]!;
  const common = { kind, subject: feature, metric, rows: 0 };
  const finite = group.filter(({ value, threshold }) => Number.isFinite(value) && Number.isFinite(threshold));
  const anomalies = finite.filter(({ isAnomaly }) => isAnomaly);
  const worst = finite.toSorted((a, b) => b.value / b.threshold - a.value / a.threshold)[0];
  const numbers = worst === undefined ? {} : { value: worst.value, threshold: worst.threshold };
  if (anomalies.length > 0) {
    return {
      ...common,
      ...numbers,
      verdict: 'fail',
      reason: `'${feature}' has moved away from ${from} in ${anomalies.length} of ${count(group.length, 'measurement')} by Vertex AI.`,
    };
  }
  if (finite.length < group.length) {
    return {
      ...common,
      ...numbers,
      verdict: 'inconclusive',
      reason: `Vertex AI could not measure '${feature}' in ${group.length - finite.length} of ${count(group.length, 'measurement')}.`,
    };
  }
  return {
    ...common,
    ...numbers,
    verdict: 'pass',
    reason: `'${feature}' has not moved away from ${from} by Vertex AI.`,
  };
}
