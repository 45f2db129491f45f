/**
 * What a check concluded. Only `pass` lets a release go on: `inconclusive` says that the evidence could not decide
 * (too little data, say), and a fault is an error that leaves no verdict at all.
 */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

const SEVERITY: Record<Verdict, number> = { pass: 0, inconclusive: 1, fail: 2 };

/** The worst of several verdicts. No verdicts at all is `inconclusive`: nothing was shown. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst: Verdict | undefined;
  for (const verdict of verdicts) {
    if (worst === undefined || SEVERITY[verdict] > SEVERITY[worst]) worst = verdict;
  }
  return worst ?? 'inconclusive';
}
