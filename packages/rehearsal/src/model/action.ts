import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@mlops-actions/action-kit';
import { convertActionTemplate, NoOperationTraceWriter, parseAction } from '../language/github.ts';
import { withSingleLineTemplates } from '../language/single-line.ts';
import { complaint, fieldsOf, isTrue, textOf, type Template } from '../language/tokens.ts';
import type { Repository } from './repository.ts';
import { readSteps, throwParserErrors, type Step } from './workflow.ts';

/** An action's metadata file, read and checked by GitHub's parser. */
export interface Action {
  /** The metadata file as messages show it. */
  file: string;
  /** Folder that holds it. */
  folder: string;
  /** Folder that its scripts must lie in; bundles may be shared by the actions of a repository (`main: ../../dist/x.js`). */
  root: string;
  /** Repository that defines it: what `$/` means inside it. */
  repository: Repository;
  name: string;
  inputs: ActionInput[];
  outputs: Map<string, Template | undefined>;
  runs: NodeRuns | CompositeRuns;
}

/** An input in action.yml. */
export interface ActionInput {
  name: string;
  required: boolean;
  default?: Template;
  deprecationMessage?: string;
}

/** `runs` of a JavaScript action. */
export interface NodeRuns {
  using: 'node24';
  main: string;
  pre?: string;
  preIf?: Template;
  post?: string;
  postIf?: Template;
}

/** `runs` of a composite action. */
export interface CompositeRuns {
  using: 'composite';
  steps: Step[];
}

/**
 * Reads `action.yml` or `action.yaml` of the action at `relative` below `root`.
 * @throws UserError as `file:line: message`.
 */
export async function readAction(root: string, relative: string, repository: Repository): Promise<Action> {
  const shown = relative.replace(/\/+$/, '');
  const folder = path.join(root, shown);
  const found = await firstReadable(folder, ['action.yml', 'action.yaml']);
  if (found === undefined) throw new UserError(`There is no action.yml in '${shown}' of ${repository.slug}.`);
  const file = shown === '' ? found.name : `${shown}/${found.name}`;
  const read = (content: string): ReturnType<typeof parseAction> =>
    parseAction({ name: file, content }, new NoOperationTraceWriter());
  // The file as it is written knows best where its faults are.
  throwParserErrors(file, read(found.content).context.errors.getErrors());
  const parsed = read(withSingleLineTemplates(found.content));
  const token = parsed.value;
  const converted = token === undefined ? undefined : convertActionTemplate(parsed.context, token);
  throwParserErrors(file, parsed.context.errors.getErrors());
  if (token === undefined || converted === undefined) throw new UserError(`${file} is empty.`);

  const fields = fieldsOf({ token, file });
  return {
    file,
    folder,
    root,
    repository,
    name: converted.name,
    inputs: [...fieldsOf(fields.get('inputs'))].map(([name, input]) => {
      const properties = fieldsOf(input);
      const deprecation = properties.get('deprecationMessage');
      return {
        name,
        required: isTrue(properties.get('required')),
        default: properties.get('default'),
        ...(deprecation !== undefined && { deprecationMessage: textOf(deprecation) }),
      };
    }),
    outputs: new Map(
      [...fieldsOf(fields.get('outputs'))].map(([name, output]) => [name, fieldsOf(output).get('value')]),
    ),
    runs: readRuns(fields.get('runs')!, converted.runs),
  };
}

function readRuns(template: Template, converted: ReturnType<typeof convertActionTemplate>['runs']): Action['runs'] {
  const fields = fieldsOf(template);
  switch (converted.using) {
    case 'composite':
      return { using: 'composite', steps: readSteps(fields.get('steps'), converted.steps) };
    case 'node24':
      return {
        using: 'node24',
        main: converted.main,
        pre: converted.pre,
        preIf: fields.get('pre-if'),
        post: converted.post,
        postIf: fields.get('post-if'),
      };
    default:
      throw complaint(
        fields.get('using') ?? template,
        `a rehearsal runs node24 and composite actions, not '${converted.using}'.`,
      );
  }
}

async function firstReadable(folder: string, names: string[]): Promise<{ name: string; content: string } | undefined> {
  for (const name of names) {
    try {
      return { name, content: await readFile(path.join(folder, name), 'utf8') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}
