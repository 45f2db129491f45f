/** Reviews one model and prints what that needed. */
import { inspectModel } from '@mlops-actions/model-files';

const before = process.cpuUsage();
const startedAt = performance.now();
const { verdict, findings } = await inspectModel(process.argv[2]!);
const wall = performance.now() - startedAt;
const { user, system } = process.cpuUsage(before);
if (verdict !== 'pass') throw new Error(`The review found: ${findings.map(({ message }) => message).join('; ')}`);
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, memory: process.resourceUsage().maxRSS * 1024 }));
