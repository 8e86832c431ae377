import type { OpenAPIObject } from '@nestjs/swagger';

const TITLE = { title: 'Tidy up the build' };
const TURN = '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a';

/**
 * Bodies that do what their operation says as they are, by its method and path. Swagger UI fills in every field otherwise, and
 * some exclude one another, or name what is not there.
 */
const EXAMPLES: Readonly<Record<string, object>> = {
  'post /api/v1/chats': TITLE,
  'put /api/v1/chats/{id}': TITLE,
  'patch /api/v1/chats/{id}': TITLE,
  'post /api/v1/chats/{id}/messages': { content: 'run: ls' },
  'post /api/v1/chats/{id}/messages/{messageId}/edit': { content: 'run: ls -l' },
  'post /api/v1/chats/{id}/turns/{turnId}/retry': {},
  'patch /api/v1/chats/{id}/queue/{messageId}': { content: 'run: ls -l' },
  'post /api/v1/chats/{id}/compact': {},
  'post /api/v1/chats/{id}/review': { target: 'uncommitted' },
  'post /api/v1/chats/{id}/restore': { turnId: TURN, preview: true },
  'post /api/v1/chats/{id}/fork': { afterTurnId: TURN },
  'post /api/v1/chats/{id}/git/commit': { message: 'Tidy up' },
  'post /api/v1/chats/{id}/workspace/folders': { path: 'notes' },
  'post /api/v1/chats/{id}/workspace/move': { from: 'notes.txt', to: 'notes/first.txt' },
  'post /api/v1/approvals/{id}': { decision: 'accept' },
  'post /api/v1/projects': { name: 'Website', description: 'The pages of the shop' },
  'put /api/v1/projects/{id}': { name: 'Website' },
  'patch /api/v1/projects/{id}': { name: 'Website' },
  'post /api/v1/projects/{id}/members': { email: 'ada@example.com', role: 'editor' },
  'post /api/v1/projects/{id}/chat-sessions': TITLE,
  'put /api/v1/projects/{id}/repository': { url: 'https://github.com/owner/name.git', baseBranch: 'main' },
  'post /api/v1/templates': { name: 'Release notes', instructions: 'Write for users, not for developers.' },
  'patch /api/v1/templates/{id}': { instructions: 'Write for users, and keep it short.' },
  'post /api/v1/mcp-servers': { name: 'tickets', url: 'https://mcp.example.com/mcp' },
  'patch /api/v1/mcp-servers/{id}': { description: 'The tickets of the shop' },
  'post /api/v1/tokens': { name: 'My laptop', scopes: ['read'], expiresAt: '2030-01-01T00:00:00Z' },
  'post /api/v1/admin/gateway-keys': { name: 'CI of the shop', models: ['demo'], requestsPerMinute: 60 },
};

interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { example?: object }>> };
}

export function withExamples(document: OpenAPIObject): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>)) {
      const body = operation.requestBody?.content?.['application/json'];
      const example = EXAMPLES[`${method} ${path}`];
      if (body && example) body.example = example;
    }
  }
  return document;
}
