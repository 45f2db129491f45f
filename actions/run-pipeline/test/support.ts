import path from 'node:path';
import { runContext, type RunContext } from '@mlops-actions/action-kit';

/** A pipeline that the real compiler wrote. */
export const fixture = (file: string): string =>
  path.resolve(import.meta.dirname, '../../../packages/pipelines/test/fixtures', file);

/** The facts of a workflow run. */
export const contextOf = (runId: string): RunContext =>
  runContext({ GITHUB_REPOSITORY: 'acme/models', GITHUB_RUN_ID: runId, GITHUB_RUN_ATTEMPT: '1' });
