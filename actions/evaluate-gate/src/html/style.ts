import { PAGE_STYLE } from '@mlops-actions/action-kit';

/** The style of the gate's report. */
export const STYLE = `${PAGE_STYLE}
.checks { table-layout: fixed; min-width: 64rem; }
.checks tbody th { overflow-wrap: anywhere; }
.checks thead th:nth-child(1) { width: 36%; } .checks thead th:nth-child(2) { width: 13%; }
.checks thead th:nth-child(3) { width: 15%; } .checks thead th:nth-child(6) { width: 17%; }
.checks .number { white-space: normal; }
.facts ul { margin: 0; padding-left: 1.25rem; }
.line, .steps { fill: none; stroke-width: 2; stroke-linejoin: round; }
.candidate, .events { stroke: var(--first); }
.champion, .others { stroke: var(--second); stroke-dasharray: 7 4; }
.reference { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 4; }
.forest { display: block; width: 100%; height: auto; }
.forest .met { fill: var(--met); }
.forest .limit { stroke: var(--text); stroke-width: 1.5; }
.forest .whisker { stroke: currentColor; stroke-width: 2; fill: none; }
.forest circle { fill: currentColor; }
.ends { display: flex; justify-content: space-between; }
@media print {
  .checks { min-width: 0; }
  .checks th, .checks td { padding: .4rem .3rem; font-size: 8.5pt; }
  .checks thead th { font-size: 8pt; }
}
`;
