import { count, html, htmlPage, type Html, type RunContext, type Verdict } from '@mlops-actions/action-kit';
import type { Evidence } from '../evidence.ts';
import type { Policy } from '../policy.ts';
import { worstFirst, type DecisionRecord, type Source } from '../record.ts';
import { demand, show, showPercent, showSigned } from '../sentences.ts';
import { figures } from './figures.ts';
import { forestRow } from './forest.ts';
import { STYLE } from './style.ts';

/** A decision record with what a page shows beside it. */
export interface PageParts {
  record: DecisionRecord;
  evidence: Evidence;
  policy: Policy;
  run: RunContext;
  decidedAt: string;
}

/**
 * The report as one HTML file that needs nothing beside it: no script, no network, which its own security policy forbids as well.
 * Every text from outside is escaped.
 */
export function renderPage(parts: PageParts): string {
  const { record } = parts;
  const main = html`<main>
<header>
<h1>May the candidate replace the champion?</h1>
<p class="quiet">${parts.decidedAt.slice(0, 16).replace('T', ' ')} UTC, ${rowsText(record)}</p>
<div class="banner ${record.verdict}"><strong>${MARKS[record.verdict]}</strong><p>${record.headline}</p></div>
</header>
${notices(record)}
${checks(record)}
${control(record)}
${plots(parts)}
${facts(parts)}
</main>`;
  return htmlPage(`Gate decision: ${record.verdict}`, STYLE, main);
}

const MARKS: Record<Verdict, string> = { pass: '✓ pass', fail: '✗ fail', inconclusive: '? inconclusive' };

function rowsText({ rows, events }: DecisionRecord): string {
  if (rows === undefined) return 'judged by stored metrics';
  return events === undefined ? count(rows, 'row') : `${count(rows, 'row')}, ${events} of them with the event`;
}

function notices(record: DecisionRecord): Html | undefined {
  const skipped = record.skippedChecks.map(({ name }) => name).join(', ');
  const texts = [
    ...(record.champion === 'none'
      ? [
          `No champion exists. The candidate was judged by the absolute checks alone${skipped === '' ? '' : `; not made: ${skipped}`}.`,
        ]
      : []),
    ...record.remarks,
  ];
  return texts.length === 0
    ? undefined
    : html`<section aria-label="Remarks"><h2>Remarks</h2><ul>${texts.map((text) => html`<li>${text}</li>`)}</ul></section>`;
}

function checks(record: DecisionRecord): Html {
  return html`<section>
<h2>Checks</h2>
<p class="quiet">Each bar is the range in which the true value lies, with the confidence named beside it. The upright line is the limit. A check is met only if its whole bar lies in the shaded half, and missed only if its whole bar lies outside; otherwise the rows cannot tell. Each row has a scale of its own.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Checks"><table class="checks">
<thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col"><span class="ends"><span>← misses</span><span>meets →</span></span></th><th scope="col">Candidate</th><th scope="col">Champion</th><th scope="col">Interval that decides</th></tr></thead>
<tbody>${worstFirst(record).map(
    (check) => html`
<tr>
<th scope="row">${check.name}<p>${check.sentence}</p>${check.slice?.worst === true ? html`<p class="quiet">The worst of its slices.</p>` : undefined}${check.blocking ? undefined : html`<p class="quiet">Reported only: it does not decide.</p>`}</th>
<td class="verdict ${check.verdict}">${MARKS[check.verdict]}${check.waiver?.expired === false ? html`<p class="quiet">waived</p>` : undefined}</td>
<td>${forestRow(check)}</td>
<td class="number">${show(check.candidate)}</td>
<td class="number">${check.champion === undefined ? '–' : show(check.champion)}</td>
<td class="number">${interval(check)}<p class="quiet">demanded: ${demand(check.requirement, check.better)}</p></td>
</tr>`,
  )}
</tbody></table></div>
</section>`;
}

function interval({ judged, requirement }: DecisionRecord['checks'][number]): string {
  const write = requirement.kind === 'bound' ? show : showSigned;
  return `${write(judged.low)} to ${write(judged.high)} (${showPercent(judged.confidence)})`;
}

function control({ negativeControl: { proven, trials, toothless } }: DecisionRecord): Html {
  return html`<section>
<h2>Can this gate say no?</h2>
<p>${proven ? 'Yes.' : 'No, so that passing it proves nothing.'} The same policy was put to candidates that were made worse on purpose:</p>
<ul>${trials.map(({ how, verdict }) => html`<li>${how}: <span class="verdict ${verdict}">${MARKS[verdict]}</span></li>`)}</ul>
${proven && toothless.length > 0 ? html`<p>Yet these checks pass all that, and hold back nothing: ${toothless.join(', ')}.</p>` : undefined}
</section>`;
}

function plots({ evidence, policy }: PageParts): Html | undefined {
  const drawn = figures(evidence, policy);
  return drawn.length === 0
    ? undefined
    : html`<section><h2>How the models behave</h2><div class="figures">${drawn}</div></section>`;
}

function facts({ record, run }: PageParts): Html {
  const { policy, champion } = record;
  const power = record.checks.filter(({ detectable }) => detectable !== undefined);
  const rows: (readonly [string, Html | string])[] = [
    ['Candidate', source(record.candidate)],
    ['Champion', typeof champion === 'string' ? champion : source(champion)],
    ...(record.organisationPolicy === undefined
      ? []
      : [
          [
            "Organisation's policy",
            html`<code>${record.organisationPolicy.path}</code> <code>${record.organisationPolicy.digest}</code>${record.organisationPolicy.tier === undefined ? undefined : `, risk tier ${record.organisationPolicy.tier}`}`,
          ] as const,
        ]),
    ...(record.attributes === undefined
      ? []
      : [
          [
            'Attributes',
            html`<code>${record.attributes.path}</code> <code>${record.attributes.digest}</code>`,
          ] as const,
        ]),
    [
      'Policy',
      html`<code>${record.policySource.path}</code>, rules <code>${record.policyDigest}</code>, hashed before any data was read`,
    ],
    [
      'Confidence',
      `${showPercent(policy.confidence)} for all blocking checks together (${record.multiplicity}); at least ${count(policy.minimumRows, 'row')}; seed ${policy.seed}`,
    ],
    ...(policy.task === 'binary'
      ? [['Threshold', `a score of ${policy.threshold} or more counts as a call of the event`] as const]
      : []),
    ['Methods', [...new Set(record.checks.map(({ judged }) => judged.method))].join('; ')],
    ...(power.length === 0
      ? []
      : [
          [
            'Power',
            html`These rows would reveal, four times out of five, a shortfall of<ul>${power.map(
              ({ name, title, detectable }) => html`<li>${show(detectable!)} in ${title} (${name})</li>`,
            )}</ul>`,
          ] as const,
        ]),
    ...(run.repository === ''
      ? []
      : [
          [
            'Run',
            html`<code>${run.repository}</code> at <code>${run.commit}</code>, run ${run.runId} by ${run.actor}`,
          ] as const,
        ]),
  ];
  return html`<section>
<h2>What was judged, and how</h2>
<table class="facts"><tbody>${rows.map(([name, fact]) => html`<tr><th scope="row">${name}</th><td>${fact}</td></tr>\n`)}</tbody></table>
</section>`;
}

const source = ({ path, digest, modelDigest }: Source): Html =>
  html`<code>${path}</code> <code>${digest}</code>${modelDigest === undefined ? undefined : html`, of model <code>${modelDigest}</code>`}`;
