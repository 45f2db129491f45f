"use strict";exports.id=9996,exports.ids=[9996],exports.modules={49996:(e,t,r)=>{r.r(t),r.d(t,{Html:()=>g,Markdown:()=>f,PAGE_STYLE:()=>w,PREDICATE_BASE:()=>u,UserError:()=>a,YAML_OPTIONS:()=>v,actionPage:()=>actionPage,closest:()=>closest,code:()=>code,count:()=>count,digestFile:()=>digestFile,escapeHtml:()=>escapeHtml,escapeLog:()=>escapeLog,escapeMarkdown:()=>escapeMarkdown,formatBytes:()=>formatBytes,formatDuration:()=>formatDuration,html:()=>html,htmlPage:()=>htmlPage,inputReader:()=>inputReader,log:()=>m,md:()=>md,mdBlock:()=>mdBlock,mdCode:()=>mdCode,mdDetails:()=>mdDetails,mdJoin:()=>mdJoin,mdMermaid:()=>mdMermaid,mdTable:()=>mdTable,mdVerdict:()=>mdVerdict,mermaidText:()=>mermaidText,messageOf:()=>messageOf,parseDuration:()=>parseDuration,readCommonInputs:()=>readCommonInputs,runAction:()=>runAction,runContext:()=>runContext,shellCommand:()=>shellCommand,statement:()=>statement,subjectOf:()=>subjectOf,subjectOfFiles:()=>subjectOfFiles,worstVerdict:()=>worstVerdict,writeJson:()=>writeJson,yamlProblem:()=>yamlProblem});var n=r(91659),i=r(51455),o=r(76760);function runContext(e=process.env){let get=t=>e[t]??"",t=get("GITHUB_REPOSITORY"),r=get("GITHUB_RUN_ID");return{repository:t,commit:get("GITHUB_SHA"),ref:get("GITHUB_REF"),runId:r,runAttempt:get("GITHUB_RUN_ATTEMPT"),runUrl:""===r?"":`${get("GITHUB_SERVER_URL")||"https://github.com"}/${t}/actions/runs/${r}`,workflow:get("GITHUB_WORKFLOW_REF"),actor:get("GITHUB_ACTOR")}}function actionPage(e,t=process.env){let r=t.GITHUB_ACTION_REPOSITORY,n=t.GITHUB_ACTION_REF;if(void 0!==r&&""!==r&&void 0!==n&&""!==n)return`${t.GITHUB_SERVER_URL??"https://github.com"}/${r}/blob/${n}/${e}`}let a=class UserError extends Error{name="UserError";fix;constructor(e,t={}){super(e,void 0===t.cause?void 0:{cause:t.cause}),this.fix=t.fix}get explanation(){return void 0===this.fix?this.message:`${this.message} ${this.fix}`}};function messageOf(e){return e instanceof Error?e.message:String(e)}function closest(e,t){let r,n=Math.max(1,Math.floor(e.length/3))+1;for(let i of t){let t=editDistance(e.toLowerCase(),i.toLowerCase());t<n&&(r=i,n=t)}return r}function editDistance(e,t){let r=[],n=Array.from({length:t.length+1},(e,t)=>t);for(let i=1;i<=e.length;i++){let o=[i];for(let a=1;a<=t.length;a++){let s=n[a-1]+ +(e[i-1]!==t[a-1]),l=Math.min(n[a]+1,o[a-1]+1,s);i>1&&a>1&&e[i-1]===t[a-2]&&e[i-2]===t[a-1]&&(l=Math.min(l,r[a-2]+1)),o.push(l)}r=n,n=o}return n[t.length]}var s=r(77598),l=r(73024);let u="https://mlops-actions.dev/predicate";function statement(e,t,r){return{_type:"https://in-toto.io/Statement/v1",subject:t,predicateType:`${u}/${e}/v1`,predicate:r}}function subjectOf(e,t){let r=t.indexOf(":");return{name:e,digest:r<0?{sha256:t}:{[t.slice(0,r)]:t.slice(r+1)}}}async function writeJson(e,t){await (0,i.mkdir)(o.dirname(e),{recursive:!0});let r=`${e}.partial`;await (0,i.writeFile)(r,`${JSON.stringify(t,null,2)}
`),await (0,i.rename)(r,e)}async function digestFile(e){let t=(0,s.createHash)("sha256");for await(let r of(0,l.createReadStream)(e,{highWaterMark:1048576}))t.update(r);return`sha256:${t.digest("hex")}`}async function subjectOfFiles(e,t){let r=[];for(let e of t)r.push(await digestFile(e));return 1===r.length?subjectOf(e,r[0]):subjectOf(e,`sha256:${(0,s.createHash)("sha256").update(r.join(`
`)).digest("hex")}`)}function inputReader(e=e=>n.V4(e)){let text=t=>{let r=e(t).trim();return""===r?void 0:r},number=(e,t={})=>{let r=text(e);if(void 0===r)return;let n=Number(r);if(!/^[-+]?(\d|\.\d)/.test(r)||!Number.isFinite(n))throw new a(`Input '${e}' must be a number, not '${r}'.`);return within(e,n,t,String)};return{text,number,required(e){let t=text(e);if(void 0===t)throw new a(`Input '${e}' is required.`,{fix:`Set 'with: ${e}: ...' on the step.`});return t},flag(e){let t=text(e);if(void 0!==t){if(/^true$/i.test(t))return!0;if(/^false$/i.test(t))return!1;throw new a(`Input '${e}' must be true or false, not '${t}'.`)}},choice(e,t){let r=text(e);if(void 0===r)return;let n=t.find(e=>e===r);if(void 0===n){let n=closest(r,t);throw new a(`Input '${e}' must be one of ${t.join(", ")}, not '${r}'.`,{...void 0!==n&&{fix:`Did you mean '${n}'?`}})}return n},integer(e,t={}){let r=number(e,t);if(void 0!==r&&!Number.isSafeInteger(r))throw new a(`Input '${e}' must be a whole number, not ${r}.`);return r},list(e){let t=(text(e)??"").split(/[\n,]/).map(e=>e.trim()).filter(e=>""!==e);return 0===t.length?void 0:t},pairs(e){let t=text(e);if(void 0===t)return;let r=Object.create(null);for(let n of t.split(`
`).map(e=>e.trim()).filter(e=>""!==e)){let t=n.indexOf("=");if(t<1)throw new a(`Input '${e}' must hold lines of key=value, not '${n}'.`);r[n.slice(0,t).trim()]=n.slice(t+1).trim()}return r},duration(e,t={}){let r=text(e);if(void 0===r)return;let n=parseDuration(r);if(void 0===n)throw new a(`Input '${e}' must be a duration such as 90s, 10m or 1h30m, not '${r}'.`);return within(e,n,t,e=>`${e/1e3}s`)}}}function within(e,t,{min:r,max:n},i){if(void 0!==r&&t<r)throw new a(`Input '${e}' must be at least ${i(r)}, not ${i(t)}.`);if(void 0!==n&&t>n)throw new a(`Input '${e}' must be at most ${i(n)}, not ${i(t)}.`);return t}let c={ms:1,s:1e3,m:6e4,h:36e5,d:864e5};function parseDuration(e){if(/^\d+(\.\d+)?$/.test(e))return 1e3*Number(e);if(!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(e))return;let t=0;for(let[,r,n]of e.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g))t+=Number(r)*c[n];return t}function escapeLog(e){return e.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,e=>d[e]??`\\u${e.charCodeAt(0).toString(16).padStart(4,"0")}`).replace(/::(?=\s*[A-Za-z])/g,":​:").replace(/##\[/g,"##​[")}let d={"\n":"\\n","\r":"\\r","	":"\\t"};function escapeHtml(e){return e.replace(/[&<>"']/g,e=>`&#${e.charCodeAt(0)};`)}function escapeMarkdown(e){return escapeControl(e).replace(/[&<>"'`*_{}[\]()#+!|~\\$^=:@]/g,e=>`&#${e.charCodeAt(0)};`).replace(/((?<!\w)&#64;|&#35;|\bGH-)(?=\w)/gi,"$1&#8203;").replace(/\bwww\./gi,e=>`${e.slice(0,3)}&#46;`).replace(/^(\s*)-/,"$1&#45;").replace(/^(\s*\d+)\./,"$1&#46;")}function code(e){return`<code>${escapeControl(e).replace(/[&<>"'|`*_[\]\\~:@$#]/g,e=>`&#${e.charCodeAt(0)};`)}</code>`}function escapeControl(e){return e.replace(/\s+/g," ").replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,"�")}function shellCommand(...e){return e.map(e=>/^[\w@%+=:,./-]+$/.test(e)?e:`'${e.replaceAll("'",String.raw`'\''`)}'`).join(" ")}function formatBytes(e){let t=["B","KiB","MiB","GiB","TiB"],r=e,n=0;for(;r>=1024&&n<t.length-1;)r/=1024,n++;return`${0===n?r:r.toFixed(+(r<10))} ${t[n]}`}function formatDuration(e){if(e<1e3)return`${Math.round(e)} ms`;if(e<6e4)return`${(e/1e3).toFixed(1)} s`;let t=Math.round(e/1e3);return`${Math.floor(t/60)} min ${String(t%60).padStart(2,"0")} s`}function count(e,t,r=`${t}s`){return`${e} ${1===e?t:r}`}let m={info(e){n.pq(escapeLog(e))},debug(e){n.Yz(escapeLog(e))},notice(e,t={}){n.lm(escapeLog(e),properties(t))},warning(e,t={}){n.$e(escapeLog(e),properties(t))},error(e,t={}){n.z3(escapeLog(e),properties(t))},async group(e,t){n.Oh(escapeLog(e));try{return await t()}finally{n.N4()}},mask(e){""!==e&&n.Pq(e)}};function properties(e){return{...void 0!==e.title&&{title:escapeLog(e.title)},...void 0!==e.file&&{file:escapeLog(e.file)},...void 0!==e.line&&{startLine:e.line}}}let f=class Markdown{source;constructor(e){this.source=e}toString(){return this.source}};function md(e,...t){let r=e[0];return t.forEach((t,n)=>{r+=render(t)+e[n+1]}),new f(r)}function render(e){return void 0===e?"":e instanceof f?e.source:escapeMarkdown(String(e))}let mdCode=e=>new f(code(e));function mdTable(e,t){let line=e=>`| ${e.map(render).join(" | ")} |`;return new f([line(e),line(e.map(()=>new f("---"))),...t.map(line)].join(`
`))}function mdDetails(e,t){let r=escapeHtml(e.replace(/\s+/g," "));return new f(`<details><summary>${r}</summary>

${t.source}

</details>`)}function mdMermaid(e){return new f("```mermaid\n"+e.replaceAll("```","")+"\n```")}function mermaidText(e){return e.replace(/[^\p{L}\p{N} .,%/+-]/gu,e=>`#${e.codePointAt(0)};`)}function mdBlock(e,t=""){let r=Math.max(0,...[...e.matchAll(/`+/g)].map(e=>e[0].length)),n="`".repeat(Math.max(3,r+1));return new f(`${n}${t}
${e}
${n}`)}function mdJoin(...e){return new f(e.filter(e=>void 0!==e&&""!==e.source).map(String).join(`

`))}let p={pass:"✅ pass",fail:"❌ fail",inconclusive:"⚠️ inconclusive"},mdVerdict=e=>new f(p[e]);function fitSummary(e,t=1e6){if(Buffer.byteLength(e)<=t)return`${e}
`;let r=Buffer.from(e).subarray(0,t).toString("utf8"),n=r.slice(0,r.lastIndexOf(`
`)+1);return`${n}${closing(n)}
_Cut at 1 MB; the whole is in the report._
`}function closing(e){let t,r=0;for(let n of e.split(`
`)){let[,e]=/^(`{3,})/.exec(n)??[];void 0===t?(t=e,r+=(n.match(/<details>/g)?.length??0)-(n.match(/<\/details>/g)?.length??0)):void 0!==e&&e.length>=t.length&&n.trim()===e&&(t=void 0)}return(void 0===t?"":`${t}
`)+`
</details>
`.repeat(Math.max(0,r))}function readCommonInputs(e){return{manifest:e.text("manifest")??"model.yaml",dryRun:e.flag("dry-run")??!1,evidenceDir:e.text("evidence-dir")??"evidence"}}async function runAction(e){let t=new Date().toISOString();try{let r=inputReader(),{evidenceDir:a}=readCommonInputs(r),s=o.join(a,`${e.name}.json`),l=o.join(a,`${e.name}.intoto.json`);await Promise.all([(0,i.rm)(s,{force:!0}),(0,i.rm)(l,{force:!0})]);let u=e.readInputs(r),c=runContext(),d=await e.run(u,c),m={action:e.name,verdict:d.verdict,headline:d.headline,dryRun:u.dryRun,startedAt:t,finishedAt:new Date().toISOString(),run:c,...d.report};for(let[t,r]of(await writeJson(s,m),await writeJson(l,statement(e.name,d.subjects,m)),Object.entries(d.outputs)))n.uH(t,r);n.uH("verdict",d.verdict),n.uH("report-path",s),n.uH("evidence-path",l),await showSummary(mdJoin(md`### ${e.name}: ${mdVerdict(d.verdict)}`,md`${d.headline}`,d.summary)),conclude(e.name,d)}catch(t){fail(e.name,t)}}function conclude(e,t){"pass"===t.verdict?m.info(`${e}: pass. ${t.headline}`):t.tolerated?m.warning(`${e}: ${t.verdict}, tolerated. ${t.headline}`,{title:e}):n.C1(escapeLog(`${e}: ${t.verdict}. ${t.headline}`))}function fail(e,t){if(t instanceof a){n.C1(escapeLog(`${e}: ${t.explanation}`)),void 0!==t.cause&&m.debug(messageOf(t.cause));return}if(n.C1(escapeLog(`${e} stopped on an unexpected error: ${messageOf(t)}`)),t instanceof Error&&void 0!==t.stack)for(let e of t.stack.split(`
`))m.info(e)}async function showSummary(e){if((process.env.GITHUB_STEP_SUMMARY??"")!=="")try{await n.z.addRaw(fitSummary(e.source),!0).write()}catch(e){m.warning(`The job summary could not be written: ${messageOf(e)}`)}}let g=class Html{source;constructor(e){this.source=e}};function html(e,...t){let r=e[0];return t.forEach((t,n)=>{r+=html_render(t)+e[n+1]}),new g(r)}function html_render(e){return void 0===e?"":e instanceof g?e.source:"object"==typeof e?e.map(html_render).join(""):escapeHtml(String(e).replace(h,"�"))}let h=/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;function htmlPage(e,t,r){let n=(0,s.createHash)("sha256").update(t).digest("base64");return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${new g(n)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${e}</title>
<style>${new g(t)}</style>
</head>
<body>
${r}
</body>
</html>
`.source}let w=`
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
`;var $=r(38815);let v={version:"1.2",strict:!0,uniqueKeys:!1};function yamlProblem(e){let t,[r]=[...e.errors,...e.warnings];if(void 0!==r)return{message:"MULTIPLE_DOCS"===r.code?"One document is read, and here a second begins":firstLine(r.message),offset:r.pos[0]};let{explicit:n,version:i}=e.directives.yaml;return!0===n&&"1.2"!==i?{message:`YAML ${i} is not read, only 1.2`,offset:0}:((0,$.YR)(e,{Map(e,r){let n=new Set;for(let{key:e}of r.items){let r=String((0,$.jn)(e)?e.value:e);if(n.has(r))return t={message:"Map keys must be unique",offset:offsetOf(e)},$.YR.BREAK;n.add(r)}},Alias(e,r,n){if(n.some(e=>isAnchored(e,r.source)))return t={message:`The anchor '${r.source}' holds itself`,offset:offsetOf(r)},$.YR.BREAK}}),t)}let firstLine=e=>e.split(`
`,1)[0].replace(/( at line \d+.*|:)$/,""),isAnchored=(e,t)=>(0,$.P3)(e)&&e.anchor===t,offsetOf=e=>e?.range?.[0]??0,b={pass:0,inconclusive:1,fail:2};function worstVerdict(e){let t;for(let r of e)(void 0===t||b[r]>b[t])&&(t=r);return t??"inconclusive"}}};