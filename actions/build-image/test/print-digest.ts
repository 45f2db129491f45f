/** Prints the digest of the image that the inputs (JSON, the first argument) would make: a process of its own, with its own time zone and umask. */
import { inputReader, runContext } from '@mlops-actions/action-kit';
import { action } from '../src/index.ts';

const inputs = JSON.parse(process.argv[2]!) as Record<string, string>;
process.umask(Number(process.argv[3]));
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true; // What the action logs.
const { outputs } = await action.run(action.readInputs(inputReader((name) => inputs[name] ?? '')), runContext({}));
write(`${outputs['digest']}\n`);
