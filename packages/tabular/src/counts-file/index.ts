export { parseCounts, renderCounts, type CountsFile } from './counts.ts';
export { digestOfDefinition, renderDefinition, type DefinitionFile } from './definition.ts';
