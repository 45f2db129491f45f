import type { PolicyCheck } from './checks.ts';

/** What the judged value has to do with its limit. Both are about bounds, and never both true. */
export interface Question {
  limit: number;
  met(low: number, high: number): boolean;
  missed(low: number, high: number): boolean;
}

export function questionOf({ requirement, metric }: PolicyCheck): Question {
  const higher = metric.better === 'higher';
  if (requirement.kind === 'bound') {
    const limit = requirement.bound;
    return higher
      ? { limit, met: (low) => low >= limit, missed: (_, high) => high < limit }
      : { limit, met: (_, high) => high <= limit, missed: (low) => low > limit };
  }
  const advantage = requirement.kind === 'superiority' ? requirement.margin : -requirement.margin;
  const limit = higher ? advantage : -advantage;
  return higher
    ? { limit, met: (low) => low > limit, missed: (_, high) => high <= limit }
    : { limit, met: (_, high) => high < limit, missed: (low) => low >= limit };
}
