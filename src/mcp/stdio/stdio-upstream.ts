import { McpFailure, Message, SessionGoneError } from '../proxy/json-rpc';
import { CallTerms, none, Upstream, UpstreamAnswer } from '../proxy/upstream';
import type { SandboxedStart } from './server-sandbox';
import { StdioProcess } from './stdio-process';
import type { StdioPlaces } from './stdio-places';

/** One that nobody listens to, or calls, for so long has been left by a process that was killed. */
const UNUSED_MS = 60_000;

/** A server over stdio as one over HTTP: a session is a process in a sandbox. */
export class StdioUpstream implements Upstream {
  private process: StdioProcess | undefined;
  private unused: NodeJS.Timeout | undefined;

  /** @param start throws McpFailure where it cannot be started */
  constructor(
    private readonly start: () => SandboxedStart,
    private readonly places: StdioPlaces,
    private readonly onEnd: (failure: McpFailure) => void,
  ) {}

  post(message: Message, terms: CallTerms): Promise<UpstreamAnswer> {
    return Promise.resolve().then(() => this.posted(message, terms));
  }

  listen(terms: CallTerms): Promise<AsyncIterable<Message> | undefined> {
    return Promise.resolve().then(() => {
      const messages = this.running(terms).listen(terms.signal);
      terms.signal.addEventListener('abort', () => this.watchUse(), { once: true });
      return messages;
    });
  }

  end({ sessionId }: CallTerms): Promise<void> {
    if (this.process?.sessionId === sessionId) this.close();
    return Promise.resolve();
  }

  /** Ends what runs. */
  close(): void {
    const { process } = this;
    // Nobody is told of what was wanted.
    this.process = undefined;
    process?.end(new McpFailure('ended', 'has ended'));
  }

  private posted(message: Message, terms: CallTerms): UpstreamAnswer {
    const isStart = message.method === 'initialize';
    const running = isStart ? this.restarted() : this.running(terms);
    this.watchUse();
    const sessionId = isStart ? running.sessionId : undefined;
    if (message.id === undefined || message.method === undefined) {
      running.send(message);
      return { sessionId, messages: none(), isStream: false };
    }
    return { sessionId, messages: running.call(message.id, message, terms.signal), isStream: !isStart };
  }

  /** @throws SessionGoneError also when it has died: whoever calls begins anew */
  private running({ sessionId }: CallTerms): StdioProcess {
    const { process } = this;
    if (process === undefined || process.sessionId !== sessionId || process.failure !== undefined) {
      throw new SessionGoneError();
    }
    return process;
  }

  private restarted(): StdioProcess {
    this.close();
    const release = this.places.take();
    try {
      const started = new StdioProcess(this.start(), (failure) => {
        release();
        clearTimeout(this.unused);
        if (this.process === started) this.onEnd(failure);
      });
      return (this.process = started);
    } catch (error) {
      release();
      throw error instanceof McpFailure ? error : new McpFailure('unreachable', 'could not be started');
    }
  }

  private watchUse(): void {
    clearTimeout(this.unused);
    this.unused = setTimeout(() => {
      if (this.process?.isUsed) this.watchUse();
      else this.close();
    }, UNUSED_MS).unref();
  }
}
