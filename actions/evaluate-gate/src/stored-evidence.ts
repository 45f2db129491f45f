import { UserError } from '@mlops-actions/action-kit';
import { independentDifference, type Estimate, type Statistic } from '@mlops-actions/statistics';
import type { Evidence } from './evidence.ts';
import type { Policy } from './policy.ts';
import { measurement, type Measurements } from './service.ts';
import { estimateOf, pointEstimate } from './stored-estimate.ts';
import type { StoredMetric, StoredMetrics } from './stored-metrics.ts';

/** Evidence from stored metrics. Differences take the two as independent, which is cautious where the rows were the same. */
export function evidenceOfMetrics(
  candidate: StoredMetrics,
  champion: StoredMetrics | undefined,
  policy: Policy,
  measurements: Measurements = { sources: [], values: new Map() },
): Evidence {
  const look = (model: StoredMetrics, metric: Statistic): StoredMetric => {
    const found = model.metrics.get(metric.name);
    if (found === undefined)
      throw new UserError(`'${model.file}' has no metric '${metric.name}', which the policy asks for.`);
    return found;
  };
  const estimate = (model: StoredMetrics, metric: Statistic): Estimate => {
    const made = estimateOf(look(model, metric), metric);
    if (made !== undefined) return made;
    if (policy.allowPointMetrics) return pointEstimate(look(model, metric));
    throw new UserError(`'${model.file}' gives '${metric.name}' as a bare number, without sample size or interval.`, {
      fix: "Add 'n' (and 'positives'), 'standard-error' or 'interval', or give prediction files; gate.allow-point-metrics accepts bare numbers.",
    });
  };
  return {
    kind: 'metrics',
    unit: 'row',
    hasChampion: champion !== undefined,
    samples: undefined,
    value: (model, metric) => (model === 'candidate' ? candidate : champion)?.metrics.get(metric.name)?.value,
    estimate: (model, metric) => {
      const stored = model === 'candidate' ? candidate : champion;
      if (stored === undefined) throw new Error('A champion was asked for where there is none.');
      return estimate(stored, metric);
    },
    shifts: () => {
      throw new Error('Stored metrics have no rows to be counted.');
    },
    measured: (metric) => measurement(measurements, metric),
    slices: () => {
      throw new Error('Stored metrics have no rows to be sliced.');
    },
    difference: (metric) => {
      if (champion === undefined) throw new Error('A difference was asked for without a champion.');
      return independentDifference(estimate(candidate, metric), estimate(champion, metric));
    },
    degraded: () => [
      {
        how: 'every metric of the candidate, moved half way to the worst that it can be',
        spoilt: 'everything',
        evidence: evidenceOfMetrics(degrade(candidate, policy), champion, policy, measurements),
      },
    ],
    remarks: () => [
      'Judged by stored metrics: whether both models were measured on the same rows cannot be seen from them.',
    ],
  };
}

/** Rows of the candidate beside stored metrics of the champion: differences take the two as independent. */
export function againstStored(own: Evidence, champion: StoredMetrics, policy: Policy): Evidence {
  const stored = evidenceOfMetrics(champion, undefined, policy);
  return {
    ...own,
    hasChampion: true,
    value: (model, metric) =>
      model === 'candidate' ? own.value(model, metric) : champion.metrics.get(metric.name)?.value,
    estimate: (model, statistic) =>
      model === 'candidate' ? own.estimate(model, statistic) : stored.estimate('candidate', statistic),
    difference: (metric) =>
      independentDifference(own.estimate('candidate', metric), stored.estimate('candidate', metric)),
    degraded: (rules) =>
      own
        .degraded(rules)
        .map(({ evidence, ...rest }) => ({ ...rest, evidence: againstStored(evidence, champion, policy) })),
    remarks: () => [
      ...own.remarks(),
      `The champion was not scored on these rows: it is judged by the metrics that the registry holds of '${champion.file}'.`,
    ],
  };
}

function degrade(model: StoredMetrics, policy: Policy): StoredMetrics {
  const metrics = new Map(
    [...model.metrics].map(([name, stored]) => {
      const { metric } = policy.checks.find((check) => check.metric.name === name)!;
      const worst = metric.range[metric.better === 'higher' ? 0 : 1];
      // Where there is no worst, it is moved by as much as it is large.
      const away = Number.isFinite(worst)
        ? (worst - stored.value) / 2
        : Math.sign(worst) * Math.max(1, Math.abs(stored.value));
      const { interval } = stored;
      return [
        name,
        {
          ...stored,
          value: stored.value + away,
          ...(interval !== undefined && {
            interval: { ...interval, low: interval.low + away, high: interval.high + away },
          }),
        },
      ] as const;
    }),
  );
  return { file: model.file, metrics };
}
