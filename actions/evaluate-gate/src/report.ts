import { count, Markdown, md, mdCode, mdDetails, mdJoin, mdTable, mdVerdict } from '@mlops-actions/action-kit';
import type { Evidence } from './evidence.ts';
import { worstFirst, type DecisionRecord, type Source } from './record.ts';
import { rocChart } from './roc-chart.ts';
import { demand, show, showPercent, showSigned } from './sentences.ts';

/** The job summary: what matters first, one sentence a check, all else folded. */
export function summarise(record: DecisionRecord, evidence: Evidence): Markdown {
  return mdJoin(
    record.champion === 'none' ? NO_CHAMPION : undefined,
    record.negativeControl.proven ? undefined : CANNOT_FAIL,
    checkTable(record),
    list(worstFirst(record).map((check) => md`**${check.name}.** ${check.sentence}`)),
    record.skippedChecks.length === 0
      ? undefined
      : md`Not made, for want of a champion: ${record.skippedChecks.map(({ name }) => name).join(', ')}.`,
    controlText(record),
    record.remarks.length === 0 ? undefined : list(record.remarks.map((remark) => md`⚠️ ${remark}`)),
    rocChart(evidence, record.policy),
    mdDetails('What was judged, and how', detailTable(record)),
  );
}

const NO_CHAMPION = new Markdown(
  '> [!WARNING]\n> **No champion exists.** The candidate was judged by the absolute checks alone, and was compared with nothing.',
);

const CANNOT_FAIL = new Markdown(
  '> [!CAUTION]\n> **This gate cannot fail.** It passes a candidate that was made worthless on purpose, so that passing it proves nothing. Tighten the policy.',
);

function checkTable(record: DecisionRecord): Markdown {
  return mdTable(
    ['', 'check', 'metric', 'demand', 'candidate', 'champion', 'difference', 'interval that decides'],
    worstFirst(record).map(
      ({ verdict, name, title, requirement, better, blocking, waiver, candidate, champion, judged }) => [
        mdVerdict(verdict),
        `${name}${blocking ? '' : ' (reported only)'}${waiver?.expired === false ? ' (waived)' : ''}`,
        `${title} ${better === 'higher' ? '↑' : '↓'}`,
        demand(requirement, better),
        show(candidate),
        champion === undefined ? '–' : show(champion),
        champion === undefined ? '–' : showSigned(candidate - champion),
        `${show(judged.low)} to ${show(judged.high)} (${showPercent(judged.confidence)})`,
      ],
    ),
  );
}

const list = (items: Markdown[]): Markdown => new Markdown(items.map((item) => `- ${item.source}`).join('\n'));

function controlText({ negativeControl: { proven, trials, toothless } }: DecisionRecord): Markdown {
  const outcomes = trials.map(({ how, verdict }) => md`on ${how}: ${mdVerdict(verdict)}`);
  const heading = proven
    ? md`**Negative control:** this gate can say no. The same policy gives`
    : md`**Negative control:** the same policy gives`;
  return mdJoin(
    heading,
    list(outcomes),
    proven && toothless.length > 0
      ? md`Yet these checks pass all that, and hold back nothing: ${toothless.join(', ')}.`
      : undefined,
  );
}

function detailTable(record: DecisionRecord): Markdown {
  const source = ({ path, digest, modelDigest }: Source): Markdown =>
    modelDigest === undefined
      ? md`${mdCode(path)} ${mdCode(digest)}`
      : md`${mdCode(path)} ${mdCode(digest)}, of model ${mdCode(modelDigest)}`;
  const { champion, policy } = record;
  const methods = [...new Set(record.checks.map(({ judged }) => judged.method))];
  const rows: (readonly [string, Markdown | string])[] = [
    ['candidate', source(record.candidate)],
    ['champion', typeof champion === 'string' ? champion : source(champion)],
    ['policy', md`${mdCode(record.policySource.path)}, rules ${mdCode(record.policyDigest)}`],
    ...(record.organisationPolicy === undefined
      ? []
      : [
          [
            'organisation policy',
            md`${mdCode(record.organisationPolicy.path)} ${mdCode(record.organisationPolicy.digest)}${tierText(record)}`,
          ] as const,
        ]),
    ...(record.attributes === undefined
      ? []
      : [['attributes', md`${mdCode(record.attributes.path)} ${mdCode(record.attributes.digest)}`] as const]),
    ['rows', rowsText(record)],
    ['methods', methods.join('; ')],
    [
      'confidence',
      `${showPercent(policy.confidence)} for all blocking checks together (Holm); seed ${policy.seed}; threshold ${policy.threshold}`,
    ],
    ...record.checks
      .filter(({ detectable }) => detectable !== undefined)
      .map(
        ({ name, title, detectable }) =>
          [
            `power of ${name}`,
            `these rows would reveal a shortfall of ${show(detectable!)} in ${title} four times out of five`,
          ] as const,
      ),
  ];
  return mdTable(['', ''], rows);
}

const tierText = ({ organisationPolicy }: DecisionRecord): string =>
  organisationPolicy?.tier === undefined ? '' : `, risk tier ${organisationPolicy.tier}`;

function rowsText({ rows, events }: DecisionRecord): string {
  if (rows === undefined) return 'as the metrics files state';
  return events === undefined ? count(rows, 'row') : `${count(rows, 'row')}, ${events} of them with the positive label`;
}
