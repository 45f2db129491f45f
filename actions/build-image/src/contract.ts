import { formatPlatform, isPlatform, LINUX_AMD64, platformOf, type Image } from '@mlops-actions/oci';
import type { Plan } from './inputs.ts';

/** Ports below this are for root alone. */
const FIRST_FREE_PORT = 1024;

/**
 * What of Vertex AI's container contract the images' configuration will probably break
 * (https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements), a sentence each. What it breaks for certain, such as
 * a route without a slash, is an error before.
 */
export function contractFindings(
  plan: Pick<Plan, 'port' | 'healthRoute' | 'predictRoute'>,
  images: readonly Image[],
): string[] {
  const findings = images.flatMap((image) => configFindings(plan.port, image));
  if (plan.healthRoute === plan.predictRoute)
    findings.push(
      `Health and predictions have the same route, ${plan.healthRoute}; a server tells them apart by the method alone.`,
    );
  const platforms = images.map(platformOf);
  if (images.length > 0 && !platforms.some((platform) => isPlatform(platform, LINUX_AMD64)))
    findings.push(`Vertex AI serves linux/amd64, and the image is for ${platforms.map(formatPlatform).join(', ')}.`);
  return [...new Set(findings)];
}

function configFindings(port: number, image: Image): string[] {
  const { User: user = '', Env: env } = image.config.config ?? {};
  const findings: string[] = [];
  const isRoot = /^(0|root)?(:|$)/.test(user);
  if (port < FIRST_FREE_PORT && !isRoot)
    findings.push(`Port ${port} is privileged, and the server runs as '${user}', who may not listen on it.`);
  for (const variable of env ?? []) {
    const name = variable.split('=', 1)[0]!;
    if (name.startsWith('AIP_'))
      findings.push(`The base image sets ${name}, which Vertex AI sets to a value of its own.`);
  }
  return findings;
}
