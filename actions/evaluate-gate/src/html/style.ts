import { PAGE_STYLE } from '@mlops-actions/action-kit';

/** The style of the gate's report. */
export const STYLE = `${PAGE_STYLE}
.checks tbody th { min-width: 17rem; overflow-wrap: anywhere; }
.line, .steps { fill: none; stroke-width: 2; stroke-linejoin: round; }
.candidate, .events { stroke: var(--first); }
.champion, .others { stroke: var(--second); stroke-dasharray: 7 4; }
.reference { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 4; }
.forest { display: block; width: 11rem; height: 1.75rem; }
.forest .met { fill: var(--met); }
.forest .limit { stroke: var(--text); stroke-width: 1.5; }
.forest .whisker { stroke: currentColor; stroke-width: 2; fill: none; }
.forest circle { fill: currentColor; }
.ends { display: flex; justify-content: space-between; width: 11rem; }
@media print {
  .checks tbody th { min-width: 0; }
}
`;
