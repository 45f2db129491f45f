export { type Meanwhile } from './another-client.ts';
export { type CallRecord } from './calls.ts';
export { startEmulator, type Emulator, type EmulatorOptions, type EmulatorState } from './emulator.ts';
export { parseFaults, type Fault, type OperationFault, type RpcFault } from './faults.ts';
export { type Invariant, type Violation } from './invariants.ts';
export { type ModelMonitor, type ModelMonitoringJob, type MonitorResult } from './model-monitors.ts';
export { type MonitoringJob, type MonitoringResult } from './monitoring-jobs.ts';
export { CHOICE_VALUES, DEFAULT_CHOICES, type Choices } from './options.ts';
export { type PipelineJob, type PipelineTask } from './pipelines/job.ts';
export {
  type DeployedModel,
  type Endpoint,
  type Model,
  type ModelVersion,
  type Operation,
  type State,
} from './state.ts';
export { type Schedule, type Turn } from './schedule.ts';
export { type RecordedViolation } from './store.ts';
