export { checkWorkflow, rehearse, type RehearsalOptions } from './rehearse.ts';
export type {
  Annotation,
  Conclusion,
  DispatchedEvent,
  JobResult,
  LogLine,
  ProgressEvent,
  RecordedAttestation,
  RunResult,
  StepResult,
  StoredArtifact,
} from './result.ts';
export { createProgress, type Progress, type ProgressOptions } from './progress.ts';
export { renderReport, writeReport, type Report, type ReportTable } from './html-report.ts';
