import { z } from 'zod';
import { TOOL_APPROVALS } from '../tool';

export const NAMED_SECRETS = z.array(z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'secrets are named like API_KEY')).max(50);

/** What every tool of the operator says of itself. */
export const toolFields = {
  name: z.string().min(1),
  description: z.string().min(1).max(4_000),
  approval: z.enum(TOOL_APPROVALS).default('untrusted'),
  timeoutSeconds: z.number().positive().max(3_600).optional(),
  schema: z.record(z.string(), z.unknown()),
};

/** What a file with code says of its tool. */
export const customToolSpec = z.object({ ...toolFields, secrets: NAMED_SECRETS.default([]) });
export type CustomToolSpec = z.infer<typeof customToolSpec>;
