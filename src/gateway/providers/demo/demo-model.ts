import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { setTimeout as delay } from 'node:timers/promises';
import { uniqueId } from '../../wire/response-object';
import { UpstreamError } from '../../wire/upstream.error';
import { demoStep } from './demo-script';
import { DemoStep } from './demo-step';

type Part = LanguageModelV4StreamPart;

/** About what tokenizers of English text need. */
const CHARACTERS_PER_TOKEN = 4;

/** A model that needs neither network nor key: it follows a script, word by word at a human pace. */
export class DemoModel implements LanguageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'demo';
  readonly supportedUrls = {};

  /** @param wordDelayMs pause between two words; 0 for none */
  constructor(
    readonly modelId: string,
    private readonly wordDelayMs: number,
  ) {}

  doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    return Promise.resolve({ stream: ReadableStream.from(this.parts(options)) });
  }

  /** The gateway only streams. */
  doGenerate(): Promise<LanguageModelV4GenerateResult> {
    return Promise.reject(new Error('the demo model only streams'));
  }

  private async *parts(options: LanguageModelV4CallOptions): AsyncGenerator<Part> {
    const { think = '', say = '', call, fail } = demoStep(options);
    yield { type: 'stream-start', warnings: [] };
    if (fail !== undefined) throw new UpstreamError('upstream_error', `failed: ${fail}`);
    yield* this.block('reasoning', think, options.abortSignal);
    yield* this.block('text', say, options.abortSignal);
    if (call !== undefined) yield* callParts(call);
    const unified = call === undefined ? 'stop' : 'tool-calls';
    const usage = usageOf(options, think, say + JSON.stringify(call ?? ''));
    yield { type: 'finish', finishReason: { unified, raw: unified }, usage };
  }

  private async *block(
    kind: 'reasoning' | 'text',
    text: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Part> {
    if (text === '') return;
    const id = `${kind}-0`;
    yield { type: `${kind}-start`, id };
    for (const delta of text.match(/\s*\S+\s*/g) ?? [text]) {
      if (this.wordDelayMs > 0) await delay(this.wordDelayMs, undefined, { signal });
      yield { type: `${kind}-delta`, id, delta };
    }
    yield { type: `${kind}-end`, id };
  }
}

function* callParts({ tool, input }: NonNullable<DemoStep['call']>): Generator<Part> {
  const id = uniqueId('call');
  const text = JSON.stringify(input);
  yield { type: 'tool-input-start', id, toolName: tool };
  yield { type: 'tool-input-delta', id, delta: text };
  yield { type: 'tool-input-end', id };
  yield { type: 'tool-call', toolCallId: id, toolName: tool, input: text };
}

/** An estimate, so that clients have something to show. */
function usageOf(options: LanguageModelV4CallOptions, think: string, output: string): LanguageModelV4Usage {
  const tokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);
  const input = tokens(JSON.stringify(options.prompt));
  const [reasoning, text] = [tokens(think), tokens(output)];
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: undefined },
    outputTokens: { total: reasoning + text, text, reasoning },
  };
}
