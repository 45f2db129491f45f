import { count, html, htmlPage, type Html, type RunContext, type Verdict } from '@mlops-actions/action-kit';
import { signalOf, trendOf, type Finding } from '@mlops-actions/monitoring';
import { ACTION_TITLES, KIND_TITLES, show, worstFirst } from '../findings-text.ts';
import type { Observation } from '../observe.ts';
import { headline, type Outcome } from '../report.ts';
import { describe, type Memory } from '../state.ts';
import { windowName } from '../window.ts';
import { distributionFigure, groupsOf } from './distribution.ts';
import { STYLE } from './style.ts';
import { trendFigure } from './trend.ts';

/** What a run knows with what a page shows beside it. */
export interface PageParts {
  outcome: Outcome;
  observation: Observation;
  memory: Memory;
  run: RunContext;
}

/** Figures of a section; a page of hundreds is read by nobody. */
const MOST_FIGURES = 24;

/** The report as one HTML file that needs nothing beside it. Every text from outside is escaped. */
export function renderPage(parts: PageParts): string {
  const { task, conclusion } = parts.outcome;
  const { record, action, breached, decision } = conclusion;
  const verdict: Verdict = breached ? 'fail' : decision.verdict;
  const where = task.environment === undefined ? '' : `, ${task.environment}`;
  const findings = worstFirst(record.findings);
  const main = html`<main>
<header>
<h1>How is ${task.model} doing?</h1>
<p class="quiet">Window ${windowName(task.window)}${where}, ${count(record.rows, 'row')}, version <code>${conclusion.serving.version}</code></p>
<div class="banner ${verdict}"><strong>${MARKS[verdict]} · ${ACTION_TITLES[action]}</strong><p>${headline(parts.outcome)}</p></div>
${decision.reasons.length < 2 ? undefined : html`<ul>${decision.reasons.slice(0, 20).map((reason) => html`<li>${reason}</li>`)}</ul>`}
</header>
${findingsSection(findings)}
${distributions(parts, findings)}
${trends(parts, findings)}
${facts(parts)}
</main>`;
  return htmlPage(`${task.model}, ${windowName(task.window)}: ${action}`, STYLE, main);
}

const MARKS: Record<Verdict, string> = { pass: '✓ pass', fail: '✗ fail', inconclusive: '? inconclusive' };

function findingsSection(findings: readonly Finding[]): Html {
  const telling = findings.filter(({ verdict }) => verdict !== 'pass');
  const passed = findings.filter(({ verdict }) => verdict === 'pass');
  return html`<section>
<h2>Findings</h2>
<p class="quiet">The size of an effect decides, and only where chance cannot account for it. Beside each value stands what chance alone stays below.</p>
${telling.length === 0 ? html`<p>Everything that was judged passed.</p>` : table('Findings that did not pass', telling)}
${passed.length === 0 ? undefined : html`<details><summary>${count(passed.length, 'finding')} passed</summary>${table('Findings that passed', passed)}</details>`}
</section>`;
}

function table(name: string, findings: readonly Finding[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="findings">
<thead><tr><th scope="col">Verdict</th><th scope="col">What</th><th scope="col">Of</th><th scope="col">Value</th><th scope="col">Limit</th><th scope="col">By chance below</th><th scope="col">Says</th></tr></thead>
<tbody>${findings.map(
    (finding) => html`
<tr>
<td class="verdict ${finding.pending === true ? 'pending' : finding.verdict}">${finding.pending === true ? '… waits' : MARKS[finding.verdict]}</td>
<td>${KIND_TITLES[finding.kind]}<p class="quiet">${finding.metric}${finding.estimated === true ? ', estimated' : ''}</p></td>
<td><code>${finding.subject}</code></td>
<td class="number">${show(finding.value)}${finding.low === undefined || finding.high === undefined ? undefined : html`<p class="quiet">${show(finding.low)} to ${show(finding.high)}</p>`}</td>
<td class="number">${show(finding.threshold)}${finding.reference === undefined ? undefined : html`<p class="quiet">reference ${show(finding.reference)}</p>`}</td>
<td class="number">${show(finding.nullQuantile)}</td>
<td class="says">${finding.reason}</td>
</tr>`,
  )}
</tbody></table></div>`;
}

/** Columns with a finding of drift or of broken data that did not pass, in the order of the findings. */
function distributions({ observation }: PageParts, findings: readonly Finding[]): Html | undefined {
  const kinds = new Set(['data-quality', 'input-drift', 'prediction-drift']);
  const telling = findings.filter(({ kind, verdict }) => kinds.has(kind) && verdict !== 'pass');
  const names = [...new Set(telling.map(({ subject }) => subject))];
  const figures: Html[] = [];
  for (const name of names) {
    for (const { reference, counts } of observation.compared) {
      const profile = reference.profile.columns.find((column) => column.name === name);
      const counted = counts.columns.get(name);
      if (profile === undefined || counted === undefined) continue;
      const worst = telling.find(({ subject }) => subject === name)!;
      figures.push(distributionFigure(name, worst.reason, groupsOf(profile, counted)));
    }
  }
  if (figures.length === 0) return undefined;
  return html`<section>
<h2>Distributions</h2>
<p class="quiet"><span class="key then"></span> reference &#160; <span class="key now"></span> this window. Numbers are grouped by tenths of the reference.</p>
<div class="figures">${figures.slice(0, MOST_FIGURES)}</div>
${figures.length > MOST_FIGURES ? html`<p class="quiet">${figures.length - MOST_FIGURES} more columns are in the table above.</p>` : undefined}
</section>`;
}

function trends({ memory }: PageParts, findings: readonly Finding[]): Html | undefined {
  const courses = findings
    // Facts are yes or no: their course is told by the table.
    .filter(({ value, metric }) => value !== undefined && metric !== 'presence' && metric !== 'constant')
    .map((finding) => trendOf(memory.monitor, signalOf(finding)))
    .filter((course) => course.filter(({ finding }) => finding.value !== undefined).length > 1);
  if (courses.length === 0) return undefined;
  return html`<section>
<h2>Over the windows</h2>
<p class="quiet">Each point is a window, in the colour of its verdict; the dashed line is the limit, an upright line the interval.</p>
<div class="figures trends">${courses.slice(0, MOST_FIGURES).map(trendFigure)}</div>
${courses.length > MOST_FIGURES ? html`<p class="quiet">${courses.length - MOST_FIGURES} more metrics, all of them better than these, are in the state.</p>` : undefined}
</section>`;
}

function facts({ outcome, run }: PageParts): Html {
  const { task, conclusion, effects, sources, rejudged } = outcome;
  const { incident } = conclusion.decision;
  const rows: (readonly [string, Html | string])[] = [
    [
      'Incident',
      incident === undefined
        ? 'none'
        : `${incident.status} since ${incident.opened}, last alarm ${incident.lastAlarm}, came back ${incident.reopenings} times`,
    ],
    ...(effects.issue === undefined ? [] : [['Issue', html`<code>${effects.issue.url}</code>`] as const]),
    ...(effects.done.length === 0
      ? []
      : [['Asked for', effects.done.map((done) => `${done.action} of ${done.modelVersion}`).join(', ')] as const]),
    ...(effects.failures.length === 0 ? [] : [['Not done', effects.failures.join(' ')] as const]),
    ...(rejudged.length === 0 ? [] : [['Judged anew by labels', rejudged.join(', ')] as const]),
    ['Current data', html`<code>${sources.current ?? 'none'}</code>`],
    ['Reference profile', html`<code>${sources.profile ?? 'none'}</code>`],
    ['Policy', html`<code>${task.policySource.path}</code> <code>${sources.policy}</code>`],
    ['State', html`<code>${describe(task.state)}</code>`],
    ['As of', new Date(task.asOf).toISOString()],
    ...(run.repository === ''
      ? []
      : [['Run', html`<code>${run.repository}</code> at <code>${run.commit}</code>, run ${run.runId}`] as const]),
  ];
  return html`<section>
<h2>What was judged, and what was done</h2>
<table class="facts"><tbody>${rows.map(([name, fact]) => html`<tr><th scope="row">${name}</th><td>${fact}</td></tr>\n`)}</tbody></table>
</section>`;
}
