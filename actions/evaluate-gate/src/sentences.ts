import type { Requirement } from './checks.ts';
import type { CheckResult } from './judge.ts';
import type { CurrentWaiver } from './waivers.ts';

/** A number of a metric as people read it: four decimals, or four digits if it is above 1, or two if it is tiny. */
export function show(value: number): string {
  if (Number.isNaN(value)) return 'undefined';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text =
    size >= 1000
      ? value.toFixed(0)
      : size >= 1
        ? value.toPrecision(4)
        : size >= 0.001
          ? value.toFixed(4)
          : value.toPrecision(2);
  return Number(text).toString().replace('-', '−');
}

/** The same with its sign. */
export const showSigned = (value: number): string => (value > 0 ? `+${show(value)}` : show(value));

/** A share as a percentage, with no more digits than it needs. */
export const showPercent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

/** What a check demands, in a few words. */
export function demand(requirement: Requirement, better: CheckResult['better']): string {
  switch (requirement.kind) {
    case 'bound':
      return `${better === 'higher' ? 'at least' : 'at most'} ${show(requirement.bound)}`;
    case 'non-inferiority':
      return `worse by less than ${show(requirement.margin)}`;
    case 'superiority':
      return requirement.margin === 0 ? 'better' : `better by more than ${show(requirement.margin)}`;
  }
}

/** One sentence on a check for somebody who is not a statistician. */
export function sentence(check: CheckResult): string {
  const finding =
    check.reason !== undefined
      ? `${capital(check.title)} cannot be judged: ${check.reason}.`
      : check.requirement.kind === 'bound'
        ? boundSentence(check)
        : differenceSentence(check);
  return check.waiver === undefined || check.verdict === 'pass'
    ? finding
    : `${finding} ${waiverSentence(check.waiver)}`;
}

const waiverSentence = ({ owner, reason, expires, expired }: CurrentWaiver): string =>
  expired
    ? `The waiver of ${owner} expired on ${expires}, so that it fails.`
    : `Waived until ${expires} by ${owner}: ${reason}`;

function boundSentence({ title, better, judged, shown, requirement, rowsNeeded }: CheckResult): string {
  const direction = better === 'higher' ? '' : ' (lower is better)';
  const range =
    judged.low === judged.high
      ? judged.method
      : `with ${showPercent(judged.confidence)} confidence it is between ${show(judged.low)} and ${show(judged.high)}`;
  const start = `${capital(title)} is ${show(judged.value)}${direction}; ${range}`;
  const limit = demand(requirement, better);
  switch (shown) {
    case 'pass':
      return `${start}, which meets the demand of ${limit}.`;
    case 'fail':
      return `${start}, which misses the demand of ${limit}.`;
    case 'inconclusive':
      return `${start}, so these rows cannot tell whether it is ${limit}.${moreRows(rowsNeeded)}`;
  }
}

function differenceSentence(check: CheckResult): string {
  const { title, better, judged, shown, requirement, rowsNeeded } = check;
  const advantage = better === 'higher' ? judged.value : -judged.value;
  const [worst, best] = better === 'higher' ? [judged.low, judged.high] : [-judged.high, -judged.low];
  const relation =
    advantage === 0
      ? 'as good as'
      : advantage > 0
        ? `${show(advantage)} better than`
        : `${show(-advantage)} worse than`;
  const start =
    `In ${title} the candidate is ${relation} the champion; ` +
    `with ${showPercent(judged.confidence)} confidence it is between ${side(worst)} and ${side(best)}`;
  // What would have to be shown, and whether showing it is a pass.
  const [claim, good] = claimOf(requirement);
  switch (shown) {
    case 'pass':
      return `${start}, so it is ${good ? '' : 'not '}${claim}.`;
    case 'fail':
      return `${start}, so it is ${good ? 'not ' : ''}${claim}.`;
    case 'inconclusive':
      return `${start}, so these rows cannot tell whether it is ${claim}.${moreRows(rowsNeeded)}`;
  }
}

const side = (advantage: number): string =>
  advantage === 0 ? 'equal' : advantage > 0 ? `${show(advantage)} better` : `${show(-advantage)} worse`;

function claimOf(requirement: Requirement): [claim: string, good: boolean] {
  if (requirement.kind === 'superiority') return [demand(requirement, 'higher'), true];
  const margin = requirement.kind === 'bound' ? 0 : requirement.margin;
  return [margin === 0 ? 'as good or worse' : `worse by ${show(margin)} or more`, false];
}

const moreRows = (rows: number | undefined): string =>
  rows === undefined ? '' : ` About ${Number(rows.toPrecision(2))} rows would tell, if the truth is what was measured.`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
