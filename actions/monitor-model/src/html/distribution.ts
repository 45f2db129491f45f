import { html, type Html } from '@mlops-actions/action-kit';
import type { ColumnCounts, ColumnProfile } from '@mlops-actions/tabular';
import { show } from '../findings-text.ts';

/** Share of the rows in one group of values, then and now. */
export interface Group {
  name: string;
  then: number;
  now: number;
}

/** Groups that a figure shows; of numbers the tenths of the reference. */
const MOST_GROUPS = 10;

/** The distribution of a column beside that of the reference: tenths of the reference for numbers, the commonest values for others, and what is missing. */
export function groupsOf(profile: ColumnProfile, counts: ColumnCounts): Group[] {
  if (profile.kind === 'categorical') {
    return counts.kind === 'categorical' ? categories(profile, counts) : [];
  }
  return counts.kind === 'categorical' ? [] : tenths(profile, counts);
}

type NumericProfile = Exclude<ColumnProfile, { kind: 'categorical' }>;
type BinCounts = Exclude<ColumnCounts, { kind: 'categorical' }>;

function tenths(profile: NumericProfile, counts: BinCounts): Group[] {
  const [allThen, allNow] = [total(profile.bins), total(counts.bins)];
  const write = (edge: number): string =>
    profile.kind === 'timestamp' ? new Date(edge).toISOString().slice(0, 10) : show(edge);
  const groups: Group[] = [];
  let [start, then, now, seen] = [undefined as number | undefined, 0, 0, 0];
  profile.bins.forEach((bin, index) => {
    then += bin;
    now += counts.bins[index] ?? 0;
    seen += bin;
    const end = profile.edges[index];
    const isFull = seen >= ((groups.length + 1) * allThen) / MOST_GROUPS - 1e-9;
    if (end === undefined || (isFull && groups.length < MOST_GROUPS - 1)) {
      const name =
        start === undefined
          ? end === undefined
            ? 'all'
            : `below ${write(end)}`
          : end === undefined
            ? `from ${write(start)}`
            : `${write(start)} to ${write(end)}`;
      groups.push({ name, then: share(then, allThen), now: share(now, allNow) });
      [start, then, now] = [end, 0, 0];
    }
  });
  const [badThen, badNow] = [
    profile.nulls + profile.nans + profile.invalid,
    counts.nulls + counts.nans + counts.invalid,
  ];
  return withMissing(groups, share(badThen, allThen + badThen), share(badNow, allNow + badNow), 'missing or invalid');
}

function categories(
  profile: Extract<ColumnProfile, { kind: 'categorical' }>,
  counts: Extract<ColumnCounts, { kind: 'categorical' }>,
): Group[] {
  const listed = profile.categories.map(({ value, count }, index) => ({
    name: value === '' ? '(empty)' : value,
    then: count,
    now: counts.categories[index] ?? 0,
  }));
  const allThen = total(listed.map(({ then }) => then)) + profile.other;
  const allNow = total(counts.categories) + counts.other;
  const shown = listed.slice(0, MOST_GROUPS);
  const rest = listed.slice(MOST_GROUPS);
  const groups = shown.map(({ name, then, now }) => ({ name, then: share(then, allThen), now: share(now, allNow) }));
  const others = {
    name: rest.length === 0 ? 'others' : 'others and rare ones',
    then: share(profile.other + total(rest.map(({ then }) => then)), allThen),
    now: share(counts.other + total(rest.map(({ now }) => now)), allNow),
  };
  if (others.then > 0 || others.now > 0) groups.push(others);
  return withMissing(
    groups,
    share(profile.nulls, allThen + profile.nulls),
    share(counts.nulls, allNow + counts.nulls),
    'missing',
  );
}

function withMissing(groups: Group[], then: number, now: number, name: string): Group[] {
  return then > 0 || now > 0 ? [...groups, { name: `${name} (of all rows)`, then, now }] : groups;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
const share = (count: number, all: number): number => (all === 0 ? 0 : count / all);

const [WIDTH, LABELS, ROW, BAR] = [440, 150, 34, 11];

/** Paired bars, one pair a group. */
export function distributionFigure(title: string, caption: string, groups: readonly Group[]): Html {
  const largest = Math.max(0.01, ...groups.flatMap(({ then, now }) => [then, now]));
  const length = (value: number): string => ((value / largest) * (WIDTH - LABELS - 48)).toFixed(1);
  const height = groups.length * ROW + 6;
  return html`<figure>
<figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
<svg class="bars" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}: ${groups.map(({ name, then, now }) => `${name} ${percent(then)} then, ${percent(now)} now`).join('; ')}">
${groups.map(({ name, then, now }, index) => {
  const y = index * ROW + 4;
  return html`<text x="${LABELS - 8}" y="${y + 16}" text-anchor="end">${clip(name)}</text>
<rect class="then" x="${LABELS}" y="${y}" width="${length(then)}" height="${BAR}" rx="1.5"/><text class="share" x="${LABELS + Number(length(then)) + 5}" y="${y + 10}">${percent(then)}</text>
<rect class="now" x="${LABELS}" y="${y + BAR + 1}" width="${length(now)}" height="${BAR}" rx="1.5"/><text class="share" x="${LABELS + Number(length(now)) + 5}" y="${y + BAR + 11}">${percent(now)}</text>
`;
})}</svg>
</figure>
`;
}

const percent = (value: number): string => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;

/** Letters that fit beside the bars. */
const MOST_LETTERS = 22;
const clip = (text: string): string => {
  const letters = [...text];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join('')}…` : text;
};
