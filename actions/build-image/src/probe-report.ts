import {
  formatBytes,
  formatDuration,
  md,
  mdBlock,
  mdCode,
  mdDetails,
  mdJoin,
  mdTable,
  type Markdown,
} from '@mlops-actions/action-kit';
import { formatLatency } from './budgets.ts';
import type { ProbeResult } from './probe.ts';
import type { RuntimeFacts } from './runtime.ts';

/** The probe in the job summary. */
export function summariseProbe(probe: ProbeResult): Markdown {
  const mismatches = probe.mismatches.map(({ line, at, expected, actual }) => [
    String(line),
    mdCode(at === '' ? '.' : at),
    mdCode(expected),
    mdCode(actual),
  ]);
  return mdJoin(
    md`**Probe**: ${probe.finding}`,
    mdTable(['', ''], measuredRows(probe)),
    ...probe.warnings.map((warning) => md`⚠️ ${warning}`),
    mismatches.length === 0 ? undefined : mdTable(['Golden line', 'Place', 'Expected', 'Answered'], mismatches),
    probe.passed || !probe.logTail ? undefined : mdDetails("End of the server's log", mdBlock(probe.logTail)),
  );
}

/** What an image was started by, as people read it. */
export function formatRuntime(runtime: RuntimeFacts): string {
  if (runtime.name === 'process') return 'a process of the runner, not isolated';
  return `${runtime.name} ${runtime.version}, ${runtime.network === 'none' ? 'no network' : 'internal network'}`;
}

function measuredRows(probe: ProbeResult): [string, string][] {
  const { runtime, healthyAfter, latency, peakMemory, memorySource, malformed } = probe;
  const rows: [string, string][] = [['Started by', formatRuntime(runtime)]];
  if (healthyAfter !== undefined) rows.push(['Healthy after', formatDuration(healthyAfter)]);
  for (const [percentile, time] of Object.entries(latency ?? {}))
    rows.push([`Latency ${percentile}`, formatLatency(time)]);
  if (peakMemory !== undefined)
    rows.push([
      'Peak memory',
      `${formatBytes(peakMemory)}, ${memorySource === 'cgroup' ? 'with files held in memory' : 'resident'}`,
    ]);
  for (const { request, status } of malformed) rows.push([`Answer to ${request}`, String(status)]);
  return rows;
}
