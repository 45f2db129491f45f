import type { Scope } from '../scope.ts';
import registered from './operators/tensorflow.json' with { type: 'json' };

/**
 * Operations that act on the machine or load something more. SaveV2, RestoreV2 and MergeV2Checkpoints stand in every SavedModel, to keep its own
 * variables, and
 * tables are filled from the model's own assets; they are not among them.
 */
const ACTING = new RegExp(
  `^(Experimental)?(${[
    ...['ReadFile', 'WriteFile', 'MatchingFiles', 'MatchingFilesDataset', 'PyFunc', 'PyFuncStateless', 'EagerPyFunc'],
    ...['PrintV2', 'DecodeProtoV2', 'EncodeProto', 'WholeFileReader', 'FixedLengthRecordReader', 'TextLineReader'],
    ...['TFRecordReader', 'LMDBReader', 'TextLineDataset', 'TFRecordDataset', 'FixedLengthRecordDataset', 'CSVDataset'],
    ...[
      'DatasetToTFRecord',
      'SqlDataset',
      'Snapshot\\w*Dataset',
      'ListSnapshotChunksDataset',
      'SaveDataset',
      'LoadDataset',
    ],
    ...[
      'LMDBDataset',
      'CacheDataset',
      'RegisterDataset',
      'DataServiceDataset',
      'DistributedSave',
      'Save',
      'SaveSlices',
    ],
    ...['Restore', 'RestoreSlice', 'CreateSummaryFileWriter', 'CreateSummaryDbWriter'],
    ...['Write\\w*Summary', 'ImportEvent', 'RpcCall', 'RpcClient', 'RpcServer', 'RpcServerStart', 'RpcServerRegister'],
    ...['TryRpc', 'Rpc', 'RemoteFusedGraphExecute', 'DebugIdentity', 'DebugNanCount', 'DebugNumericSummary'],
    ...['GcsConfigureBlockCache', 'GcsConfigureCredentials', 'FileSystemSetConfiguration', 'BigQueryReader'],
  ].join('|')})(V\\d)?$`,
);

/** Version 2 of the operations that write and read a checkpoint. */
const OWN_VARIABLES = new Set(['SaveV2', 'RestoreV2']);

const REGISTERED: ReadonlySet<string> = new Set(registered.operators);

/** Reviews an operation of a graph. `functions` are those that the graph defines itself, which may be called like operations. */
export function reviewOperation(operation: string, node: string, functions: ReadonlySet<string>, scope: Scope): void {
  if (ACTING.test(operation) && !OWN_VARIABLES.has(operation)) {
    scope.report('MV303', `Operation ${operation} (node ${node}) acts outside of the model`, { symbol: operation });
  } else if (!REGISTERED.has(operation) && !functions.has(operation) && !scope.allow.has(`tensorflow.${operation}`)) {
    scope.report('MV305', `Operation ${operation} (node ${node}) is no part of TensorFlow`, { symbol: operation });
  }
}
