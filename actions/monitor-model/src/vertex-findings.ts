import type { Finding } from '@mlops-actions/monitoring';
import type { Vertex } from '@mlops-actions/vertex';
import type { Task } from './inputs.ts';
import type { Serving } from './serving.ts';

export async function vertexFindings(
  _vertex: Vertex,
  _task: Task,
  _serving: Serving,
  _dryRun: boolean,
): Promise<Finding[]> {
  return Promise.resolve([]);
}
