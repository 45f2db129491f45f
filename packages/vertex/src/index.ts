export { CHAMPION_ALIAS, followTraffic, PREVIOUS_CHAMPION_ALIAS } from './champion.ts';
export { connectVertex, withVertex, type Vertex } from './clients.ts';
export {
  awaitReplicas,
  awaitRunningDeployments,
  deployDark,
  ReplicasMissing,
  resize,
  undeploy,
  type DeployRequest,
} from './deployments.ts';
export {
  createEndpoint,
  findDeployed,
  fullSplit,
  mainModel,
  readEndpoint,
  requireEndpoint,
  type DeployedModel,
  type EndpointAccess,
  type EndpointState,
  type NewEndpoint,
  type ServingShape,
} from './endpoints.ts';
export { answerLost, explain, Status, statusOf } from './errors.ts';
export { importEvaluation, listEvaluations, type Evaluation } from './evaluations.ts';
export { checkLabels, digestLabel, labelValue, type Labels } from './labels.ts';
export {
  append,
  decodeLedger,
  encodeLedger,
  isGood,
  judge,
  latestGood,
  latestOf,
  latestOfVersion,
  ledgerDigest,
  LEDGER_LENGTH,
  LEDGER_PREFIXES,
  type Ledger,
  type LedgerEntry,
  type LedgerVerdict,
} from './ledger.ts';
export {
  listMonitoringJobs,
  planReconciliation,
  reconcileMonitoring,
  searchAnomalies,
  type MonitoringJob,
  type MonitoringObjective,
  type MonitoringStat,
  type Reconciliation,
  type WatchedModel,
} from './model-monitoring.ts';
export { moveTraffic, requireUntouched, rewriteTraffic, TrafficConflict } from './moves.ts';
export { followVersion, planFollowing, type Followed, type FollowPlan, type TimeRange } from './follow-version.ts';
export {
  listModelMonitors,
  listMonitorJobs,
  searchMonitorStats,
  type ModelMonitor,
  type MonitorJob,
  type MonitorObjective,
  type MonitorStat,
} from './model-monitors.ts';
export {
  checkAlias,
  checkEndpointId,
  checkHost,
  checkModelId,
  checkPlace,
  endpointName,
  lastSegment,
  modelName,
  modelVersionName,
  parseModelVersion,
  parseVersionName,
  requirePlace,
  sameVersion,
  shortVersion,
  type ModelVersionId,
  type Place,
} from './names.ts';
export { runningOperations, waitFor, type Operation, type WaitOptions } from './operations.ts';
export {
  cancelPipelineRun,
  findPipelineRun,
  pipelineRunUrl,
  startPipelineRun,
  type PipelineArtifact,
  type PipelineRun,
  type PipelineRunRequest,
  type PipelineRunTask,
} from './pipelines.ts';
export {
  predictor,
  probe,
  quantile,
  readProbeFile,
  requestsNeeded,
  type Answer,
  type ArmAnswers,
  type Predict,
  type ProbeCase,
  type ProbeFailure,
  type ProbeOptions,
  type ProbeResult,
} from './probe.ts';
export {
  findCopy,
  findVersion,
  getModelVersion,
  IMAGE_DIGEST_LABEL,
  imageDigest,
  MODEL_DIGEST_LABEL,
  requireModelVersion,
  ROLLED_BACK_LABEL,
  rolledBackTwins,
  sameContent,
  servedDigest,
  setAliases,
  setVersionLabels,
  type ContainerContract,
  type ModelVersion,
  type VersionContent,
} from './registry.ts';
export {
  apportion,
  sameSplit,
  servingOnly,
  shareOf,
  totalOf,
  withoutModel,
  withShare,
  type TrafficSplit,
} from './traffic.ts';
export { awaitRunningUploads, copyVersion, uploadVersion, type VersionUpload } from './uploads.ts';
export { agrees, fromValue, toValue, type Json } from './values.ts';
