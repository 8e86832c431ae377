import { z } from 'zod';
import { checkedYaml } from '../../gateway/catalog/checked-yaml';
import { list, mapping, matching, text } from '../../gateway/catalog/field-schema';
import { TOOL_APPROVALS } from '../tool';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const SECRET = matching(/^[A-Z][A-Z0-9_]*$/, 'the name of a secret, such as API_KEY');

const tool = mapping({
  name: text.describe('For the model.'),
  description: text.describe('What it does, for the model.'),
  schema: z.record(z.string(), z.unknown(), 'a JSON schema of an object').describe('Of its input.'),
  url: matching(/^https?:\/\//, 'an address that begins with https:// or http://').describe(
    'Each {field} is replaced by that field of the input, behind the host.',
  ),
  method: z.enum(METHODS, METHODS.join(', ')).default('GET'),
  headers: z.record(z.string(), z.string(), 'a mapping of texts').default({}),
  auth: mapping({
    secret: SECRET,
    header: text.default('authorization'),
    prefix: z.string('a text').default('Bearer '),
  })
    .optional()
    .describe('A secret that goes with each call.'),
  approval: z.enum(TOOL_APPROVALS, TOOL_APPROVALS.join(', ')).default('untrusted'),
  timeout_seconds: z.number('a number').positive('more than 0').max(3_600, 'at most 3600').optional(),
});

export type HttpToolEntry = z.infer<typeof tool>;

/** What `tools.yaml` may hold. */
const toolsSchema = mapping({
  allowed_hosts: list(text).describe('Hosts that tools may ask, with the port where it is not the usual one.'),
  private_hosts: z
    .array(text, 'a list of hosts')
    .default([])
    .describe('Those of them that may lead to private addresses.'),
  tools: list(tool),
}).meta({ title: 'HTTP tools of codex-relay: tools.yaml' });

export type ToolsFile = z.infer<typeof toolsSchema>;

/** @throws ConfigError with path, line and field of the first mistake, and what is allowed there */
export const parseToolsFile = (yaml: string, path: string): ToolsFile => checkedYaml(toolsSchema, yaml, path);
