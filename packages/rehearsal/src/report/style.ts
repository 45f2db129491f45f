/** The report's style sheet: light and dark by the reader's preference, and fit to be printed. */
export const STYLE = `
:root{--page:#f6f7f9;--card:#fff;--ink:#1c2330;--quiet:#5b6678;--line:#dde2ea;--log:#f3f5f8;--link:#0b57b7;
--success:#17803d;--failure:#c4261d;--cancelled:#8a6008;--skipped:#646d7d;--tolerated:#8a6008;--accent:#2f63cc;--accent2:#b3521e;--accent3:#7a4fc0;--accent4:#17717a}
@media(prefers-color-scheme:dark){:root{--page:#10141b;--card:#181e27;--ink:#e4e9f1;--quiet:#98a4b6;--line:#2b3442;--log:#12171f;--link:#82b4ff;
--success:#4cc27a;--failure:#ff7b72;--cancelled:#e0b04a;--skipped:#8792a3;--tolerated:#e0b04a;--accent:#7aa7ff;--accent2:#f0a06a;--accent3:#bb9bf2;--accent4:#5cc4cb}}
*{box-sizing:border-box}
.run>.markdown{margin-bottom:12px}
body{margin:0 auto;max-width:1100px;padding:32px 24px 80px;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:8px}
h1{font-size:26px;line-height:1.25;margin:0 0 8px;letter-spacing:-.01em}
h2{font-size:19px;margin:0 0 12px;display:flex;gap:10px;align-items:center;flex-wrap:wrap}
h3{font-size:15px;margin:24px 0 8px}
h4,h5,h6{margin:16px 0 6px}h4{font-size:16px}h5{font-size:15px}h6{font-size:14px}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 24px;margin:20px 0}
.quiet{color:var(--quiet);font-weight:400;font-size:13px}
.badge{display:inline-block;font-size:12px;font-weight:600;line-height:20px;padding:0 9px;border-radius:10px;border:1px solid currentColor;white-space:nowrap}
.success{color:var(--success)}.failure{color:var(--failure)}.cancelled{color:var(--cancelled)}.skipped{color:var(--skipped)}.tolerated{color:var(--tolerated)}
.contents{list-style:none;padding:0;margin:0;display:grid;gap:6px}
.facts{display:flex;flex-wrap:wrap;gap:4px 28px;margin:0 0 16px}.facts dt{font-size:12px;color:var(--quiet)}.facts dd{margin:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:14px;margin:4px 0}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
td code{overflow-wrap:anywhere}
section>.scroll th,section>.scroll td{white-space:nowrap}section>.scroll td{font-variant-numeric:tabular-nums}section>.scroll td.long{white-space:normal;min-width:12rem}section>.scroll td:has(code){white-space:normal;min-width:10rem}
thead th{color:var(--quiet);font-weight:600;font-size:12px}
code,pre,.log{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px}
.graph-frame{border:1px solid var(--line);border-radius:8px;background:var(--page)}
.graph{display:block;margin:0 auto;max-width:100%;height:auto}
.graph rect{fill:var(--card);stroke:var(--line)}.graph .bar{stroke:none;fill:currentColor}
.graph a:focus-visible{outline:none}.graph a:hover rect:first-child,.graph a:focus-visible rect:first-child{stroke:var(--accent);stroke-width:2}
.graph text{fill:var(--quiet);font-size:11px}.graph .own{fill:var(--ink);font-size:13.5px;font-weight:600}
.graph .edge{fill:none;stroke:var(--quiet);stroke-opacity:.55;stroke-width:1.5}
.graph .skipped .own{fill:var(--quiet);font-weight:400}
details>summary{cursor:pointer}
.job{border-top:1px solid var(--line);padding:8px 0}.job>summary .name{font-weight:600}
.job>p{margin:6px 0 8px 20px}
.step{margin:2px 0 2px 20px;padding:2px 0}div.step{padding-left:15px}
.dot{display:inline-block;width:9px;height:9px;border-radius:50%;background:currentColor;margin:0 4px 0 2px}.dot.skipped{background:none;border:1.5px solid}
.log{background:var(--log);border:1px solid var(--line);border-radius:8px;margin:6px 0 10px;padding:8px 12px;max-height:420px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
.log details{margin-left:-2px}.log details>div{padding-left:14px}
.log .command{color:var(--accent4)}.log .debug{color:var(--quiet)}.log .notice{color:var(--accent)}.log .warning{color:var(--cancelled)}.log .error,.error{color:var(--failure)}
.log .notice::before{content:"notice: "}.log .warning::before{content:"warning: "}.log .error::before{content:"error: "}
.annotations{list-style:none;padding:0;margin:0;display:grid;gap:8px}
.annotations li{border-left:3px solid var(--accent);padding:2px 0 2px 12px}.annotations .warning{border-color:var(--cancelled);color:inherit}.annotations .error{border-color:var(--failure);color:inherit}
.annotations .level{font-size:12px;font-weight:600;text-transform:uppercase;letter-spacing:.04em}.annotations .message{white-space:pre-wrap;overflow-wrap:anywhere}
.summary{border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin:10px 0}
.origin{margin:0 0 4px;font-size:13px}
.markdown{overflow-wrap:anywhere}.markdown>:first-child{margin-top:0}.markdown>:last-child{margin-bottom:0}
.markdown table{display:block;overflow-x:auto}.markdown .scroll>table{display:table}.markdown th{color:inherit;font-size:inherit}
.markdown code{background:var(--log);padding:1px 5px;border-radius:4px}.markdown pre{background:var(--log);padding:10px 12px;border-radius:8px;overflow-x:auto}.markdown pre code{padding:0}
.markdown blockquote{margin:8px 0;padding-left:12px;border-left:3px solid var(--line);color:var(--quiet)}
.markdown .alert{border-color:var(--accent);color:inherit}.markdown .warning,.markdown .caution{border-color:var(--cancelled)}.markdown .alert>p>strong:first-child{display:block}
.markdown figure{margin:12px 0}
.chart{width:100%;max-width:460px;height:auto}.chart text{fill:var(--quiet);font-size:11px}.chart .grid{stroke:var(--line)}
.chart polyline{fill:none;stroke-width:2}.chart .s0{stroke:var(--accent)}.chart .s1{stroke:var(--accent2)}.chart .s2{stroke:var(--accent3)}.chart .s3{stroke:var(--accent4)}
.chart rect{stroke:none!important}.chart rect.s0{fill:var(--accent)}.chart rect.s1{fill:var(--accent2)}.chart rect.s2{fill:var(--accent3)}.chart rect.s3{fill:var(--accent4)}
.outputs{margin:8px 0 0 20px}
@media(max-width:640px){body{padding:16px 12px 60px}section{padding:16px 14px}.step,.outputs,.job>p{margin-left:4px}}
@media print{body{max-width:none;padding:0;background:#fff}section{border:0;padding:0;break-inside:auto}.run{break-before:page}.log{max-height:none}
.job::details-content,.summary details::details-content{content-visibility:visible;block-size:auto}.skip{display:none}}
`;
