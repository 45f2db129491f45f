import { mdDetails, mdJoin, mdMermaid, md, type Markdown } from '@mlops-actions/action-kit';
import { rocCurve, type Sample } from '@mlops-actions/statistics';
import type { Evidence } from './evidence.ts';
import type { PolicyRecord } from './policy.ts';

/** Steps on the axis of false positives. */
const STEPS = 20;

/** ROC curves of both models as a Mermaid chart; nothing where there are no rows, or no classes. */
export function rocChart({ samples }: Evidence, { task }: Pick<PolicyRecord, 'task'>): Markdown | undefined {
  if (samples === undefined || task !== 'binary') return undefined;
  const lines = samples.map(
    (sample) =>
      `  line [${truePositiveRates(sample)
        .map((rate) => rate.toFixed(3))
        .join(', ')}]`,
  );
  const chart = mdMermaid(
    [
      'xychart-beta',
      '  x-axis "false positives, % of those without the event" 0 --> 100',
      '  y-axis "events found, %" 0 --> 100',
      ...lines,
    ].join('\n'),
  );
  const legend =
    samples.length === 2
      ? md`First line: candidate; second line: champion. The higher, the better; the diagonal is chance.`
      : md`The candidate. The higher, the better; the diagonal is chance.`;
  return mdDetails('ROC curves', mdJoin(chart, legend));
}

/** Percentage of events found at 0, 5, ..., 100 % false positives, by straight lines between the points of the curve. */
export function truePositiveRates(sample: Sample): number[] {
  const points = rocCurve(sample).map(([x, y]) => [100 * x, 100 * y] as const);
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const at = (100 * step) / STEPS;
    // Where the curve rises straight up, its top counts.
    const right = points.findIndex(([x]) => x > at + 1e-9);
    if (right < 0) return 100;
    const [x1, y1] = points[right]!;
    const [x0, y0] = points[right - 1] ?? [0, 0];
    return x1 === x0 ? y1 : Math.min(100, Math.max(0, y0 + ((y1 - y0) * (at - x0)) / (x1 - x0)));
  });
}
