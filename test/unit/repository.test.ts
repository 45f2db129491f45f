/** What holds for every workflow, template and action of the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { checkWorkflow } from '@mlops-actions/rehearsal';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const yamlFiles = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => `${folder}/${file}`);

const reusableAndOwn = yamlFiles('.github/workflows');
const templates = yamlFiles('workflows-templates');
const callers = yamlFiles('examples/credit-risk/.github/workflows');
const workflows = [...reusableAndOwn, ...templates, ...callers];
const actions = readdirSync(path.join(root, 'actions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps?: Step[];
}
interface Workflow {
  permissions?: unknown;
  concurrency?: unknown;
  on: Record<string, unknown>;
  jobs: Record<string, Job>;
}
interface ActionFile {
  name: string;
  description: string;
  author?: string;
  branding?: { icon: string; color: string };
  runs: { using: string; main: string };
  inputs: Record<string, { description?: string; default?: string; required?: boolean }>;
  outputs: Record<string, { description?: string }>;
}

describe.each(workflows)('%s', (file) => {
  const text = read(file);
  const workflow = parse(text) as Workflow;
  const jobs = Object.values(workflow.jobs);

  test("is a workflow to GitHub's own parser", () => {
    const { context } = parseWorkflow({ name: file, content: text }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map((error) => error.message)).toEqual([]);
  });

  test('grants nothing at the top, and to each job only what a comment gives a reason for', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) expect(job.permissions).toBeDefined();
    const grants = text.match(/^ {6}[a-z-]+: (?:read|write).*$/gm) ?? [];
    for (const grant of grants) expect(grant).toMatch(/: (?:read|write) # to /);
  });

  test('pins every foreign action by commit, with its version', () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map((match) => match[1]!);
    for (const use of uses) {
      if (use.startsWith('$/') || use.startsWith('./') || /mlops-actions\//.test(use)) continue;
      expect(use).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test('puts no expression into a script, and keeps no credentials after checkout', () => {
    for (const step of jobs.flatMap((job) => job.steps ?? [])) {
      expect(step.run ?? '').not.toContain('${{');
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials']).toBe(false);
    }
  });

  test('bounds the time of every job', () => {
    for (const job of jobs) if (job.uses === undefined) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
});

describe('reusable workflows', () => {
  const reusable = reusableAndOwn.filter((file) => (parse(read(file)) as Workflow).on['workflow_call'] !== undefined);

  test.each(reusable)('%s leaves concurrency to its caller, where nested groups cannot cancel each other', (file) => {
    expect((parse(read(file)) as Workflow).concurrency).toBeUndefined();
  });

  test.each(reusable)('%s shows its caller the block that it needs', (file) => {
    expect(read(file)).toContain(`YOUR-ORG/mlops-actions/.github/workflows/${path.basename(file)}@`);
  });

  test.each(reusable)('%s calls actions with inputs that they have and reads outputs that they have', (file) => {
    const text = read(file);
    for (const job of Object.values((parse(text) as Workflow).jobs)) {
      for (const step of job.steps ?? []) {
        const name = /^\$\/actions\/([\w-]+)$/.exec(step.uses ?? '')?.[1];
        if (name === undefined) continue;
        const action = parse(read(`actions/${name}/action.yml`)) as ActionFile;
        for (const input of Object.keys(step.with ?? {})) expect(Object.keys(action.inputs)).toContain(input);
        for (const [, id, output] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
          if (id === (step as { id?: string }).id) expect(Object.keys(action.outputs)).toContain(output);
        }
      }
    }
  });
});

describe('callers', () => {
  test.each([...templates, ...callers])(
    '%s gives the workflow that it calls the inputs and rights that it needs',
    async (file) => {
      const map = { 'YOUR-ORG/mlops-actions': root, 'acme-bank/mlops-actions': root };
      await expect(checkWorkflow({ workflow: path.join(root, file), repository: root, map })).resolves.toMatchObject({
        jobs: [expect.anything()],
      });
    },
  );
});

describe('starter workflows', () => {
  test.each(templates)('%s comes with properties and an icon', (file) => {
    const base = path.basename(file, '.yml');
    const properties = JSON.parse(read(`workflows-templates/${base}.properties.json`)) as Record<string, unknown>;
    expect(Object.keys(properties).sort()).toEqual(['categories', 'description', 'filePatterns', 'iconName', 'name']);
    expect(read(`workflows-templates/${String(properties['iconName'])}.svg`)).toContain('<svg');
  });
});

describe.each(actions)('action %s', (name) => {
  const action = parse(read(`actions/${name}/action.yml`)) as ActionFile;
  const readme = read(`actions/${name}/README.md`);

  test('runs on Node 24, from the shared bundle', () => {
    expect(action.runs).toEqual({ using: 'node24', main: `../../dist/${name}.js` });
    expect(existsSync(path.join(root, 'dist', `${name}.js`))).toBe(true);
  });

  test('says what it is, and describes each input with an explicit default and each output', () => {
    expect(action.description.length).toBeGreaterThan(20);
    expect(action.branding?.color).toBe('blue');
    for (const input of Object.values(action.inputs)) {
      expect(input.description).toMatch(/\S/);
      expect(input.required === true || typeof input.default === 'string').toBe(true);
    }
    for (const output of Object.values(action.outputs)) expect(output.description).toMatch(/\S/);
  });

  test('has the inputs and outputs that every action has', () => {
    expect(Object.keys(action.inputs)).toEqual(
      expect.arrayContaining(['manifest', 'environment', 'dry-run', 'evidence-dir']),
    );
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(['verdict', 'report-path', 'evidence-path']));
  });

  test('has a README with a step to copy, permissions and troubleshooting', () => {
    expect(readme).toMatch(/permissions:/);
    expect(readme).toMatch(/^## Troubleshooting/im);
    expect(readme).toContain(`actions/${name}@`);
  });
});
