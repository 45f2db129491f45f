import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { GeneratedFile } from './files.ts';
import { markdownTable } from './markdown.ts';

interface ActionFile {
  inputs?: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs?: Record<string, { description: string }>;
}

/** The tables of inputs and outputs in each action's README, from its action.yml. */
export async function generateActionDocs(): Promise<GeneratedFile[]> {
  return Promise.all(
    globSync('actions/*/README.md').map(async (path) => {
      const action = parse(await readFile(path.replace('README.md', 'action.yml'), 'utf8')) as ActionFile;
      const readme = await readFile(path, 'utf8');
      return {
        path,
        content: replace(replace(readme, 'inputs', inputTable(action), path), 'outputs', outputTable(action), path),
      };
    }),
  );
}

function inputTable({ inputs = {} }: ActionFile): string {
  return markdownTable(
    ['input', 'meaning', 'default'],
    Object.entries(inputs).map(([name, { description, required, default: value = '' }]) => [
      `\`${name}\``,
      description.replaceAll('|', '\\|'),
      required ? '**required**' : value === '' ? '' : `\`${value}\``,
    ]),
  );
}

function outputTable({ outputs = {} }: ActionFile): string {
  return markdownTable(
    ['output', 'meaning'],
    Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description.replaceAll('|', '\\|')]),
  );
}

function replace(text: string, name: string, content: string, path: string): string {
  const open = `<!-- generated:${name} -->`;
  const close = '<!-- /generated -->';
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) throw new Error(`${path} has no ${open} ... ${close}.`);
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}
