import type { ToolOutput } from '../../app-server/agent/agent-tool';
import type { ToolsConfig } from '../../config/tools.config';
import { CollectedOutput } from '../collected-output';
import { answered, refused, Tool, ToolContext, ToolRefusal } from '../tool';
import { startProgram } from '../tool-program';
import { Language, packageFault } from './packages';

const MAX_OUTPUT = 20_000;
const TIMEOUT_MS = 900_000;

/** `$1`: index or registry, or nothing; then the packages. What a package brings along to be run at its installation is not run. */
const SCRIPTS: Readonly<Record<Language, string>> = {
  python: `exec 2>&1; set -e; index=$1; shift
if [ ! -x .venv/bin/python ]; then
  if command -v uv >/dev/null; then uv venv --quiet .venv
  elif command -v python3 >/dev/null; then python3 -m venv .venv
  else echo 'There is no Python on this machine.'; exit 1; fi
fi
.venv/bin/python --version
[ $# -gt 0 ] || exit 0
if command -v uv >/dev/null; then uv pip install --python .venv/bin/python --only-binary :all: \${index:+--index-url "$index"} "$@"
else .venv/bin/python -m pip install --disable-pip-version-check --no-input --only-binary :all: \${index:+--index-url "$index"} "$@"; fi`,
  node: `exec 2>&1; set -e; registry=$1; shift
command -v npm >/dev/null || { echo 'There is no npm on this machine.'; exit 1; }
[ -f package.json ] || printf '{\\n  "name": "workspace",\\n  "private": true\\n}\\n' > package.json
echo "node $(node --version), npm $(npm --version)"
[ $# -gt 0 ] || exit 0
npm install --ignore-scripts --no-audit --no-fund --no-update-notifier \${registry:+--registry "$registry"} "$@"`,
};

const NO_NETWORK = /resolve|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EPERM|network|connect|dns/i;

/** Makes an environment of Python (`.venv`) or Node in the workspace, and installs packages that the operator allows. */
export class EnvironmentTool implements Tool {
  readonly name = 'environment_setup';
  readonly approval = 'untrusted';
  readonly timeoutMs = TIMEOUT_MS;
  readonly description: string;
  readonly inputSchema = {
    type: 'object',
    properties: {
      language: { type: 'string', enum: ['python', 'node'] },
      packages: {
        type: 'array',
        maxItems: 50,
        items: { type: 'string', minLength: 1, maxLength: 200 },
        description: 'Names, each with a version if need be: "pandas==2.3.0", "zod@4".',
      },
    },
    required: ['language'],
    additionalProperties: false,
  };

  constructor(
    private readonly config: Pick<ToolsConfig, 'packages' | 'pythonIndex' | 'nodeRegistry' | 'packageProxy'>,
  ) {
    const allowed = config.packages.join(', ') || 'none';
    this.description = `Makes an environment in the workspace, of Python (.venv) or Node (package.json), and installs packages into it. Packages that may be installed: ${allowed}.`;
  }

  async call(input: Readonly<Record<string, unknown>>, { thread, signal }: ToolContext): Promise<ToolOutput> {
    const { language, packages = [] } = input as { language: Language; packages?: readonly string[] };
    const faults = packages.flatMap((wanted) => packageFault(language, wanted, this.config.packages) ?? []);
    if (faults.length > 0) throw new ToolRefusal(`${faults.join('.\n')}.`);
    const { pythonIndex, nodeRegistry, packageProxy: proxy } = this.config;
    const from = language === 'python' ? pythonIndex : nodeRegistry;
    const variables = proxy === '' ? [] : [`HTTP_PROXY=${proxy}`, `HTTPS_PROXY=${proxy}`];
    const argv = ['env', ...variables, '/bin/sh', '-c', SCRIPTS[language], 'sh', from, ...packages] as const;
    const program = startProgram(thread, argv, signal);
    program.stdin.end();
    program.stderr.resume();
    const output = new CollectedOutput(MAX_OUTPUT);
    const [{ code }] = await Promise.all([program.ended, output.read(program.stdout)]);
    signal.throwIfAborted();
    const text = output.take();
    if (code === 0) return answered(text);
    const hint =
      packages.length > 0 && NO_NETWORK.test(text)
        ? '\n[Packages need the network, which the commands of a chat have only where it was given to them.]'
        : '';
    return refused(`${text}${hint}`);
  }
}
