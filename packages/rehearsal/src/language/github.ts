/**
 * GitHub's own workflow language: the parser and the expression evaluator that its editors use.
 *
 * Their published modules import JSON without the import attribute that Node asks for, so the attribute is added while they load.
 */
import { registerHooks } from 'node:module';
import type { MappingToken } from '@actions/workflow-parser/templates/tokens/mapping-token';
import type { ScalarToken } from '@actions/workflow-parser/templates/tokens/scalar-token';
import type { SequenceToken } from '@actions/workflow-parser/templates/tokens/sequence-token';
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';

const hooks = addJsonAttribute();
const workflows = await import('@actions/workflow-parser');
const actions = await import('@actions/workflow-parser/actions/index');
const expressions = await import('@actions/expressions');
hooks?.deregister();

export const {
  parseWorkflow,
  convertWorkflowTemplate,
  isBasicExpression,
  isMapping,
  isSequence,
  isString,
  isLiteral,
  NoOperationTraceWriter,
} = workflows;
export const { parseAction, convertActionTemplate } = actions;
export const { data, Evaluator, Lexer, Parser } = expressions;

export type { MappingToken, ScalarToken, SequenceToken, TemplateToken };

function addJsonAttribute(): { deregister(): void } | undefined {
  try {
    return registerHooks({
      resolve(specifier, context, nextResolve) {
        const resolved = nextResolve(specifier, context);
        const ofGitHub = context.parentURL?.includes('/@actions/') ?? false;
        return ofGitHub && resolved.url.endsWith('.json')
          ? { ...resolved, importAttributes: { ...resolved.importAttributes, type: 'json' } }
          : resolved;
      },
    });
  } catch {
    // Test runners that load modules themselves refuse hooks, and need none. Elsewhere the import below would say what is missing.
    return undefined;
  }
}
