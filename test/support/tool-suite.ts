import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RelayService, ServiceOptions, writeBackends } from './service';
import { ScriptedModel, startScriptedModel } from './scripted-model';
import { playCalls, returnsOf, ToolReturn } from './tool-calls';

interface Call {
  readonly name: string;
  readonly arguments: unknown;
}

export const call = (name: string, input: unknown): Call => ({ name, arguments: input });

/** A service whose model calls tools, for all tests of a suite. */
export class ToolSuite {
  service: RelayService;
  model: ScriptedModel;

  /** Registers its start and end. @param prepare may return more of the environment */
  constructor(environment: Readonly<Record<string, string>>, prepare?: ServiceOptions['prepare']) {
    beforeAll(async () => {
      this.model = await startScriptedModel();
      const fields = `id: m, type: openai, base_url: "${this.model.url}", api_key_env: SCRIPTED_KEY, model: m`;
      this.service = await RelayService.start({
        environment: { SCRIPTED_KEY: 'key', CODEX_POOL_SIZE: '1', TOOL_TIMEOUT_SECONDS: '20', ...environment },
        prepare: (root) => {
          writeBackends(root, `backends:\n  - {${fields}}\n`);
          return prepare?.(root);
        },
      });
    });
    afterAll(async () => {
      await this.service?.dispose();
      await this.model?.stop();
    });
  }

  async newChat(input = {}): Promise<{ id: string; workspace: string }> {
    const { id } = await this.service.client.createChat({ approvalPolicy: 'never', ...input });
    const workspace = join(this.service.dataRoot, 'sessions', 'default', id, 'workspace');
    mkdirSync(workspace, { recursive: true });
    return { id, workspace };
  }

  /** What the calls came to, made one after another in one turn. */
  async callAll(chatId: string, ...calls: Call[]): Promise<ToolReturn[]> {
    playCalls(this.model, calls);
    expect((await this.service.client.ask(chatId, 'go')).turn.status).toBe('completed');
    return returnsOf(this.model);
  }

  /** What the service has started runs a command with these words. */
  runs(words: string): boolean {
    return this.service.descendants().some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words);
      } catch {
        return false;
      }
    });
  }
}
