import { formatBytes, formatDuration } from '@mlops-actions/action-kit';
import { median, row } from '../figures.ts';
import type { ForeignBuilder } from './foreign.ts';
import { MODEL_BYTES, SHARDS, type Setting } from './setting.ts';
import type { Traffic } from './traffic.ts';
import type { Cost, Watched } from './watch.ts';

/** What one round measured. */
export interface Round {
  full: Watched;
  hashed: Watched;
  known: Watched;
  /** In the order of the builders. */
  foreign: { full: Cost; codeOnly: Cost }[];
}

const BUILDS = [
  { key: 'full', name: 'build and push', other: 'full', sent: MODEL_BYTES + 65_536 },
  { key: 'hashed', name: 'code changed, hashed', other: 'codeOnly', sent: 65_536 },
  { key: 'known', name: 'code changed, known', other: 'codeOnly', sent: 65_536 },
] as const;

/** Prints the medians, beside the other builders' and the targets. */
export function print(
  setting: Setting,
  builders: readonly ForeignBuilder[],
  rounds: readonly Round[],
  traffic: Record<(typeof BUILDS)[number]['key'], Traffic>,
): void {
  const where = `pushed to ${setting.registry.name}; median of ${rounds.length}`;
  console.log(`Model image: ${formatBytes(MODEL_BYTES)} in ${SHARDS} files, ${where}`);
  for (const { key, name, other, sent } of BUILDS) {
    const own = middle(rounds.map((round) => round[key]));
    const ofProcessors = own.cpu > 0 ? `, ${formatDuration(own.cpu)} of processors` : '';
    row(name, `${formatDuration(own.time)}${ofProcessors}`);
    const { up, down } = traffic[key];
    const sizes = `${formatBytes(up)} sent, ${formatBytes(down)} received`;
    row('', sizes, `new layers and 64 KiB, nothing of the base`, up <= sent + SHARDS * 4096 && down <= 65_536);
    for (const [index, builder] of builders.entries()) {
      const theirs = middle(rounds.map((round) => round.foreign[index]![other]));
      const compare = (which: keyof Cost): string =>
        `${formatDuration(theirs[which])}: ${(theirs[which] / own[which]).toFixed(1)} times`;
      const factor = builder.factors[key];
      const from = other === 'full' ? '' : `, from ${builder.startsFrom}`;
      const target = factor === undefined ? undefined : `at least ${factor} times`;
      row(`  ${builder.name}`, `${compare('time')}${from}`, target, theirs.time / own.time >= (factor ?? 0));
      if (own.cpu > 0) row('    of processors', compare('cpu'));
    }
  }
  const memory = Math.max(...rounds.flatMap(({ full, hashed, known }) => [full.memory, hashed.memory, known.memory]));
  if (memory > 0) row('peak memory', formatBytes(memory), 'under 256 MB', memory < 256_000_000);
}

const middle = (costs: readonly Cost[]): Cost => ({
  time: median(costs.map(({ time }) => time)),
  cpu: median(costs.map(({ cpu }) => cpu)),
});
