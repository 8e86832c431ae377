import { freePort } from '../support/free-port';
import { ScriptedModel } from '../support/scripted-model';
import { callsReply, ScriptedFault, ScriptedReply, textReply } from '../support/scripted-reply';
import type { ScriptedRequest } from '../support/scripted-request';
import type { ModelEntry } from './evidence/entries';
import type { Journal } from './evidence/journal';
import { roundOf, promptIn } from './evidence/prompt';
import { answerTo, ReplyRequest, replyRequestIn } from './evidence/token';

/** What the model does with the requests that come from now on. */
export type ModelMood = 'well' | 'hangs' | 'cuts';

const FAULTS: Readonly<Record<ModelMood, ScriptedFault | undefined>> = {
  well: undefined,
  hangs: { kind: 'stall', afterFrames: 4 },
  cuts: { kind: 'abort', afterFrames: 4 },
};
/** Requests are kept by the scripted model for tests that look at them; nobody does here. */
const FORGET_EVERY_MS = 1_000;

export interface ChaosModelOptions {
  readonly journal: Journal<ModelEntry>;
  /** What the command of a message does, in words of the shell. */
  readonly commandOf: (token: string) => string;
}

/** One address of the model: answers each message with words that carry its token, and writes down what it did. */
export class ChaosModel {
  /** Requests of all models so far. */
  private static count = 0;
  mood: ModelMood = 'well';
  private readonly runs = new Map<ScriptedRequest, { readonly number: number; isCut: boolean }>();
  private model = new ScriptedModel();
  private readonly forgetting = setInterval(() => this.model.requests.splice(0), FORGET_EVERY_MS).unref();

  private constructor(
    private readonly options: ChaosModelOptions,
    private readonly port: number,
  ) {}

  static async start(options: ChaosModelOptions): Promise<ChaosModel> {
    const model = new ChaosModel(options, await freePort());
    await model.listen();
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** Breaks all connections and refuses new ones until `listen`. */
  async refuse(): Promise<void> {
    for (const run of this.runs.values()) run.isCut = true;
    await this.model.stop();
  }

  async listen(): Promise<void> {
    this.model = new ScriptedModel();
    this.model.play((request) => this.answer(request));
    this.model.onEnded = (request) => this.ended(request);
    await this.model.listen(this.port);
  }

  async stop(): Promise<void> {
    clearInterval(this.forgetting);
    await this.model.stop();
  }

  private answer(request: ScriptedRequest): ScriptedReply {
    const requested = replyRequestIn(request.lastUserText);
    if (requested === undefined) return textReply('?');
    const fault = FAULTS[this.mood];
    const round = roundOf(request);
    const reply = requested.runs && round === 0 ? this.call(requested) : { text: answerTo(requested) };
    const number = ChaosModel.count++;
    this.runs.set(request, { number, isCut: fault !== undefined });
    this.options.journal.add({
      ...{ kind: 'asked', request: number, round, token: requested.token, content: request.lastUserText },
      ...{ answer: reply.text?.join('') ?? '', prompt: promptIn(request) },
    });
    return { ...reply, delayMs: requested.everyMs, ...(fault === undefined ? {} : { fault }) };
  }

  private call({ token }: ReplyRequest): ScriptedReply {
    const cmd = this.options.commandOf(token);
    const requested = { cmd, sandbox_permissions: 'require_escalated', justification: `May I run ${token}?` };
    return callsReply([{ name: 'exec_command', arguments: requested }]);
  }

  private ended(request: ScriptedRequest): void {
    const run = this.runs.get(request);
    this.runs.delete(request);
    if (run === undefined) return;
    const how = request.abandonedAt === undefined ? 'finished' : run.isCut ? 'cut' : 'abandoned';
    this.options.journal.add({ kind: 'ended', request: run.number, how });
  }
}
