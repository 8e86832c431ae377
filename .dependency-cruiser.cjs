/** The import direction: a folder may import only from folders above it in this list. */
const layers = [
  'config',
  'common',
  'database',
  'storage',
  'runtime',
  'app-server/protocol',
  'app-server/rpc',
  'app-server/process',
  'app-server/pool',
  'app-server/agent',
  'auth',
  'access',
  'gateway',
  'tools',
  'chat',
  'projects',
  'files',
  'mcp',
  'skills',
  'workspaces',
  'snapshots',
  'branches',
  'templates',
  'repositories',
  'realtime',
  'contracts',
  'compat',
  'protocols',
  'outbox',
  'webhooks',
  'push',
  'sandbox',
  'settings',
  'admin',
  'retention',
  'observability',
];

/** The same inside of the gateway; what lies beside these folders is above them. */
const gatewayLayers = ['wire', 'catalog', 'providers', 'routing', 'accounts', 'responses-api', 'completions-api'];

const onlyUpwardsInGateway = gatewayLayers.map((layer, index) => ({
  name: `only-upwards-gateway-${layer}`,
  comment: `src/gateway/${layer} may import of the gateway only: ${gatewayLayers.slice(0, index).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/gateway/${layer}/`, pathNot: '\\.spec\\.ts$' },
  to: {
    path: `^src/gateway/((${[...gatewayLayers.slice(index + 1), 'none'].join('|')})/|[^/]+\\.ts$)`,
  },
}));

const onlyUpwards = layers.slice(0, -1).map((layer, index) => ({
  name: `only-upwards-${layer.replace('/', '-')}`,
  comment: `src/${layer} may import only from: ${layers.slice(0, index).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/((${layers.slice(index + 1).join('|')})/|[^/]+\\.ts$)` },
}));

/** The same inside of src/chat. The API form of an event belongs to the event log. */
const chatLayers = [
  'entities/',
  'dto/(?!event\\.dto)',
  '(event-log/|dto/event\\.dto)',
  '(pictures|attachments)/',
  'approvals/',
  'projection/',
  'turns/',
  'state/',
  '[^/]+\\.ts$',
  'api/',
];

const onlyUpwardsInChat = chatLayers.slice(0, -1).map((layer, index) => ({
  name: `only-upwards-chat-${index + 1}`,
  comment: `src/chat/${layer} may import, of src/chat, only from: ${chatLayers.slice(0, index).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/chat/${layer}`, pathNot: '/chat\\.module\\.ts$' },
  to: { path: `^src/chat/(${chatLayers.slice(index + 1).join('|')})` },
}));

module.exports = {
  forbidden: [
    ...onlyUpwards,
    ...onlyUpwardsInChat,
    {
      name: 'no-generated-types-outside-app-server',
      comment:
        "Codex's own types stay behind src/app-server: the rest of the service knows those of src/app-server/agent.",
      severity: 'error',
      from: { path: '^(src|web|migrations)/', pathNot: '^src/app-server/' },
      to: { path: '^src/app-server/protocol/' },
    },
    {
      name: 'no-wire-outside-app-server',
      comment: 'So do the JSON-RPC client with its errors, and the processes.',
      severity: 'error',
      from: { path: '^(src|web|migrations)/', pathNot: '^src/app-server/' },
      to: { path: '^src/app-server/(rpc|process)/' },
    },
    {
      name: 'runner-alone',
      comment: 'The program of src/tools/runner works in sandboxes, where nothing else of the service is.',
      severity: 'error',
      from: { path: '^src/tools/runner/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(src/(?!tools/runner/)|node_modules/(?!pdfjs-dist/|@types/))' },
    },
    ...onlyUpwardsInGateway,
    {
      name: 'gateway-inner-folders',
      comment: 'what a folder of the gateway is made of does not import what is made of it',
      severity: 'error',
      from: { path: '^src/gateway/(providers|responses-api)/(upstream|translation|encoder|stored)/' },
      to: { path: '^src/gateway/$1/', pathNot: '^src/gateway/$1/$2/' },
    },
    {
      name: 'gateway-outer-folders',
      severity: 'error',
      from: { path: '^src/gateway/(wire|responses-api)/[^/]+\\.ts$' },
      to: { path: '^src/gateway/$1/(http|websocket)/' },
    },
    {
      name: 'drivers-behind-the-database',
      comment: 'Only src/database knows the drivers: where databases differ, that is behind its Dialect.',
      severity: 'error',
      from: { path: '^(src|web|migrations)/', pathNot: '^src/database/' },
      to: { path: '(^|/)node_modules/(sqlite3|pg|pg-[a-z-]+)/' },
    },
    {
      name: 'inside-of-a-transaction',
      comment: 'A write works with its WriteTransaction alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/' },
      to: { path: '^src/database/(writer|statements|statement)\\.ts$' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'web-alone', severity: 'error', from: { path: '^web/' }, to: { path: '^(src|test|migrations)/' } },
    {
      name: 'src-not-test',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|web)/' },
    },
  ],
  options: {
    // The generated types are seen, and not looked into: they import each other in circles.
    doNotFollow: { path: 'node_modules|protocol/generated' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
