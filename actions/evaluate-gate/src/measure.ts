import { UserError } from '@mlops-actions/action-kit';
import { estimateGap, independentDifference, type Estimate, type Gap } from '@mlops-actions/statistics';
import { isGap, isService, isShift, type PolicyCheck } from './checks.ts';
import type { Evidence, Model } from './evidence.ts';

/** What was measured for a check, or for one of its slices. */
export interface Measurement {
  check: PolicyCheck;
  /** The slice, if the check has slices that are judged each by itself. */
  label: string | undefined;
  title: string;
  estimate: Estimate;
  candidate: number;
  champion: number | undefined;
}

/** What the evidence says of a check: one measurement, or one for each slice. */
export function measure(check: PolicyCheck, evidence: Evidence): Measurement[] {
  const { metric, slice, requirement } = check;
  if (isGap(metric)) return [measureGap(check, metric, evidence)];
  if (isService(metric)) {
    const estimate = evidence.measured(metric);
    return [{ check, label: undefined, title: metric.title, estimate, candidate: estimate.value, champion: undefined }];
  }
  if (isShift(metric)) {
    const title = check.column === undefined ? metric.title : `${metric.title} of ${check.column}`;
    return evidence.shifts(slice!, check.column).map(({ label, estimate }) => ({
      check,
      label,
      title: `${title} where ${label}, beside all other rows`,
      estimate,
      candidate: estimate.value,
      champion: undefined,
    }));
  }
  const parts = slice === undefined ? [{ label: undefined, evidence }] : evidence.slices(slice);
  return parts.map(({ label, evidence: part }) => ({
    check,
    label,
    title: label === undefined ? metric.title : `${metric.title} where ${label}`,
    estimate: requirement.kind === 'bound' ? part.estimate('candidate', metric) : part.difference(metric),
    candidate: part.value('candidate', metric)!,
    champion: part.value('champion', metric),
  }));
}

function measureGap(check: PolicyCheck, gap: Gap, evidence: Evidence): Measurement {
  const slices = evidence.slices(check.slice!);
  if (slices.length < 2) {
    throw new UserError(
      `'${check.name}' compares slices, and '${check.slice!.column}' has the same value in every row.`,
    );
  }
  const gapOf = (model: Model): Estimate =>
    estimateGap(gap.of.map((statistic) => slices.map((slice) => slice.evidence.estimate(model, statistic))));
  const candidate = gapOf('candidate');
  const champion = evidence.hasChampion ? gapOf('champion') : undefined;
  return {
    check,
    label: undefined,
    title: `${gap.title} by ${check.slice!.column}`,
    estimate: check.requirement.kind === 'bound' ? candidate : independentDifference(candidate, champion!),
    candidate: candidate.value,
    champion: champion?.value,
  };
}
