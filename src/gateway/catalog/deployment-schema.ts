import { z } from 'zod';
import { mapping, matching } from './field-schema';
import { providersModel } from './model-schema';

const WEIGHT_RULE = 'a number above 0, at most 1000';
const httpUrl = z.url({ protocol: /^https?$/, error: 'an http or https address' }).meta({ pattern: '^https?://' });

/** Where a provider is reached, of an entry and each of its `deployments`; what a deployment leaves out is as for the entry. */
export const ADDRESS_FIELDS = {
  base_url: httpUrl
    .optional()
    .describe('Address up to and without "/responses", "/chat/completions", "/messages", "/models/...".'),
  azure_endpoint: httpUrl.optional().describe('Address of the Azure OpenAI resource.'),
  api_version: matching(/^[A-Za-z0-9.-]{1,40}$/, 'a version as Azure names it, like 2025-01-01-preview')
    .optional()
    .describe(
      'Of Azure. None, v1, preview, or 2025-03-01-preview and later: Responses API; earlier dates: chat completions.',
    ),
  region: matching(/^[a-z]{2}(-[a-z0-9]+)+$/, 'a region as AWS names it, like us-east-1')
    .optional()
    .describe('Of Bedrock; default: us-east-1.'),
  api_key_env: matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, not the key itself')
    .optional()
    .describe('NAME of the environment variable (or line of .env) that holds the key; never the key itself.'),
};

export const deploymentSchema = mapping({
  model: providersModel.optional().describe("Replaces the backend's own model."),
  weight: z
    .number(WEIGHT_RULE)
    .positive(WEIGHT_RULE)
    .max(1000, WEIGHT_RULE)
    .optional()
    .describe("Share of the calls relative to the other deployments' weights; default: 1."),
  ...ADDRESS_FIELDS,
});

export type DeploymentEntry = z.infer<typeof deploymentSchema>;
