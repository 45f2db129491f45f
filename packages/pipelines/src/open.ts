import type { Engine } from './engine.ts';
import type { AirflowOptions } from './airflow/engine.ts';
import type { ArgoOptions } from './argo/engine.ts';
import type { KubeflowOptions } from './kubeflow/engine.ts';
import type { VertexOptions } from './vertex.ts';

/** What is to be run where. */
export type Target =
  | { readonly engine: 'vertex'; readonly options: VertexOptions }
  | { readonly engine: 'kubeflow'; readonly options: KubeflowOptions }
  | { readonly engine: 'airflow'; readonly options: AirflowOptions }
  | { readonly engine: 'argo'; readonly options: ArgoOptions };

/** Opens an engine. Only its own module is loaded, with what it needs. */
export async function openEngine(target: Target): Promise<Engine> {
  switch (target.engine) {
    case 'vertex':
      return (await import('./vertex.ts')).openVertex(target.options);
    case 'kubeflow':
      return (await import('./kubeflow/engine.ts')).openKubeflow(target.options);
    case 'airflow':
      return (await import('./airflow/engine.ts')).openAirflow(target.options);
    case 'argo':
      return (await import('./argo/engine.ts')).openArgo(target.options);
  }
}
