import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { readFile } from 'node:fs/promises';
import type { GeneratedFile } from './files.ts';

const SCHEMA = 'packages/manifest/schema/model.schema.json';

/** Types and validator of model.yaml, both from its JSON Schema: the schema is the one place where the format is written. */
export async function generateManifest(): Promise<GeneratedFile[]> {
  const source = await readFile(SCHEMA, 'utf8');
  const schema = JSON.parse(source) as JSONSchema;
  const banner = `// Generated from ${SCHEMA} by \`npm run generate\`. Do not edit.`;
  // "Exactly one of" says nothing that a type with optional properties could hold: the validator alone enforces it.
  const shape = JSON.parse(source, (key, value: unknown) => (key === 'oneOf' ? undefined : value)) as JSONSchema;
  const compiled = await compile(shape, 'Manifest', {
    bannerComment: banner,
    additionalProperties: false,
    // The organisation's policy is a file of its own, and no part of model.yaml.
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  // With unreachable definitions the compiler says of each where it stands, which nobody wants to know.
  const types = compiled
    .replace(/( \*\n)? \* This interface was referenced by [^\n]*\n \* via the [^\n]*\n/g, '')
    .replace(/\/\*\*\n \*\/\n/g, '');

  const ajv = new Ajv({
    allErrors: true,
    // Violations carry the schema that they violate: the known keys for "did you mean".
    verbose: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    // A definition that is referred to in several places is one function.
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(schema, 'manifest');
  const code = standaloneCode
    .default(ajv, {
      validate: 'manifest',
      validateGate: 'manifest#/definitions/gate',
      validateOrganisationPolicy: 'manifest#/definitions/organisation-policy',
      validateMonitor: 'manifest#/definitions/monitor',
    })
    .replace('"use strict";', '');
  if (code.includes('require(')) throw new Error('The validator of model.yaml would import Ajv at run time.');
  return [
    { path: 'packages/manifest/src/generated/manifest.ts', content: types },
    {
      path: 'packages/manifest/src/generated/validate.ts',
      content: `${banner}\n// @ts-nocheck\n${code}\n`,
    },
  ];
}
