/** The import direction: a folder may import only from folders above it in this list. */
const layers = [
  'config',
  'common',
  'database',
  'runtime',
  'app-server/protocol',
  'app-server/rpc',
  'app-server/process',
  'app-server/pool',
  'auth',
  'gateway',
  'tools',
  'chat',
  'realtime',
  'compat',
  'projects',
  'files',
  'sandbox',
  'settings',
  'admin',
  'observability',
];

const onlyUpwards = layers.slice(0, -1).map((layer, index) => ({
  name: `only-upwards-${layer.replace('/', '-')}`,
  comment: `src/${layer} may import only from: ${layers.slice(0, index).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/((${layers.slice(index + 1).join('|')})/|[^/]+\\.ts$)` },
}));

module.exports = {
  forbidden: [
    ...onlyUpwards,
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
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'protocol/generated' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
