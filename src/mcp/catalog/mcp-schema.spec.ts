import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedYaml } from '../../gateway/catalog/checked-yaml';
import { mcpFileSchema, mcpJsonSchema, operatorServer } from './mcp-schema';

const CONFIG = join(__dirname, '../../../config');
const parse = (yaml: string) => checkedYaml(mcpFileSchema, yaml, 'mcp.yaml').servers.map(operatorServer);
const server = (fields: string): string =>
  `servers:\n  - {id: one, url: "https://mcp.example.com/"}\n  - {id: two, ${fields}}\n`;

describe("the operator's file of MCP servers", () => {
  it('gives each server what it does not say', () => {
    expect(parse('servers: [{id: docs, url: "https://mcp.example.com/mcp"}]')).toEqual([
      {
        ...{ id: 'docs', name: 'docs', scope: 'operator', description: null, mode: 'opt_in', approval: 'auto' },
        ...{
          transport: { kind: 'http', url: 'https://mcp.example.com/mcp' },
          auth: { kind: 'none' },
          enabledTools: null,
        },
        ...{ startupTimeoutSeconds: 10, toolTimeoutSeconds: 60 },
      },
    ]);
    expect(parse('servers: [{id: local, command: mcp-files}]')[0]?.transport).toEqual({
      ...{ kind: 'stdio', command: 'mcp-files', args: [], env: {}, envFrom: [], network: false, workspace: 'none' },
    });
    const oauth = { kind: 'oauth', clientId: null, clientSecretVariable: null, scopes: [] };
    expect(parse('servers: [{id: mine, url: "https://a.example/", oauth: {}}]')[0]?.auth).toEqual(oauth);
  });

  it.each([
    ['url: "nowhere"', /^mcp.yaml:3: server "two": "url" is "nowhere", but must be an address/],
    ['url: "https://user:word@mcp.example.com/"', /"url" is .*, but must be an address/],
    ['mode: opt_in', /server "two": "url" or "command" must be there, and not both/],
    ['url: "https://a.example/", command: sh', /"url" or "command" must be there, and not both/],
    ['url: "https://a.example/", env: {A: b}', /server "two": "env" is only for a server with "command"/],
    ['command: sh, oauth: {}', /"oauth" is only for a server with "url"/],
    ['url: "https://a.example/", bearer_token_env: A, oauth: {}', /"oauth" does not go with "bearer_token_env"/],
    [
      'url: "https://a.example/", bearer_token_env: "sk secret"',
      /"bearer_token_env" must be the name of an environment variable$/,
    ],
    ['url: "https://a.example/", mode: always', /"mode" is "always", but must be one of required, default_on, opt_in/],
    ['url: "https://a.example/", tool_timeout: 0', /"tool_timeout" is 0, but must be a whole number of seconds/],
    ['url: "https://a.example/", tols: [a]', /has the unknown field "tols"; allowed are id, description, url/],
  ])('is refused by line, entry and field: %s', (fields, message) => {
    expect(() => parse(server(fields))).toThrow(message);
  });

  it('has each name once, and names that tools can be called after', () => {
    expect(() => parse(server('id: one, url: "https://a.example/"').replace('{id: two, ', '{'))).toThrow(
      /server "one": "id" is used by an earlier server, where/,
    );
    expect(() => parse('servers: [{id: "Two words", url: "https://a.example/"}]')).toThrow(/a lower-case letter, then/);
  });

  it('has an example that is right, and the schema for editors that is in the repository', () => {
    expect(parse(readFileSync(join(CONFIG, 'mcp.example.yaml'), 'utf8')).length).toBeGreaterThan(2);
    expect(JSON.parse(readFileSync(join(CONFIG, 'mcp.schema.json'), 'utf8'))).toEqual(mcpJsonSchema());
  });
});
