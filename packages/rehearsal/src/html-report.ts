import { count, escapeHtml, formatDuration } from '@mlops-actions/action-kit';
import { writeFile } from 'node:fs/promises';
import { drawJobGraph } from './report/job-graph.ts';
import { plainText } from './report/plain-text.ts';
import { renderMarkdown } from './report/render-markdown.ts';
import { STYLE } from './report/style.ts';
import { stateOf, WORDS, type State } from './report/words.ts';
import type { Annotation, JobResult, LogLine, RunResult, StepResult } from './result.ts';

/** What a report shows. Every text is taken for hostile and escaped; `intro` is markdown. */
export interface Report {
  title: string;
  intro?: string;
  /** Tables above the runs. */
  tables?: ReportTable[];
  runs: { title: string; intro?: string; result: RunResult }[];
}

export interface ReportTable {
  title: string;
  header: string[];
  rows: string[][];
  /** Markdown below the table. */
  note?: string;
}

/** Lines of a step's log that a report holds; the whole is in the log file. */
const LINES_SHOWN = 400;

/** A report as one HTML page that needs nothing else: no script, no network. */
export function renderReport({ title, intro, tables = [], runs }: Report): string {
  const body = runs.map((run, index) => renderRun(run, `run-${index + 1}`));
  const contents = runs.map(
    ({ title: name, result }, index) =>
      `<li>${badge(result.conclusion)} <a href="#run-${index + 1}">${text(name)}</a> <span class="quiet">${formatDuration(result.durationMs)}</span></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#runs">Skip to the runs</a>
<header>
<h1>${text(title)}</h1>
${intro === undefined ? '' : `<div class="markdown">${renderMarkdown(intro)}</div>`}
</header>
<main>
${tables.map(renderTable).join('\n')}
${runs.length > 1 ? `<nav aria-label="Runs"><ol class="contents">${contents.join('')}</ol></nav>` : ''}
<div id="runs">
${body.join('\n')}
</div>
</main>
</body>
</html>
`;
}

/** Writes a report to a file. */
export async function writeReport(file: string, report: Report): Promise<void> {
  await writeFile(file, renderReport(report));
}

function text(value: string): string {
  return escapeHtml(plainText(value));
}

function badge(state: State): string {
  return `<span class="badge ${state}">${WORDS[state]}</span>`;
}

function renderTable({ title, header, rows, note }: ReportTable): string {
  const cell = (value: string): string => `<td${value.length > LONG_CELL ? ' class="long"' : ''}>${text(value)}</td>`;
  return `<section>
<h2>${text(title)}</h2>
${scrolled(
  title,
  header,
  rows.map((row) => row.map(cell).join('')),
)}
${note === undefined ? '' : `<div class="markdown">${renderMarkdown(note)}</div>`}
</section>`;
}

/** Characters from which a cell may be broken into lines. */
const LONG_CELL = 24;

/** A table that can be scrolled where it is too wide, by the keyboard too. */
function scrolled(label: string, header: readonly string[], rows: readonly string[]): string {
  const head = header.map((cell) => `<th scope="col">${text(cell)}</th>`).join('');
  return `<div class="scroll" tabindex="0" role="group" aria-label="${text(label)}"><table><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => `<tr>${row}</tr>`).join('')}</tbody></table></div>`;
}

function renderRun({ title, intro, result }: Report['runs'][number], id: string): string {
  const anchors = new Map(result.jobs.map((job, index) => [job, `${id}-job-${index + 1}`]));
  const anchor = (job: JobResult): string => anchors.get(job)!;
  const jobs = result.jobs.filter((job) => job.kind === 'steps' || job.error !== undefined || !isParent(job, result));
  const summaries = result.jobs.flatMap((job) =>
    job.steps.filter((step) => step.summary.trim() !== '').map((step) => ({ job, step })),
  );
  const facts: [string, string][] = [
    ['Workflow', `${result.workflow} (${result.file})`],
    ['Event', result.event],
    ['Started', result.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['Took', formatDuration(result.durationMs)],
  ];
  return `<section class="run" id="${id}">
<h2>${badge(result.conclusion)} ${text(title)}</h2>
${intro === undefined ? '' : `<div class="markdown">${renderMarkdown(intro)}</div>`}
<dl class="facts">${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`).join('')}</dl>
<div class="scroll graph-frame" tabindex="0">${drawJobGraph(result.jobs, anchor, `Jobs of ${plainText(title)}`)}</div>
${renderAnnotations(result)}
${summaries.length === 0 ? '' : `<h3>Job summaries</h3>${summaries.map(({ job, step }) => renderSummary(job, step)).join('')}`}
<h3>Jobs</h3>
${jobs.map((job) => renderJob(job, anchor(job))).join('\n')}
${renderOutputs('Outputs', result.outputs)}
${renderArtifacts(result)}
</section>`;
}

function isParent(job: JobResult, result: RunResult): boolean {
  return result.jobs.some((other) => other.parent === job.id);
}

function renderAnnotations(result: RunResult): string {
  const notes = result.jobs.flatMap((job) =>
    job.steps.flatMap((step) => step.annotations.map((annotation) => ({ job, annotation }))),
  );
  if (notes.length === 0) return '';
  const place = ({ file, line }: Annotation): string =>
    file === undefined ? '' : ` <code>${text(file)}${line === undefined ? '' : `:${line}`}</code>`;
  const items = notes.map(
    ({ job, annotation }) =>
      `<li class="${annotation.level}"><span class="level">${annotation.level}</span> <span class="quiet">${text(job.name)}</span>${place(annotation)}<div>${annotation.title === undefined ? '' : `<strong>${text(annotation.title)}</strong> `}<span class="message">${annotation.message.split('\n').map(text).join('\n')}</span></div></li>`,
  );
  return `<h3>Annotations</h3><ul class="annotations">${items.join('')}</ul>`;
}

function renderSummary(job: JobResult, step: StepResult): string {
  return `<article class="summary"><h4 class="origin">${text(job.name)} <span class="quiet">${text(step.name)}</span></h4><div class="markdown">${renderMarkdown(step.summary)}</div></article>`;
}

function renderJob(job: JobResult, id: string): string {
  const facts: string[] = [];
  if (job.environment !== undefined) {
    const { name, url } = job.environment;
    facts.push(`environment ${text(name)}${url === undefined || url === '' ? '' : ` (${text(url)})`}`);
  }
  facts.push(`permissions ${text(job.permissions)}`);
  if (job.concurrency !== undefined) facts.push(`concurrency group ${text(job.concurrency)}`);
  return `<details class="job" id="${id}"${job.conclusion === 'failure' ? ' open' : ''}>
<summary>${badge(stateOf(job))} <span class="name">${text(job.name)}</span> <span class="quiet">${job.conclusion === 'skipped' ? '' : formatDuration(job.durationMs)}</span></summary>
<p class="quiet">${facts.join(' · ')}</p>
${job.error === undefined ? '' : `<p class="error">${text(job.error)}</p>`}
${job.steps.map((step) => renderStep(step)).join('\n')}
${renderOutputs('Outputs of the job', job.outputs)}
</details>`;
}

function renderStep(step: StepResult): string {
  const tolerated = step.outcome === 'failure' && step.conclusion === 'success';
  const head = `<span class="dot ${tolerated ? 'tolerated' : step.conclusion}" role="img" aria-label="${WORDS[tolerated ? 'tolerated' : step.conclusion]}"></span> <span class="name">${text(step.name)}</span> <span class="quiet">${step.outcome === 'skipped' ? 'skipped' : formatDuration(step.durationMs)}</span>`;
  if (step.log.length === 0) return `<div class="step">${head}</div>`;
  return `<details class="step"${step.conclusion === 'failure' ? ' open' : ''}><summary>${head}</summary><div class="log" tabindex="0">${renderLog(step.log)}</div></details>`;
}

/** A log with its groups folded; groups do not nest, as on GitHub. */
function renderLog(lines: readonly LogLine[]): string {
  const shown = lines.slice(-LINES_SHOWN);
  const left = lines.length - shown.length;
  let html = left > 0 ? `<div class="quiet">${count(left, 'line')} before this in the log file</div>` : '';
  let inGroup = false;
  const endGroup = (): void => {
    if (inGroup) html += '</details>';
    inGroup = false;
  };
  for (const { kind, text: line } of shown) {
    if (kind === 'group') {
      endGroup();
      html += `<details><summary>${text(line)}</summary>`;
      inGroup = true;
    } else if (kind === 'endgroup') endGroup();
    else html += `<div class="${kind}">${text(line) || ' '}</div>`;
  }
  endGroup();
  return html;
}

function renderOutputs(title: string, outputs: Record<string, string>): string {
  const entries = Object.entries(outputs);
  if (entries.length === 0) return '';
  return `<details class="outputs"><summary>${title}: ${entries.length}</summary><div class="scroll" tabindex="0"><table><tbody>${entries
    .map(
      ([name, value]) =>
        `<tr><th scope="row">${text(name)}</th><td><code>${text(value.replaceAll('\n', ' ⏎ '))}</code></td></tr>`,
    )
    .join('')}</tbody></table></div></details>`;
}

function renderArtifacts({ artifacts, attestations }: RunResult): string {
  if (artifacts.length === 0 && attestations.length === 0) return '';
  const rows = [
    ...artifacts.map(({ name, files, digest }) => ['artifact', name, count(files, 'file'), digest]),
    ...attestations.map(({ predicateType, subjects }) => [
      'attestation (unsigned)',
      predicateType,
      count(subjects.length, 'subject'),
      subjects
        .map((subject) =>
          Object.entries(subject.digest)
            .map((pair) => pair.join(':'))
            .join(' '),
        )
        .join(' '),
    ]),
  ];
  const title = 'Artifacts and attestations';
  const cells = rows.map((row) =>
    row.map((cell, index) => `<td>${index === 3 ? `<code>${text(cell)}</code>` : text(cell)}</td>`).join(''),
  );
  return `<h3>${title}</h3>${scrolled(title, ['Kind', 'Name', 'Content', 'Digest'], cells)}`;
}
