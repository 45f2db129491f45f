export { digestModel, rootDigest, type FileDigest, type ModelDigest } from './digest.ts';
export { type FileFacts, type Port, type TensorFact } from './facts.ts';
export { compareFindings, worstSeverity, type Finding, type Location } from './findings.ts';
export { FORMAT_IDS, formatInfo, type Format, type FormatInfo } from './formats.ts';
export { inspectModel, type InspectedFile, type InspectOptions, type ModelInspection } from './inspect.ts';
export { RULE_IDS, ruleOf, type Rule, type RuleId, type Severity } from './rules.ts';
export { listModel, type ModelFile, type ModelListing, type RejectedEntry } from './walk.ts';
export { checkContract, type ContractFeature, type ModelContract } from './contract.ts';
export { renderRuleDocs, ruleAnchor } from './rule-docs.ts';
