import { readFile, stat } from 'node:fs/promises';
import { closest, messageOf, UserError } from '@mlops-actions/action-kit';
import { readDocument, show, SIZE_LIMIT, type Field } from './document.ts';
import {
  LOGICAL_TYPES,
  type Contract,
  type Property,
  type SchemaObject,
  type Server,
  type ServiceLevel,
} from './model.ts';
import { parseOptions } from './options.ts';
import { parseQuality } from './quality.ts';
import { Reading } from './reading.ts';

/** The versions of the standard that are read. */
export const API_VERSIONS = ['v3.1.0', 'v3.0.2', 'v3.0.1', 'v3.0.0'] as const;

/**
 * Parses a data contract of the Open Data Contract Standard, 3.1 or 3.0.
 *
 * @param text YAML or JSON, from anybody
 * @param file name for messages
 * @throws UserError that names file, line and path of what is wrong
 */
export function parseContract(text: string, file: string): Contract {
  const root = readDocument(text, file);
  if (!(root.value instanceof Map)) root.complain('is no data contract: it must be a mapping');
  const kind = root.get('kind');
  if (kind.text() !== 'DataContract') {
    kind.complain(`must be DataContract, not ${show(kind.value)}`, 'Only the Open Data Contract Standard is read.');
  }
  const apiVersion = parseApiVersion(root.get('apiVersion'));
  const reading = new Reading(apiVersion.startsWith('v3.1'));
  reading.keys(root, 'contract');
  const objects = root
    .get('schema')
    .items()
    .map((item) => parseObject(item, reading));
  distinct(root.get('schema'), objects);
  const serviceLevels = parseServiceLevels(root, reading, objects);
  return {
    apiVersion,
    version: versionText(root.get('version')),
    id: root.get('id').requiredText(),
    name: root.get('name').text(),
    status: root.get('status').requiredText(),
    servers: root
      .get('servers')
      .items()
      .map((item) => parseServer(item)),
    objects,
    serviceLevels,
    remarks: reading.remarks,
  };
}

/** The same from a file. */
export async function readContract(file: string): Promise<Contract> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw new UserError(`The contract '${file}' is no file.`);
    if (facts.size > SIZE_LIMIT) throw new UserError(`The contract '${file}' is larger than 1 MiB.`);
    return parseContract(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`The contract '${file}' cannot be read: ${messageOf(error)}.`, {
      fix: 'Was the repository checked out in this job?',
      cause: error,
    });
  }
}

function parseApiVersion(field: Field): string {
  const version = field.requiredText();
  if (API_VERSIONS.some((known) => known === version)) return version;
  // Later corrections of a version that is read change nothing in its meaning.
  if (/^v3\.[01]\.\d{1,3}$/.test(version)) return version;
  const near = closest(version, API_VERSIONS) ?? API_VERSIONS[0];
  return field.complain(
    `is ${show(version)}, which is not read here`,
    `Versions 3.0 and 3.1 of the standard are; did you mean '${near}'?`,
  );
}

function versionText(field: Field): string {
  // Unquoted, 1.0 is a number in YAML.
  return typeof field.value === 'number' ? String(field.value) : field.requiredText();
}

function parseServer(field: Field): Server {
  return {
    name: field.get('server').requiredText(),
    type: field.get('type').requiredText(),
    environment: field.get('environment').text(),
    place: field.place,
    location: scalarText(field.get('path')) ?? scalarText(field.get('location')),
    project: scalarText(field.get('project')),
    dataset: scalarText(field.get('dataset')),
  };
}

/** Servers have keys of their own by type; those that are not used here may hold anything. */
const scalarText = (field: Field): string | undefined => (typeof field.value === 'string' ? field.value : undefined);

function parseObject(field: Field, reading: Reading): SchemaObject {
  reading.keys(field, 'object');
  const properties = field
    .get('properties')
    .items()
    .map((item) => parseProperty(item, reading));
  distinct(field.get('properties'), properties);
  distinct(
    field.get('properties'),
    properties.map(({ column }) => ({ name: column })),
  );
  return {
    name: field.get('name').requiredText(),
    physicalName: field.get('physicalName').text(),
    place: field.place,
    properties,
    quality: parseQuality(field.get('quality'), reading, {
      level: 'object',
      properties: new Map(properties.map(({ name, column }) => [name, column])),
    }),
  };
}

function parseProperty(field: Field, reading: Reading): Property {
  reading.keys(field, 'property');
  const name = field.get('name').requiredText();
  const type = field.get('logicalType');
  const logicalType = LOGICAL_TYPES.find((known) => known === type.text());
  if (type.isSet && logicalType === undefined) {
    const near = closest(type.text()!, LOGICAL_TYPES);
    type.complain(
      `must be one of ${LOGICAL_TYPES.join(', ')}, not ${show(type.value)}`,
      near === undefined ? undefined : `Did you mean '${near}'?`,
    );
  }
  const nested = ['properties', 'items'].filter((key) => field.get(key).isSet);
  for (const key of nested) reading.remarks.push(`${field.get(key).place} is nested; what is in it is not checked.`);
  const isKey = field.get('primaryKey').flag() ?? false;
  const position = field.get('primaryKeyPosition').number({ whole: true }) ?? -1;
  return {
    name,
    column: field.get('physicalName').text() ?? name,
    place: field.place,
    logicalType,
    physicalType: field.get('physicalType').text(),
    options: parseOptions(field.get('logicalTypeOptions'), logicalType, reading),
    required: field.get('required').flag() ?? false,
    unique: field.get('unique').flag() ?? false,
    // Keys without a position keep the order of the document, after those that have one.
    primaryKey: isKey ? (position > 0 ? position : Number.MAX_SAFE_INTEGER) : undefined,
    quality: parseQuality(field.get('quality'), reading, { level: 'property' }),
  };
}

function distinct(field: Field, named: readonly { name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) field.complain(`has two entries of the name ${show(name)}`);
    seen.add(name);
  }
}

function parseServiceLevels(root: Field, reading: Reading, objects: readonly SchemaObject[]): ServiceLevel[] {
  const fallback = root.get('slaDefaultElement').text();
  return root
    .get('slaProperties')
    .items()
    .map((field) => {
      reading.keys(field, 'serviceLevel');
      const { value } = field.get('value');
      if (value !== undefined && value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
        field.get('value').complain(`must be a single value, not ${show(value)}`);
      }
      const element = field.get('element').text() ?? fallback;
      return {
        property: field.get('property').requiredText(),
        place: field.place,
        value: (value ?? undefined) as ServiceLevel['value'],
        unit: field.get('unit').text(),
        elements: (element ?? '')
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
          .map((part) => withObject(part, objects)),
      };
    });
}

/** Where the contract has one object, an element need not name it. */
function withObject(element: string, objects: readonly SchemaObject[]): string {
  const [only] = objects;
  if (objects.length !== 1 || only === undefined) return element;
  return element.startsWith(`${only.name}.`) ? element : `${only.name}.${element}`;
}
