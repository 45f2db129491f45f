export { readCommonInputs, runAction, type Action, type ActionResult, type CommonInputs } from './action.ts';
export { actionPage, runContext, type RunContext } from './context.ts';
export { closest, messageOf, UserError } from './errors.ts';
export {
  digestFile,
  PREDICATE_BASE,
  statement,
  subjectOf,
  subjectOfFiles,
  writeJson,
  type Statement,
  type Subject,
} from './evidence.ts';
export { html, Html, htmlPage } from './html.ts';
export { PAGE_STYLE } from './page-style.ts';
export { inputReader, parseDuration, type Bounds, type InputReader } from './inputs.ts';
export { log, type AnnotationPlace } from './log.ts';
export {
  Markdown,
  md,
  mdBlock,
  mdCode,
  mdDetails,
  mdJoin,
  mdMermaid,
  mdTable,
  mdVerdict,
  mermaidText,
} from './markdown.ts';
export {
  code,
  count,
  escapeHtml,
  escapeLog,
  escapeMarkdown,
  formatBytes,
  formatDuration,
  shellCommand,
} from './text.ts';
export { YAML_OPTIONS, yamlProblem, type YamlProblem } from './yaml.ts';
export { worstVerdict, type Verdict } from './verdict.ts';
