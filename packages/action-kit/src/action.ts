import * as core from '@actions/core';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { runContext, type RunContext } from './context.ts';
import { messageOf, UserError } from './errors.ts';
import { statement, writeJson, type Subject } from './evidence.ts';
import { inputReader, type InputReader } from './inputs.ts';
import { log } from './log.ts';
import { md, mdJoin, mdVerdict, type Markdown } from './markdown.ts';
import { fitSummary } from './summary.ts';
import { escapeLog } from './text.ts';
import type { Verdict } from './verdict.ts';

/** The inputs that every action has. */
export interface CommonInputs {
  /** Path of model.yaml. */
  manifest: string;
  /** Say what would be done and change nothing. */
  dryRun: boolean;
  /** Folder for the report and the in-toto statement. */
  evidenceDir: string;
}

/** What an action concluded and what it leaves behind. */
export interface ActionResult {
  verdict: Verdict;
  /** One sentence: the last line of the log, the head of the summary, and the failure message if the verdict is not `pass`. */
  headline: string;
  /** The action's own outputs, by their names in action.yml; `verdict`, `report-path` and `evidence-path` are added. */
  outputs: Record<string, string>;
  /** What goes into the JSON report, beside the fields that every report has. */
  report: Record<string, unknown>;
  /** Body of the job summary. */
  summary: Markdown;
  /** What the in-toto statement is about: the model, the image, by digest. */
  subjects: Subject[];
  /** True where the verdict is not `pass` but the user asked that the step succeed all the same (such as `fail-on: never`). */
  tolerated?: boolean;
}

/** An action: its name, how it reads its inputs, and what it does with them. */
export interface Action<Inputs extends CommonInputs> {
  name: string;
  readInputs(reader: InputReader): Inputs;
  run(inputs: Inputs, context: RunContext): Promise<ActionResult>;
}

/** Reads the inputs that every action has. */
export function readCommonInputs(reader: InputReader): CommonInputs {
  return {
    manifest: reader.text('manifest') ?? 'model.yaml',
    dryRun: reader.flag('dry-run') ?? false,
    evidenceDir: reader.text('evidence-dir') ?? 'evidence',
  };
}

/**
 * Runs an action as the runner started it: inputs, work, report, statement, outputs, summary, exit code.
 * What an earlier attempt left in the evidence folder is removed first: an action that dies leaves no passing verdict behind.
 */
export async function runAction<Inputs extends CommonInputs>(action: Action<Inputs>): Promise<void> {
  const startedAt = new Date().toISOString();
  try {
    const reader = inputReader();
    const { evidenceDir } = readCommonInputs(reader);
    const reportPath = path.join(evidenceDir, `${action.name}.json`);
    const evidencePath = path.join(evidenceDir, `${action.name}.intoto.json`);
    await Promise.all([rm(reportPath, { force: true }), rm(evidencePath, { force: true })]);

    const inputs = action.readInputs(reader);
    const context = runContext();
    const result = await action.run(inputs, context);

    const report = {
      action: action.name,
      verdict: result.verdict,
      headline: result.headline,
      dryRun: inputs.dryRun,
      startedAt,
      finishedAt: new Date().toISOString(),
      run: context,
      ...result.report,
    };
    await writeJson(reportPath, report);
    await writeJson(evidencePath, statement(action.name, result.subjects, report));
    for (const [name, value] of Object.entries(result.outputs)) core.setOutput(name, value);
    core.setOutput('verdict', result.verdict);
    core.setOutput('report-path', reportPath);
    core.setOutput('evidence-path', evidencePath);
    await showSummary(
      mdJoin(md`### ${action.name}: ${mdVerdict(result.verdict)}`, md`${result.headline}`, result.summary),
    );
    conclude(action.name, result);
  } catch (error) {
    fail(action.name, error);
  }
}

function conclude(name: string, result: ActionResult): void {
  if (result.verdict === 'pass') log.info(`${name}: pass. ${result.headline}`);
  else if (result.tolerated) log.warning(`${name}: ${result.verdict}, tolerated. ${result.headline}`, { title: name });
  else core.setFailed(escapeLog(`${name}: ${result.verdict}. ${result.headline}`));
}

function fail(name: string, error: unknown): void {
  if (error instanceof UserError) {
    core.setFailed(escapeLog(`${name}: ${error.explanation}`));
    if (error.cause !== undefined) log.debug(messageOf(error.cause));
    return;
  }
  core.setFailed(escapeLog(`${name} stopped on an unexpected error: ${messageOf(error)}`));
  if (error instanceof Error && error.stack !== undefined) for (const line of error.stack.split('\n')) log.info(line);
}

/** The summary is for people to look at: that it cannot be written changes nothing about what was found. */
async function showSummary(markdown: Markdown): Promise<void> {
  if ((process.env['GITHUB_STEP_SUMMARY'] ?? '') === '') return;
  try {
    await core.summary.addRaw(fitSummary(markdown.source), true).write();
  } catch (error) {
    log.warning(`The job summary could not be written: ${messageOf(error)}`);
  }
}
