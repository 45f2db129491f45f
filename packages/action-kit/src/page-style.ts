/**
 * The common style of report pages: colours from the reader's scheme, light on paper. `--first` and `--second` are the colours of two things that are
 * compared; they differ in lightness too.
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --panel: #f6f7f9; --text: #1c2430; --quiet: #566172; --rule: #d5dae1;
  --first: #0b5cad; --second: #b4500a; --pass: #17703a; --fail: #b3202c; --inconclusive: #8a5a00; --met: #e3f2e7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181f; --panel: #1d232c; --text: #e6e9ee; --quiet: #a4aebb; --rule: #39424f;
    --first: #6db3f8; --second: #f2a25c; --pass: #63cf8b; --fail: #ff8a8f; --inconclusive: #ecbb5a; --met: #1d3527;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .5rem 0; max-width: 48rem; }
code { font: .875em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.banner { margin: 1.25rem 0; padding: 1rem 1.25rem; background: var(--panel); border-left: .4rem solid; border-radius: .25rem; }
.banner p { margin: .25rem 0 0; color: var(--text); }
.banner strong { font-size: 1.25rem; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .inconclusive { color: var(--inconclusive); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .6rem .75rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
thead th { color: var(--quiet); font-size: .875rem; font-weight: 600; }
tbody th { font-weight: 600; }
td p, th p { margin: .2rem 0 0; font-weight: 400; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.number p { white-space: normal; }
.verdict { font-weight: 600; white-space: nowrap; }
.facts th { width: 14rem; color: var(--quiet); font-weight: 400; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1.5rem; }
figure { margin: 0; padding: 1rem; background: var(--panel); border-radius: .25rem; display: flex; flex-direction: column; break-inside: avoid; }
figcaption { flex: 1; }
figcaption p { font-size: .875rem; color: var(--quiet); }
figure > svg { width: 100%; height: auto; }
.grid path { stroke: var(--rule); }
.ticks { fill: var(--quiet); font-size: 12px; }
.ticks.x { text-anchor: middle; } .ticks.y { text-anchor: end; }
.axis { fill: var(--text); font-size: 13px; text-anchor: middle; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .25rem 0 0; padding: 0; list-style: none; font-size: .875rem; }
.legend svg { width: 2rem; height: .625rem; }
@page { margin: 14mm; }
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --panel: #fff; --text: #000; --quiet: #444; --rule: #bbb;
    --first: #0b5cad; --second: #b4500a; --pass: #17703a; --fail: #b3202c; --inconclusive: #8a5a00; --met: #e3f2e7;
  }
  * { print-color-adjust: exact; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  .figures { grid-template-columns: 1fr 1fr; gap: .75rem; }
  figure { border: 1px solid var(--rule); }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
