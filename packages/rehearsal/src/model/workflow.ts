import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '../language/github.ts';
import { withSingleLineTemplates } from '../language/single-line.ts';
import { complaint, fieldsOf, itemsOf, isTrue, textOf, type Template } from '../language/tokens.ts';
import { inputDefinitions, type InputDefinition } from './inputs.ts';
import { readPermissions, type Permissions } from './permissions.ts';
import { locate, type SourceFile } from './repository.ts';

/** A workflow file, read and checked by GitHub's parser. */
export interface Workflow {
  file: SourceFile;
  name: string;
  /** Names of the events in `on`. */
  events: string[];
  /** What `on` says of an event beside its name. */
  filters: ReadonlyMap<string, EventFilter>;
  /** Inputs of `on.workflow_dispatch`. */
  dispatchInputs: InputDefinition[];
  /** What `on.workflow_call` offers; undefined if the file is not reusable. */
  call?: CallSurface;
  env?: Template;
  defaults: RunDefaults;
  permissions?: Permissions;
  concurrency?: Template;
  jobs: Job[];
}

/** What starts a workflow, of all events of a name. */
export interface EventFilter {
  /** `types`: kinds of the event, such as those of `repository_dispatch`; undefined if all of them do. */
  types?: string[];
  /** `cron` lines of `schedule`. */
  crons: string[];
}

/** The face of a reusable workflow. */
export interface CallSurface {
  inputs: InputDefinition[];
  secrets: { name: string; required: boolean }[];
  outputs: Map<string, Template>;
}

/** `defaults.run`. */
export interface RunDefaults {
  shell?: Template;
  workingDirectory?: Template;
}

/** What jobs that run steps and jobs that call a workflow have in common. */
interface JobBase {
  id: string;
  /** Where the job stands in the file. */
  at: Template;
  name?: Template;
  needs: string[];
  /** The `if`, with the `success()` that GitHub implies. */
  condition: Template;
  permissions?: Permissions;
  strategy?: Template;
  concurrency?: Template;
}

/** A job that runs steps. */
export interface StepsJob extends JobBase {
  kind: 'steps';
  runsOn: Template;
  env?: Template;
  defaults: RunDefaults;
  environment?: Template;
  outputs: Map<string, Template>;
  timeoutMinutes?: Template;
  continueOnError?: Template;
  steps: Step[];
}

/** A job that calls a reusable workflow. */
export interface CallJob extends JobBase {
  kind: 'call';
  uses: Template;
  with: Map<string, Template>;
  secrets: 'inherit' | Map<string, Template>;
}

export type Job = StepsJob | CallJob;

/** A step of a job or of a composite action. */
export interface Step {
  /** As written, or as GitHub's parser makes one up. */
  id: string;
  at: Template;
  name?: Template;
  condition: Template;
  continueOnError?: Template;
  timeoutMinutes?: Template;
  env?: Template;
  does: RunCommand | UseAction;
}

/** A `run:` step. */
export interface RunCommand {
  kind: 'run';
  run: Template;
  shell?: Template;
  workingDirectory?: Template;
}

/** A `uses:` step. */
export interface UseAction {
  kind: 'uses';
  uses: string;
  with?: Template;
}

/** Reads a workflow file. @throws UserError with every complaint of the parser, as `file:line: message`. */
export async function readWorkflow(file: SourceFile): Promise<Workflow> {
  const content = await readFile(locate(file), 'utf8').catch((cause: unknown) => {
    throw new UserError(`Cannot read the workflow file ${file.path} of ${file.repository.slug}.`, {
      fix: `Looked for ${locate(file)}.`,
      cause,
    });
  });
  const read = (text: string): ReturnType<typeof parseWorkflow> =>
    parseWorkflow({ name: file.path, content: text }, new NoOperationTraceWriter());
  // The file as it is written knows best where its faults are.
  throwParserErrors(file.path, read(content).context.errors.getErrors());
  const parsed = read(withSingleLineTemplates(content));
  const converted =
    parsed.value === undefined ? undefined : await convertWorkflowTemplate(parsed.context, parsed.value);
  throwParserErrors(file.path, parsed.context.errors.getErrors());
  const root = parsed.value;
  if (root === undefined || converted === undefined) throw new UserError(`${file.path} is empty.`);

  const fields = fieldsOf({ token: root, file: file.path });
  const on = fields.get('on');
  const triggers = fieldsOf(on);
  const jobs = fieldsOf(fields.get('jobs'));
  const name = fields.get('name');
  return {
    file,
    name: name === undefined ? file.path : textOf(name),
    events: triggers.size > 0 ? [...triggers.keys()] : itemsOf(on).map(textOf),
    filters: new Map([...triggers].map(([event, template]) => [event, eventFilter(template)])),
    dispatchInputs: inputDefinitions(fieldsOf(triggers.get('workflow_dispatch')).get('inputs')),
    ...callSurface(on, triggers),
    env: fields.get('env'),
    defaults: runDefaults(fields.get('defaults')),
    permissions: readPermissions(fields.get('permissions')),
    concurrency: fields.get('concurrency'),
    jobs: converted.jobs.map((job) =>
      readJob(job.id.value, jobs.get(job.id.value)!, job.if, job.type === 'job' ? job.steps : []),
    ),
  };
}

function eventFilter(template: Template): EventFilter {
  const types = fieldsOf(template).get('types');
  const crons = itemsOf(template).flatMap((item) => fieldsOf(item).get('cron') ?? []);
  return {
    ...(types !== undefined && { types: itemsOf(types).map(textOf) }),
    crons: crons.map(textOf),
  };
}

/** Turns what GitHub's parser found into one error. */
export function throwParserErrors(
  file: string,
  errors: readonly { rawMessage: string; range?: { start: { line: number } } | undefined }[],
): void {
  if (errors.length === 0) return;
  const lines = errors.map(({ rawMessage, range }) => `${file}${range ? `:${range.start.line}` : ''}: ${rawMessage}`);
  throw new UserError([...new Set(lines)].join('\n'));
}

function callSurface(on: Template | undefined, triggers: Map<string, Template>): { call?: CallSurface } {
  const reusable = triggers.has('workflow_call') || itemsOf(on).some((item) => textOf(item) === 'workflow_call');
  if (!reusable) return {};
  const call = fieldsOf(triggers.get('workflow_call'));
  const outputs = [...fieldsOf(call.get('outputs'))].map(([name, output]) => {
    const value = fieldsOf(output).get('value');
    if (value === undefined) throw complaint(output, `the output '${name}' has no value.`);
    return [name, value] as const;
  });
  return {
    call: {
      inputs: inputDefinitions(call.get('inputs')),
      secrets: [...fieldsOf(call.get('secrets'))].map(([name, secret]) => ({
        name,
        required: isTrue(fieldsOf(secret).get('required')),
      })),
      outputs: new Map(outputs),
    },
  };
}

function runDefaults(defaults: Template | undefined): RunDefaults {
  const run = fieldsOf(fieldsOf(defaults).get('run'));
  return { shell: run.get('shell'), workingDirectory: run.get('working-directory') };
}

/** The tokens that GitHub's parser converts a job's or step's `if` to carry no place of their own if they are implied. */
type ConvertedStep = { id: string; if?: Template['token'] };

function readJob(id: string, at: Template, condition: Template['token'], converted: readonly ConvertedStep[]): Job {
  const fields = fieldsOf(at);
  const base = {
    id,
    at,
    name: fields.get('name'),
    needs: itemsOf(fields.get('needs')).map(textOf),
    condition: { token: condition, file: at.file },
    permissions: readPermissions(fields.get('permissions')),
    strategy: fields.get('strategy'),
    concurrency: fields.get('concurrency'),
  };
  const uses = fields.get('uses');
  if (uses !== undefined) {
    const secrets = fields.get('secrets');
    return {
      ...base,
      kind: 'call',
      uses,
      with: fieldsOf(fields.get('with')),
      secrets: secrets !== undefined && textOf(secrets) === 'inherit' ? 'inherit' : fieldsOf(secrets),
    };
  }
  for (const name of ['container', 'services']) {
    const field = fields.get(name);
    if (field !== undefined)
      throw complaint(field, `a rehearsal runs no containers, so '${name}' cannot be rehearsed.`);
  }
  return {
    ...base,
    kind: 'steps',
    runsOn: fields.get('runs-on')!,
    env: fields.get('env'),
    defaults: runDefaults(fields.get('defaults')),
    environment: fields.get('environment'),
    outputs: fieldsOf(fields.get('outputs')),
    timeoutMinutes: fields.get('timeout-minutes'),
    continueOnError: fields.get('continue-on-error'),
    steps: readSteps(fields.get('steps'), converted),
  };
}

/** Reads the steps of a job or a composite action; `converted` is what GitHub's parser made of the same list. */
export function readSteps(list: Template | undefined, converted: readonly ConvertedStep[]): Step[] {
  return itemsOf(list).map((at, index) => {
    const fields = fieldsOf(at);
    const parsed = converted[index]!;
    const run = fields.get('run');
    const uses = fields.get('uses');
    const background = fields.get('background');
    if ((run === undefined && uses === undefined) || isTrue(background)) {
      throw complaint(
        background ?? at,
        'a rehearsal runs steps one after the other: background and parallel steps cannot be rehearsed.',
      );
    }
    const condition = parsed.if;
    if (condition === undefined) throw complaint(at, 'the step has no readable condition.');
    return {
      id: parsed.id === '' ? `__step_${index + 1}` : parsed.id,
      at,
      name: fields.get('name'),
      condition: { token: condition, file: at.file },
      continueOnError: fields.get('continue-on-error'),
      timeoutMinutes: fields.get('timeout-minutes'),
      env: fields.get('env'),
      does:
        run === undefined
          ? { kind: 'uses', uses: textOf(uses!), with: fields.get('with') }
          : { kind: 'run', run, shell: fields.get('shell'), workingDirectory: fields.get('working-directory') },
    };
  });
}
