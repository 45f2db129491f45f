/** Pushes an image of 8 MB to the reference that is its argument: a process of its own, so that it can be ended. */
import { buildLayer, composeImage, parseReference, pushImage, RegistryClient } from '@mlops-actions/oci';

const repository = parseReference(process.argv[2]!);
const model = await buildLayer([{ path: '/model', from: { bytes: Buffer.alloc(8_000_000, 7) } }], { kind: 'model' });
const image = composeImage(undefined, { layers: [model], entrypoint: ['run'] });
await pushImage(new RegistryClient(), image, repository, [repository.tag!]);
