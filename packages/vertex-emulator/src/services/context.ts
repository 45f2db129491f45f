import type { Metadata } from '@grpc/grpc-js';
import type { Fleet } from '../fleet.ts';
import type { Images } from '../images.ts';
import type { MonitoringResults } from '../monitoring-jobs.ts';
import type { Operations } from '../operations.ts';
import type { Choices } from '../options.ts';
import type { PipelineRuns } from '../pipelines/runs.ts';
import type { Store } from '../store.ts';

/** What the services work with. */
export interface Context {
  store: Store;
  operations: Operations;
  pipelines: PipelineRuns;
  monitoring: MonitoringResults;
  choices: Choices;
  /** Absent where the emulator runs without containers. */
  containers: { images: Images; fleet: Fleet } | undefined;
  predictions: PredictionCounts;
  /** `host:port` at which dedicated endpoints answer. */
  dedicatedAddress: string;
}

/** Answered predictions by endpoint name and deployed model id. */
export type PredictionCounts = Map<string, Map<string, number>>;

/** What a handler can do beside answering. */
export interface Call {
  /** Sends headers before the answer. */
  sendHeaders(headers: Metadata): void;
}

/** A method's implementation. */
export type Handler = (request: never, call: Call) => object | Promise<object>;

/** The methods of a service that the emulator has. */
export type Handlers = Record<string, Handler>;
