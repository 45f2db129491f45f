import type { Action } from '@mlops-actions/action-kit';
import { readInputs, type Inputs } from './inputs.ts';
import { run } from './run.ts';

export const action: Action<Inputs> = { name: 'report-incident', readInputs, run };
