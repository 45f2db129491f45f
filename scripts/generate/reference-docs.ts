import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { markdownTable } from './markdown.ts';
import type { GeneratedFile } from './files.ts';

interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  definitions?: Record<string, Schema>;
}

/** docs/reference/model-yaml.md, from the JSON Schema. */
export async function generateManifestReference(): Promise<GeneratedFile[]> {
  const root = JSON.parse(await readFile('packages/manifest/schema/model.schema.json', 'utf8')) as Schema;
  const definitions = root.definitions ?? {};
  const sections = Object.entries(definitions).filter(([, schema]) => schema.properties !== undefined);
  const content = [
    '# model.yaml',
    '<!-- Generated from packages/manifest/schema/model.schema.json by `npm run generate`. Do not edit. -->',
    [
      'The one file a team writes. Paths are relative to its folder; an input of an action goes before it. Editors complete it with a first line',
      '`# yaml-language-server: $schema=<path or URL of packages/manifest/schema/model.schema.json>`.',
    ].join('\n'),
    properties(root, definitions),
    ...sections.map(([name, schema]) =>
      [`## ${name}`, schema.description ?? '', properties(schema, definitions)].filter(Boolean).join('\n\n'),
    ),
  ].join('\n\n');
  return [{ path: 'docs/reference/model-yaml.md', content: `${content}\n` }];
}

function properties(schema: Schema, definitions: Record<string, Schema>): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    `\`${name}\`${schema.required?.includes(name) ? ' **required**' : ''}`,
    typeOf(property, definitions),
    property.description ?? resolve(property, definitions).description ?? '',
  ]);
  return markdownTable(['key', 'value', 'meaning'], rows);
}

function resolve(schema: Schema, definitions: Record<string, Schema>): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return name === undefined ? schema : definitions[name]!;
}

function typeOf(schema: Schema, definitions: Record<string, Schema>): string {
  const name = schema.$ref?.replace('#/definitions/', '');
  const target = resolve(schema, definitions);
  if (name !== undefined && target.properties !== undefined) return `[${name}](#${name})`;
  if (target.const !== undefined) return `\`${JSON.stringify(target.const)}\``;
  if (target.enum !== undefined) return target.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (target.items !== undefined) return `list of ${typeOf(target.items, definitions)}`;
  if (typeof target.additionalProperties === 'object')
    return `map of ${typeOf(target.additionalProperties, definitions)}`;
  const bounds = [
    target.minimum !== undefined && `>= ${target.minimum}`,
    target.exclusiveMinimum !== undefined && `> ${target.exclusiveMinimum}`,
    target.maximum !== undefined && `<= ${target.maximum}`,
    target.exclusiveMaximum !== undefined && `< ${target.exclusiveMaximum}`,
    target.pattern !== undefined && target.pattern !== '\\S' && `\`${target.pattern.replaceAll('|', '\\|')}\``,
  ].filter((bound) => bound !== false);
  return [[target.type ?? 'any'].flat().join(' or '), ...bounds].join(' ');
}

interface Workflow {
  name: string;
  on: {
    workflow_call?: {
      inputs?: Record<string, { description: string; type: string; required?: boolean; default?: unknown }>;
      outputs?: Record<string, { description: string }>;
    };
  };
  jobs: Record<string, { name?: string; needs?: string | string[]; permissions?: Record<string, string> }>;
}

/** docs/reference/workflows.md, from the reusable workflows themselves. */
export async function generateWorkflowReference(): Promise<GeneratedFile[]> {
  const files = (await readdir('.github/workflows')).filter((file) => file.endsWith('.yml')).sort();
  const sections: string[] = [];
  for (const file of files) {
    const workflow = parse(await readFile(`.github/workflows/${file}`, 'utf8')) as Workflow;
    const call = workflow.on.workflow_call;
    if (call === undefined) continue;
    const jobs = Object.entries(workflow.jobs);
    sections.push(
      [
        `## ${file}`,
        [
          '```mermaid',
          'flowchart LR',
          ...jobs.map(([id, job]) => `  ${id}["${job.name ?? id}"]`),
          ...edges(jobs),
          '```',
        ].join('\n'),
        markdownTable(
          ['job', 'permissions'],
          jobs.map(([id, job]) => [
            `\`${id}\``,
            Object.entries(job.permissions ?? {})
              .map(([scope, access]) => `\`${scope}: ${access}\``)
              .join(', '),
          ]),
        ),
        markdownTable(
          ['input', 'type', 'meaning', 'default'],
          Object.entries(call.inputs ?? {}).map(([name, input]) => [
            `\`${name}\``,
            input.type,
            input.description,
            input.required
              ? '**required**'
              : input.default === '' || input.default === undefined
                ? ''
                : `\`${String(input.default as string)}\``,
          ]),
        ),
        markdownTable(
          ['output', 'meaning'],
          Object.entries(call.outputs ?? {}).map(([name, output]) => [`\`${name}\``, output.description]),
        ),
      ].join('\n\n'),
    );
  }
  const content = [
    '# Reusable workflows',
    '<!-- Generated from .github/workflows by `npm run generate`. Do not edit. -->',
    'Each prints the block that its caller needs in its header. Permissions are per job; the caller must grant their union.',
    ...sections,
  ].join('\n\n');
  return [{ path: 'docs/reference/workflows.md', content: `${content}\n` }];
}

function edges(jobs: [string, Workflow['jobs'][string]][]): string[] {
  return jobs.flatMap(([id, job]) => [job.needs ?? []].flat().map((need) => `  ${need} --> ${id}`));
}
