import { escapeHtml } from '@mlops-actions/action-kit';

/** An axis of a chart: a range of numbers, or names. */
interface Axis {
  title: string;
  min: number;
  max: number;
  names?: string[];
}

/** A Mermaid `xychart`, as far as it is drawn here. */
interface XyChart {
  title: string;
  x?: Axis;
  y?: Axis;
  series: { kind: 'line' | 'bar'; values: number[] }[];
}

const WIDTH = 460;
const HEIGHT = 280;
const PLOT = { left: 56, top: 28, right: 12, bottom: 44 };
const MAX_POINTS = 2000;

/** Draws Mermaid's `xychart` as SVG; undefined for any other chart and for one that it cannot read. */
export function drawXyChart(source: string): string | undefined {
  const chart = readXyChart(source);
  if (chart === undefined) return undefined;
  const points = Math.max(...chart.series.map((series) => series.values.length));
  const values = chart.series.flatMap((series) => series.values);
  const y = chart.y ?? { title: '', min: Math.min(0, ...values), max: Math.max(...values) };
  const span = y.max - y.min || 1;
  const plotWidth = WIDTH - PLOT.left - PLOT.right;
  const plotHeight = HEIGHT - PLOT.top - PLOT.bottom;
  const hasBars = chart.series.some((series) => series.kind === 'bar') || chart.x?.names !== undefined;
  // Bars stand in the middle of their share of the axis, lines reach from end to end.
  const xAt = (index: number): number =>
    PLOT.left +
    (hasBars
      ? ((index + 0.5) / points) * plotWidth
      : points === 1
        ? plotWidth / 2
        : (index / (points - 1)) * plotWidth);
  const yAt = (value: number): number =>
    PLOT.top + (1 - (Math.min(y.max, Math.max(y.min, value)) - y.min) / span) * plotHeight;

  const grid = Array.from({ length: 5 }, (_, step) => {
    const value = y.min + (span * step) / 4;
    const at = yAt(value).toFixed(1);
    return `<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at}" y2="${at}"/><text x="${PLOT.left - 6}" y="${at}" dy="0.32em" text-anchor="end">${shortNumber(value)}</text>`;
  });
  const drawn = chart.series.map(({ kind, values: series }, index) => {
    const style = `series s${index % 4}`;
    if (kind === 'bar') {
      const width = Math.max(1, (plotWidth / points) * 0.6);
      return series
        .map((value, at) => {
          const top = yAt(value);
          return `<rect class="${style}" x="${(xAt(at) - width / 2).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${Math.max(0, yAt(y.min) - top).toFixed(1)}"/>`;
        })
        .join('');
    }
    return `<polyline class="${style}" points="${series.map((value, at) => `${xAt(at).toFixed(1)},${yAt(value).toFixed(1)}`).join(' ')}"/>`;
  });
  const bottom = HEIGHT - PLOT.bottom + 16;
  const label = (x: number, text: string, anchor: string): string =>
    `<text x="${x.toFixed(1)}" y="${bottom}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
  const ticks =
    chart.x === undefined
      ? ''
      : chart.x.names !== undefined
        ? chart.x.names.map((name, index) => label(xAt(index), name, 'middle')).join('')
        : label(PLOT.left, shortNumber(chart.x.min), 'start') +
          label(WIDTH - PLOT.right, shortNumber(chart.x.max), 'end');
  const middle = PLOT.left + plotWidth / 2;
  return [
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(chart.title || 'Chart')}">`,
    ...grid,
    ...drawn,
    ticks,
    `<text x="${middle}" y="${HEIGHT - 8}" text-anchor="middle">${escapeHtml(chart.x?.title ?? '')}</text>`,
    `<text x="${PLOT.left}" y="14" text-anchor="start">${escapeHtml([chart.title, y.title].filter((text) => text !== '').join(' · '))}</text>`,
    '</svg>',
  ].join('');
}

function readXyChart(source: string): XyChart | undefined {
  const [head = '', ...lines] = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('%%'));
  if (!/^xychart(-beta)?$/.test(head)) return undefined;
  const chart: XyChart = { title: '', series: [] };
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'title') chart.title = unquote(rest);
    else if (word === 'x-axis') chart.x = readAxis(rest);
    else if (word === 'y-axis') chart.y = readAxis(rest);
    else if (word === 'line' || word === 'bar') {
      const values = /\[([^\]]*)\]/.exec(rest)?.[1]?.split(',').map(Number) ?? [];
      if (values.length === 0 || values.length > MAX_POINTS || !values.every(Number.isFinite)) return undefined;
      chart.series.push({ kind: word, values });
    } else return undefined;
  }
  return chart.series.length === 0 ? undefined : chart;
}

function readAxis(text: string): Axis | undefined {
  const [, quoted, plain = '', rest = ''] = /^(?:"([^"]*)"|([^"[\d-][^[\d-]*))?\s*(.*)$/.exec(text) ?? [];
  const title = decode(quoted ?? plain.trim());
  const range = /^(-?[\d.]+)\s*-->\s*(-?[\d.]+)$/.exec(rest);
  const names = /^\[([^\]]*)\]$/
    .exec(rest)?.[1]
    ?.split(',')
    .map((name) => unquote(name.trim()));
  const [min, max] = [Number(range?.[1] ?? 0), Number(range?.[2] ?? 0)];
  if (range !== null && !(min < max)) return undefined;
  return range === null && names === undefined ? undefined : { title, min, max, ...(names !== undefined && { names }) };
}

function unquote(text: string): string {
  return decode(text.replace(/^"(.*)"$/, '$1'));
}

/** Mermaid's `#35;` stands for a character. */
function decode(text: string): string {
  return text.replace(/#(\d{1,7});/g, (whole, code: string) => {
    const point = Number(code);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
