import type { CheckResult } from '../judge.ts';
import { html, type Html } from '@mlops-actions/action-kit';

const WIDTH = 240;
const HEIGHT = 28;
const MIDDLE = WIDTH / 2;
const REACH = MIDDLE - 10;

/**
 * One row of a forest plot: the interval that decides beside the limit, which stands in the middle of every row. Better is to the right,
 * whichever way the metric points. Rows have different units, so each has a scale of its own.
 */
export function forestRow({ judged, better, verdict, name }: CheckResult): Html {
  const sign = better === 'higher' ? 1 : -1;
  const beyond = (value: number): number => sign * (value - judged.limit);
  const [worst, best] = sign > 0 ? [judged.low, judged.high] : [judged.high, judged.low];
  const known = [worst, best, judged.value].map(beyond).filter(Number.isFinite).map(Math.abs);
  const unit = Math.max(...known, Number.MIN_VALUE) * 1.1;
  const x = (value: number): number => {
    const share = Math.max(-1, Math.min(1, beyond(value) / unit));
    return Number((MIDDLE + share * REACH).toFixed(1));
  };
  const y = HEIGHT / 2;
  return html`<svg class="forest ${verdict}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${`Interval of ${name} beside its limit; the row's text says it in numbers.`}"><rect class="met" x="${MIDDLE}" y="0" width="${MIDDLE}" height="${HEIGHT}"/><path class="limit" d="M${MIDDLE} 0V${HEIGHT}"/>${
    Number.isNaN(judged.value)
      ? undefined
      : html`<path class="whisker" d="M${x(worst)} ${y}H${x(best)}M${x(worst)} ${y - 5}V${y + 5}M${x(best)} ${y - 5}V${y + 5}"/><circle cx="${x(judged.value)}" cy="${y}" r="4.5"/>`
  }</svg>`;
}
