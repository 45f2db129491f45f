import { robustBaseline } from '@mlops-actions/drift';
import { binomialCdf, fisherGreater } from '@mlops-actions/statistics';
import { known } from './record.ts';
import { sequenceReach } from './sequence.ts';
import type { Finding } from './types.ts';

/** What a service did in a window. */
export interface ServiceWindow {
  from: string;
  requests: number;
  errors: number;
  /** Latencies in milliseconds by quantile, 0 to 1. */
  latencies: readonly { quantile: number; milliseconds: number }[];
}

export interface ServicePolicy {
  /** Largest share of requests that may fail. */
  'maximum-error-rate': number;
  /** Largest latency by quantile. */
  'maximum-latency-ms'?: readonly { quantile: number; milliseconds: number }[];
  /** More than this many times the error rate of past windows is an anomaly. */
  'error-rate-ratio': number;
  /** More than this many times the usual latency is an anomaly. */
  'latency-ratio': number;
  confidence: number;
  /** With fewer requests the window is inconclusive. */
  'minimum-requests': number;
  /** With fewer past windows there is no baseline. */
  'minimum-history': number;
}

export const DEFAULT_SERVICE: ServicePolicy = {
  // 99 % availability, the least that services of a bank are bought with.
  'maximum-error-rate': 0.01,
  'error-rate-ratio': 3,
  'latency-ratio': 2,
  confidence: 0.99,
  'minimum-requests': 200,
  'minimum-history': 6,
};

/**
 * Judges a service's errors and latencies: against bounds, and against past windows where there are enough.
 *
 * An error rate fails if it is above its limit and chance cannot account for that (exact binomial; Fisher's exact test against the past). A latency quantile
 * fails above its bound; against the past if it is off by more than the ratio and farther than usual (see `robustBaseline`). A quantile with fewer than
 * five requests beyond it is not known, and inconclusive.
 */
export function judgeService(
  current: ServiceWindow,
  history: readonly ServiceWindow[],
  policy: ServicePolicy,
  subject = 'endpoint',
): Finding[] {
  const { requests, errors } = current;
  const finding = { kind: 'service', subject, rows: requests } as const;
  if (!(Number.isSafeInteger(requests) && Number.isSafeInteger(errors) && errors >= 0 && errors <= requests)) {
    return [
      {
        ...finding,
        metric: 'error-rate',
        verdict: 'inconclusive',
        reason: `The service reports ${errors} errors of ${requests} requests, which cannot be.`,
      },
    ];
  }
  if (requests < policy['minimum-requests']) {
    return [
      {
        ...finding,
        metric: 'error-rate',
        verdict: 'inconclusive',
        reason: `The service cannot be judged: it had ${requests} of the ${policy['minimum-requests']} requests that it takes.`,
      },
    ];
  }
  const past = history.filter(({ from }) => Date.parse(from) < Date.parse(current.from));
  const hasBaseline = past.length >= Math.max(2, policy['minimum-history']);
  return [
    errorsAgainstBound(current, policy, finding),
    ...(hasBaseline ? [errorsAgainstPast(current, past, policy, finding)] : []),
    ...(policy['maximum-latency-ms'] ?? []).map((bound) => latencyAgainstBound(current, bound, finding)),
    ...(hasBaseline
      ? current.latencies.flatMap((latency) => latencyAgainstPast(current, latency, past, policy, finding))
      : []),
  ];
}

type Common = Pick<Finding, 'kind' | 'subject' | 'rows'>;

function errorsAgainstBound({ requests, errors }: ServiceWindow, policy: ServicePolicy, common: Common): Finding {
  const limit = policy['maximum-error-rate'];
  const rate = errors / requests;
  const pValue = 1 - binomialCdf(errors - 1, requests, limit);
  const verdict = rate <= limit ? 'pass' : pValue <= 1 - policy.confidence ? 'fail' : 'inconclusive';
  return {
    ...common,
    metric: 'error-rate',
    value: rate,
    threshold: limit,
    verdict,
    reason: `${errors} of ${requests} requests failed (${percent(rate)}), where ${percent(limit)} may${chance(verdict)}.`,
  };
}

function errorsAgainstPast(
  { requests, errors }: ServiceWindow,
  past: readonly ServiceWindow[],
  policy: ServicePolicy,
  common: Common,
): Finding {
  const usual: [number, number] = [
    past.reduce((sum, window) => sum + window.errors, 0),
    past.reduce((sum, window) => sum + window.requests, 0),
  ];
  const [rate, before] = [errors / requests, usual[1] === 0 ? NaN : usual[0] / usual[1]];
  const finding = { ...common, metric: 'error-rate-ratio', threshold: policy['error-rate-ratio'] };
  if (Number.isNaN(before)) return { ...finding, verdict: 'inconclusive', reason: 'Past windows had no requests.' };
  const pValue = fisherGreater(usual, [errors, requests]);
  const isMore = rate > policy['error-rate-ratio'] * before;
  const verdict = !isMore ? 'pass' : pValue <= 1 - policy.confidence ? 'fail' : 'inconclusive';
  return {
    ...finding,
    ...known({ value: rate / before, reference: before }),
    verdict,
    reason: `${percent(rate)} of the requests failed; in past windows it was ${percent(before)}${chance(verdict)}.`,
  };
}

/** Requests beyond a quantile, without which it is not known. */
const REQUESTS_BEYOND = 5;

function latencyAgainstBound(
  current: ServiceWindow,
  bound: { quantile: number; milliseconds: number },
  common: Common,
): Finding {
  const metric = `latency-${name(bound.quantile)}`;
  const found = current.latencies.find(({ quantile }) => quantile === bound.quantile);
  const finding = { ...common, metric, threshold: bound.milliseconds };
  if (found === undefined || !(found.milliseconds >= 0 && found.milliseconds < Infinity)) {
    return { ...finding, verdict: 'inconclusive', reason: `The latency ${name(bound.quantile)} was not measured.` };
  }
  if (!isKnown(current.requests, bound.quantile)) {
    return {
      ...finding,
      verdict: 'inconclusive',
      reason: `${current.requests} requests do not show the latency ${name(bound.quantile)}.`,
    };
  }
  return {
    ...finding,
    value: found.milliseconds,
    verdict: found.milliseconds <= bound.milliseconds ? 'pass' : 'fail',
    reason: `The latency ${name(bound.quantile)} is ${format(found.milliseconds)} ms, where ${format(bound.milliseconds)} ms may be.`,
  };
}

function latencyAgainstPast(
  current: ServiceWindow,
  { quantile, milliseconds }: { quantile: number; milliseconds: number },
  past: readonly ServiceWindow[],
  policy: ServicePolicy,
  common: Common,
): Finding[] {
  const history = past.flatMap(({ from, latencies }) => {
    const same = latencies.find((latency) => latency.quantile === quantile);
    return same === undefined ? [] : [{ from, value: same.milliseconds }];
  });
  if (history.length < Math.max(2, policy['minimum-history']) || !isKnown(current.requests, quantile)) return [];
  if (!(milliseconds >= 0 && milliseconds < Infinity)) return [];
  const baseline = robustBaseline(current.from, history, 'none');
  const isMore = milliseconds > policy['latency-ratio'] * baseline.expected;
  const isUnusual = baseline.pValue(milliseconds) <= 1 - policy.confidence;
  const verdict = !isMore ? 'pass' : isUnusual ? 'fail' : 'inconclusive';
  return [
    {
      ...common,
      metric: `latency-${name(quantile)}-ratio`,
      value: milliseconds / baseline.expected,
      reference: baseline.expected,
      threshold: policy['latency-ratio'],
      verdict,
      reason: `The latency ${name(quantile)} is ${format(milliseconds)} ms; usual are ${format(baseline.expected)} ms${chance(verdict)}.`,
    },
  ];
}

/**
 * Judges the error rate of all requests since a release, again and again as they come in: by a confidence sequence, which holds at all times, so that
 * looking every few minutes raises no more false alarms than looking once.
 */
export function judgeServiceSoFar(
  { requests, errors }: Pick<ServiceWindow, 'requests' | 'errors'>,
  policy: ServicePolicy,
  subject = 'endpoint',
): Finding {
  const finding = { kind: 'service', subject, metric: 'error-rate-so-far', rows: requests } as const;
  const limit = policy['maximum-error-rate'];
  if (requests < policy['minimum-requests']) {
    return {
      ...finding,
      verdict: 'inconclusive',
      reason: `${requests} requests so far are too few of ${policy['minimum-requests']}.`,
    };
  }
  const rate = errors / requests;
  // Without a single error the spread would be 0: one more of each kind keeps it honest (A. Agresti and B. Caffo, 2000).
  const smoothed = (errors + 1) / (requests + 2);
  const reach = sequenceReach(Math.sqrt(smoothed * (1 - smoothed)), requests, 2 * (1 - policy.confidence));
  const low = Math.max(0, rate - reach);
  const high = Math.min(1, rate + reach);
  const verdict = low > limit ? 'fail' : rate <= limit ? 'pass' : 'inconclusive';
  return {
    ...finding,
    value: rate,
    low,
    high,
    threshold: limit,
    verdict,
    reason: `${errors} of ${requests} requests so far failed (${percent(rate)}, at all times within ${percent(low)} to ${percent(high)}), where ${percent(limit)} may.`,
  };
}

const isKnown = (requests: number, quantile: number): boolean =>
  requests * Math.min(quantile, 1 - quantile) >= REQUESTS_BEYOND;

const chance = (verdict: Finding['verdict']): string =>
  verdict === 'inconclusive' ? ', but chance alone could account for it' : '';

const name = (quantile: number): string => `p${format(100 * quantile)}`;

const format = (value: number): string => String(Number(value.toPrecision(3)));

const percent = (share: number): string => `${format(100 * share)} %`;
