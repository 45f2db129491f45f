import type { Point } from '@mlops-actions/statistics';
import { html, type Html } from '@mlops-actions/action-kit';

/** One axis. */
export interface Axis {
  label: string;
  from: number;
  to: number;
  ticks: readonly number[];
  show(tick: number): string;
}

/** What is drawn into a plot, in the units of its axes. */
export type Layer =
  /** A line through points; `name` puts it into the legend. */
  | { kind: 'line'; points: readonly Point[]; style: LineStyle; name?: string }
  /** Steps: bars of equal width from the left end of the axis to its right end. */
  | { kind: 'steps'; heights: readonly number[]; style: LineStyle; name?: string };

/** How a line looks; styles differ in their dashes too, so that nothing depends on seeing colours. */
export type LineStyle = 'candidate' | 'champion' | 'reference' | 'events' | 'others';

export interface Plot {
  title: string;
  /** What it shows and how to read it, in a sentence or two. */
  caption: string;
  x: Axis;
  y: Axis;
  layers: readonly Layer[];
}

const WIDTH = 432;
const HEIGHT = 320;
const PLACE = { left: 56, right: 404, top: 14, bottom: 262 };

/** An axis of shares, in percent. */
export const percentAxis = (label: string): Axis => ({
  label,
  from: 0,
  to: 1,
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  show: (tick) => `${Math.round(100 * tick)} %`,
});

/** An axis over `from` to `to` with ticks at round numbers. */
export function numberAxis(label: string, from: number, to: number, show = (tick: number): string => `${tick}`): Axis {
  const [low, high] = to > from ? [from, to] : [from - 0.5, from + 0.5];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return { label, from: low, to: high, ticks, show };
}

/** A figure: an SVG of the plot, with legend and caption. */
export function figure(plot: Plot): Html {
  const toX = (value: number): number => scale(value, plot.x, PLACE.left, PLACE.right);
  const toY = (value: number): number => scale(value, plot.y, PLACE.bottom, PLACE.top);
  const named = plot.layers.filter((layer) => layer.name !== undefined);
  return html`<figure>
<figcaption><h3>${plot.title}</h3><p>${plot.caption}</p></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${plot.title}. ${plot.caption}">
<g class="grid">${plot.x.ticks.map((tick) => html`<path d="M${at(toX(tick))} ${PLACE.top}V${PLACE.bottom}"/>`)}${plot.y.ticks.map(
    (tick) => html`<path d="M${PLACE.left} ${at(toY(tick))}H${PLACE.right}"/>`,
  )}</g>
<g class="ticks x">${plot.x.ticks.map((tick) => html`<text x="${at(toX(tick))}" y="${PLACE.bottom + 18}">${plot.x.show(tick)}</text>`)}</g>
<g class="ticks y">${plot.y.ticks.map((tick) => html`<text x="${PLACE.left - 8}" y="${at(toY(tick) + 4)}">${plot.y.show(tick)}</text>`)}</g>
<text class="axis" x="${(PLACE.left + PLACE.right) / 2}" y="${PLACE.bottom + 40}">${plot.x.label}</text>
<text class="axis" transform="translate(13 ${(PLACE.top + PLACE.bottom) / 2}) rotate(-90)">${plot.y.label}</text>
${plot.layers.map((layer) => html`<path class="${layer.kind} ${layer.style}" d="${pathOf(layer, plot, toX, toY)}"/>`)}
</svg>
<ul class="legend">${named.map(
    ({ style, name }) =>
      html`<li><svg viewBox="0 0 32 10" aria-hidden="true"><path class="line ${style}" d="M1 5H31"/></svg> ${name}</li>`,
  )}</ul>
</figure>
`;
}

function scale(value: number, { from, to }: Axis, start: number, end: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return start + share * (end - start);
}

const at = (coordinate: number): string => String(Number(coordinate.toFixed(1)));

function pathOf(layer: Layer, { x }: Plot, toX: (value: number) => number, toY: (value: number) => number): string {
  if (layer.kind === 'line') {
    return layer.points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${at(toX(px))} ${at(toY(py))}`).join('');
  }
  const width = (x.to - x.from) / layer.heights.length;
  const tops = layer.heights.map((height, bar) => `V${at(toY(height))}H${at(toX(x.from + (bar + 1) * width))}`);
  return `M${at(toX(x.from))} ${PLACE.bottom}${tops.join('')}V${PLACE.bottom}`;
}
