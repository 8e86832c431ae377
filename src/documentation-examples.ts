import type { OpenAPIObject } from '@nestjs/swagger';

const TITLE = { title: 'Tidy up the build' };
const TURN = '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a';
const WEBHOOK = { name: 'Builds', url: 'https://hooks.example.com/relay', events: ['turn.completed'] };
const SKILL = {
  document: '---\nname: release-notes\ndescription: How we write release notes.\n---\nOne line for each change.',
};
const PUSH_DEVICE = {
  endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/gAAAA',
  // Of RFC 8291, section 5.
  keys: {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
};
const LIMITS = { turns_at_once: 4, tokens_per_day: 2_000_000 };
const PROVIDER_KEY = 'sk-0123456789abcdefghij';

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
  'post /api/v1/chats/{id}/interrupt': { queue: 'keep' },
  'post /api/v1/chats/{id}/steer': { content: 'Only the tests, please.' },
  'put /api/v1/chats/{id}/queue/order': { messageIds: [TURN] },
  'post /api/v1/chats/{id}/share': { workspace: true },
  'post /api/v1/chats/{id}/ui-stream': {
    messages: [{ id: 'first', role: 'user', parts: [{ type: 'text', text: 'run: ls' }] }],
  },
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
  'put /api/v1/projects/{id}/members/{userId}': { role: 'viewer' },
  'post /api/v1/projects/{id}/skills': SKILL,
  'patch /api/v1/projects/{id}/skills/{name}': SKILL,
  'post /api/v1/projects/{id}/webhooks': WEBHOOK,
  'post /api/v1/webhooks': WEBHOOK,
  'patch /api/v1/webhooks/{id}': { enabled: false },
  'post /api/v1/projects/{id}/chat-sessions': TITLE,
  'put /api/v1/projects/{id}/repository': { url: 'https://github.com/owner/name.git', baseBranch: 'main' },
  'post /api/v1/templates': { name: 'Release notes', instructions: 'Write for users, not for developers.' },
  'put /api/v1/templates/{id}': { name: 'Release notes', instructions: 'Write for users, and keep it short.' },
  'patch /api/v1/templates/{id}': { instructions: 'Write for users, and keep it short.' },
  'post /api/v1/mcp-servers': { name: 'tickets', url: 'https://mcp.example.com/mcp' },
  'patch /api/v1/mcp-servers/{id}': { description: 'The tickets of the shop' },
  'post /api/v1/tokens': { name: 'My laptop', scopes: ['read'], expiresAt: '2030-01-01T00:00:00Z' },
  'put /api/v1/tokens/{id}': { name: 'My laptop' },
  'post /api/v1/account/password': { currentPassword: 'what it has been', newPassword: 'a longer one than before' },
  'post /api/v1/account/push/devices': PUSH_DEVICE,
  'patch /api/v1/account/push/devices/{id}': { projects: [] },
  'put /api/v1/settings/providers/{id}/key': { key: PROVIDER_KEY },
  'post /api/v1/settings/api-keys': { provider: 'openai', api_key: PROVIDER_KEY },
  'post /api/v1/admin/account-links': { purpose: 'invitation', role: 'member' },
  'post /api/v1/admin/gateway-keys': { name: 'CI of the shop', models: ['demo'], requestsPerMinute: 60 },
  'put /api/v1/admin/gateway-keys/{id}': { requestsPerMinute: 120 },
  'put /api/v1/admin/pool': { size: 4 },
  'patch /api/v1/admin/users/{id}': { displayName: 'Ada Lovelace' },
  'put /api/v1/admin/users/{id}/limits': LIMITS,
  'put /api/v1/admin/projects/{id}/limits': LIMITS,
  'post /sessions': TITLE,
  'post /chat': { messages: [{ role: 'user', content: 'run: ls' }], stream: false },
  'post /api/codex/run': { prompt: 'run: ls' },
  'post /api/codex/stream': { prompt: 'run: ls' },
  'post /api/codex/approvals/{id}': { decision: 'accept' },
  'post /api/codex/threads': { baseInstructions: 'Be brief.' },
  'post /api/codex/threads/{id}/turns': { input: [{ type: 'text', text: 'run: ls' }] },
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
