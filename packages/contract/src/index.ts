export { compileObject, type DataColumn, type DataFacts } from './compile.ts';
export { OWN_ENGINE } from './custom.ts';
export { diffContracts, type Change, type ContractDiff, type Impact } from './diff.ts';
export { evaluatePlan, verdictOf, type Evidence, type Outcome, type QueryAnswer, type RuleResult } from './evaluate.ts';
export { parseInstant } from './instants.ts';
export type { Contract, Property, QualityRule, SchemaObject, Server, ServiceLevel, Severity } from './model.ts';
export { parseContract, readContract } from './parse.ts';
export type { Measure, Plan, Rule, RuleKind } from './plan.ts';
export { fillQuery, type QueryNames } from './query.ts';
