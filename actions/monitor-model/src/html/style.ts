import { PAGE_STYLE } from '@mlops-actions/action-kit';

/** The style of the monitor's page. */
export const STYLE = `${PAGE_STYLE}
.pending { color: var(--quiet); }
.findings td.says { min-width: 20rem; }
.findings td:nth-child(2), .findings td:nth-child(3) { min-width: 8.5rem; }
figcaption { flex: none; }
.findings code, .facts code { overflow-wrap: anywhere; }
.trends { grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); }
.trends h3 { overflow-wrap: anywhere; }
.bars .then { fill: var(--second); }
.bars .now { fill: var(--first); }
.bars text { fill: var(--text); font-size: 12px; }
.bars .share { fill: var(--quiet); font-size: 11px; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; vertical-align: -.05rem; }
.key.then { background: var(--second); } .key.now { background: var(--first); }
.course { fill: none; stroke: var(--first); stroke-width: 2; stroke-linejoin: round; }
.limit { stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 6 4; }
.dot { stroke: var(--panel); stroke-width: 1.5; }
.dot.pass { fill: var(--pass); } .dot.fail { fill: var(--fail); } .dot.inconclusive { fill: var(--inconclusive); }
.range { stroke: var(--first); stroke-width: 1.5; opacity: .5; }
details { margin: 1rem 0; } summary { cursor: pointer; font-weight: 600; }
@media print { .findings td.says, .findings td { min-width: 0; } }
`;
