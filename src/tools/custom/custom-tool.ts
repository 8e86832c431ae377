import { z } from 'zod';
import type { ToolContent, ToolOutput } from '../../app-server/agent/agent-tool';
import type { ComponentLogger } from '../../common/logger';
import type { Semaphore } from '../../common/semaphore';
import { withoutSecrets } from '../secrets-file';
import { Tool, ToolApproval, ToolContext, ToolRefusal } from '../tool';
import type { CustomToolSpec } from './custom-tool-spec';
import { askTool } from './tool-host';

/** While it waits for others. */
const WAIT_MS = 60_000;

export interface CustomToolSettings {
  /** Absolute path. */
  readonly file: string;
  readonly spec: CustomToolSpec;
  /** Values of those that it declares. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Bounds the calls at once. */
  readonly calls: Semaphore;
  readonly logger: Pick<ComponentLogger, 'debug'>;
}

const answerSchema = z.object({
  success: z.boolean(),
  content: z.array(
    z.union([
      z.object({ type: z.literal('text'), text: z.string() }),
      z.object({ type: z.literal('picture'), url: z.string().regex(/^data:image\/(png|jpeg|gif|webp);base64,/) }),
    ]),
  ),
});

/** A tool of the operator: a file with code, which runs in a process of its own. */
export class CustomTool implements Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly approval: ToolApproval;
  readonly timeoutMs: number;

  constructor(private readonly settings: CustomToolSettings) {
    const { name, description, schema, approval } = settings.spec;
    this.name = name;
    this.description = description;
    this.inputSchema = schema;
    this.approval = approval;
    // The host says by itself that its time is over.
    this.timeoutMs = settings.timeoutSeconds * 1000 + WAIT_MS;
  }

  async call(input: Readonly<Record<string, unknown>>, { chatId, signal }: ToolContext): Promise<ToolOutput> {
    const { file, secrets, timeoutSeconds, memoryMb, calls, logger } = this.settings;
    const context = { chatId, timeoutSeconds };
    const request = { kind: 'run', file, input, context, secrets, timeoutSeconds, memoryMb } as const;
    try {
      if (!(await calls.acquire({ timeoutMs: WAIT_MS, signal }))) throw new ToolRefusal('too many calls run already');
      const printed = (text: string): void =>
        logger.debug({ tool: this.name, text: this.clean(text) }, 'a tool printed');
      return this.outputOf(await askTool(request, signal, printed).finally(() => calls.release()));
    } catch (error) {
      if (error instanceof ToolRefusal) throw new ToolRefusal(`${this.name} failed: ${this.clean(error.message)}`);
      throw error;
    }
  }

  private outputOf(answer: unknown): ToolOutput {
    const { success, data } = answerSchema.safeParse(answer);
    if (!success) throw new ToolRefusal('its answer is neither a text nor parts of text and pictures');
    return { success: data.success, content: data.content.map((part) => this.cleanPart(part)) };
  }

  private cleanPart(part: ToolContent): ToolContent {
    return part.type === 'text' ? { ...part, text: this.clean(part.text) } : part;
  }

  private clean(text: string): string {
    return withoutSecrets(text, this.settings.secrets);
  }
}
