import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import type { ModelIdentity, Strictness } from '@mlops-actions/manifest';

/** What an organisation demands of this model's gate. Nothing in it can make a policy laxer. */
export interface Organisation {
  path: string;
  /** `sha256:...` of the file. */
  digest: string;
  /** The model's risk tier, where the organisation tells tiers apart. */
  tier: RiskTier | undefined;
  /** What it demands of every model, and of the model's tier. */
  demands: Strictness[];
}

type RiskTier = NonNullable<ModelIdentity['risk-tier']>;

const SIZE_LIMIT = 1024 * 1024;

/**
 * Reads an organisation's policy.
 *
 * @param tier the model's risk tier
 * @throws UserError if it is no such file, or tells tiers apart and the model has none
 */
export async function readOrganisation(file: string, tier: RiskTier | undefined): Promise<Organisation> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`The organisation's policy '${file}' cannot be read.`, { cause });
  });
  if (bytes.length > SIZE_LIMIT) throw new UserError(`The organisation's policy '${file}' is larger than 1 MiB.`);
  const { parseOrganisationPolicy } = await import('@mlops-actions/manifest/parse');
  const { 'every-model': everyModel, tiers } = parseOrganisationPolicy(bytes.toString('utf8'), file);
  if (tiers !== undefined && tier === undefined) {
    throw new UserError(`'${file}' demands more of some risk tiers, and the model has none.`, {
      fix: "Set model.risk-tier in model.yaml, and name model.yaml by the input 'manifest'.",
    });
  }
  const ofTier = tiers === undefined ? undefined : tiers[tier!];
  return {
    path: file,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    tier: tiers === undefined ? undefined : tier,
    demands: [everyModel, ofTier].filter((demand) => demand !== undefined),
  };
}
