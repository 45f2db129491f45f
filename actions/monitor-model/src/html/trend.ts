import { html, type Html } from '@mlops-actions/action-kit';
import type { Finding } from '@mlops-actions/monitoring';
import { KIND_TITLES, show } from '../findings-text.ts';

const [WIDTH, HEIGHT] = [360, 170];
const PLACE = { left: 68, right: 344, top: 14, bottom: 132 };
const MOST_WINDOWS = 60;

/** The course of one metric over the windows, with its limit; each point in the colour of its verdict. */
export function trendFigure(course: readonly { from: string; finding: Finding }[]): Html {
  const points = course.filter(({ finding }) => finding.value !== undefined).slice(-MOST_WINDOWS);
  const last = points.at(-1)!.finding;
  const limit = limitOf(last);
  const values = points.flatMap(({ finding }) => [finding.value!, finding.low, finding.high]).concat(limit);
  const known = values.filter((value): value is number => value !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const margin = (most - least || Math.abs(most) || 1) * 0.08;
  const [low, high] = [least >= 0 && least < most / 2 ? 0 : least - margin, most + margin];
  const x = (index: number): number =>
    points.length === 1
      ? (PLACE.left + PLACE.right) / 2
      : PLACE.left + 8 + (index / (points.length - 1)) * (PLACE.right - PLACE.left - 16);
  const y = (value: number): number => PLACE.bottom - ((value - low) / (high - low)) * (PLACE.bottom - PLACE.top);
  const at = (coordinate: number): string => coordinate.toFixed(1);
  const ticks = [low, (low + high) / 2, high];
  const title = `${last.metric} of ${last.subject}`;
  return html`<figure>
<figcaption><h3>${title}</h3><p>${KIND_TITLES[last.kind]}${last.estimated === true ? ', estimated' : ''}: ${show(last.value)} now${limit === undefined ? '' : `, limit ${show(limit)}`}</p></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: ${points.map(({ from, finding }) => `${from.slice(0, 10)} ${show(finding.value)}`).join(', ')}">
<g class="grid">${ticks.map((tick) => html`<path d="M${PLACE.left} ${at(y(tick))}H${PLACE.right}"/>`)}</g>
<g class="ticks y">${ticks.map((tick) => html`<text x="${PLACE.left - 6}" y="${at(y(tick) + 4)}">${show(tick)}</text>`)}</g>
<g class="ticks"><text x="${PLACE.left}" y="${HEIGHT - 18}">${points[0]!.from.slice(0, 10)}</text>${points.length > 1 ? html`<text x="${PLACE.right}" y="${HEIGHT - 18}" text-anchor="end">${points.at(-1)!.from.slice(0, 10)}</text>` : undefined}</g>
${limit === undefined ? undefined : html`<path class="limit" d="M${PLACE.left} ${at(y(limit))}H${PLACE.right}"/>`}
${points.flatMap(({ finding: { low: from, high: to } }, index) => (from === undefined || to === undefined ? [] : [html`<path class="range" d="M${at(x(index))} ${at(y(from))}V${at(y(to))}"/>`]))}
<path class="course" d="${points.map(({ finding }, index) => `${index === 0 ? 'M' : 'L'}${at(x(index))} ${at(y(finding.value!))}`).join('')}"/>
${points.map(({ finding }, index) => html`<circle class="dot ${finding.verdict}" cx="${at(x(index))}" cy="${at(y(finding.value!))}" r="4.5"/>`)}
</svg>
</figure>
`;
}

/** Where a line can be drawn: a margin of loss is below the reference, other limits are values themselves. */
function limitOf({ kind, threshold, reference, value }: Finding): number | undefined {
  if (threshold === undefined) return undefined;
  const isQuality = kind === 'performance' || kind === 'estimated-performance' || kind === 'slice-performance';
  if (!isQuality || reference === undefined || value === undefined) return threshold;
  return value <= reference ? reference - threshold : reference + threshold;
}
