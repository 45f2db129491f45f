import type { Verdict } from '@mlops-actions/action-kit';
import { runCommand, type AnalysisCommand } from './command.ts';
import { judgeByQuery, type AnalysisQuery } from './query.ts';

/** Whoever judges a traffic step from outside. */
export type Analysis = AnalysisCommand | AnalysisQuery;

/** What a judge is told about the step; a program gets it as one JSON object on its standard input. */
export interface AnalysisRequest {
  endpoint: string;
  /** The model that is being released. */
  deployedModelId: string;
  modelVersion: string;
  /** The model that served most before; null at a first release. */
  previousDeployedModelId: string | null;
  /** Percentage of the traffic that the new model has. */
  share: number;
  /** When it got that share, and now (RFC 3339). */
  from: string;
  to: string;
}

export interface Judgement {
  verdict: Verdict;
  reason: string;
}

/** Asks a judge. Only what speaks for the new model passes: whatever keeps it from answering leaves the step inconclusive. */
export async function analyse(analysis: Analysis, request: AnalysisRequest): Promise<Judgement> {
  return 'command' in analysis ? runCommand(analysis, request) : judgeByQuery(analysis, request);
}
