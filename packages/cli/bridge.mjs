import { createInterface } from 'node:readline';

/** For how long a connection is tried: the first one, and another one for one that was lost, as a service may start anew. */
const FIRST_MS = 10_000;
const AGAIN_MS = 120_000;
const PAUSE_MS = 250;
const MAX_PAUSE_MS = 5_000;
/** Ids of what the bridge asks itself after a connection was lost. */
const OWN = 'codex-relay-bridge-';
const LOST = 'The connection to the service was lost. What was begun goes on there; load the session to see it.';

/** Lines of JSON on one side, text frames of a WebSocket on the other. A lost connection is made anew, with its sessions. */
export class Bridge {
  #socket;
  #initialize;
  #sessions = new Map();
  /** Requests of the editor without an answer, by id: what is to be known of them. */
  #pending = new Map();
  #asked = 0;
  /** Called with the answer to what the bridge itself has asked last. */
  #answered = () => undefined;
  /** Whether the service takes what the editor says. */
  #isReady = false;
  #hasEnded = false;
  #lastWrite = Promise.resolve();

  constructor({ url, token }, { input, output, say }) {
    Object.assign(this, { url, token, input, output, say });
  }

  /** Resolves at the end of the input. @throws Error when the service cannot be reached, or refuses */
  async run() {
    await this.#connect(false);
    // Not before: lines that nobody listens to are lost.
    const lines = createInterface({ input: this.input, crlfDelay: Infinity });
    const ended = new Promise((resolve) => {
      lines.once('close', () => {
        this.#hasEnded = true;
        resolve('input');
      });
    });
    lines.on('line', (line) => this.#fromEditor(line));
    for (;;) {
      const cause = await Promise.race([ended, this.#socket.lost]);
      if (cause === 'input') break;
      this.#isReady = false;
      if (cause.code === 4401) throw new Error('the token is not valid any more');
      this.say('the connection was lost; trying again');
      this.#refusePending();
      await this.#connect(true);
      if (this.#hasEnded) break;
    }
    this.#socket.close();
    await this.#lastWrite;
  }

  async #connect(isAgain) {
    const deadline = performance.now() + (isAgain ? AGAIN_MS : FIRST_MS);
    for (let pause = PAUSE_MS; !this.#hasEnded; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      try {
        this.#socket = await open(this.url, this.token, (text) => this.#fromService(text));
        if (isAgain && this.#initialize !== undefined) await this.#resume();
        this.#isReady = true;
        return;
      } catch (error) {
        const refusal = await this.#refusal();
        if (refusal !== undefined) throw new Error(refusal);
        if (performance.now() > deadline)
          throw new Error(`${this.url} cannot be reached: ${await this.#reason(error)}`);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** What the service answers to a request that is no WebSocket tells why it opens none. */
  async #refusal() {
    const response = await this.#ask();
    if (response === undefined) return undefined;
    if (response.status === 401) return 'the service does not know this token: set CODEX_RELAY_TOKEN or --token-file';
    if (response.status === 403) return 'this token may not use chats';
    return undefined;
  }

  async #reason(error) {
    const response = await this.#ask();
    if (response === undefined) return error.message;
    if (!response.ok) return `it answers ${response.status}`;
    return 'the service answers, and opens no WebSocket: acp is switched off there, or a proxy lets none through';
  }

  async #ask() {
    const address = this.url.replace(/^ws/, 'http').replace(/acp$/, 'api/v1/chats?limit=1');
    const headers = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    return fetch(address, { headers, signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  }

  #fromEditor(line) {
    if (line.trim() === '') return;
    const message = parsed(line);
    if (message?.method === 'initialize') this.#initialize = message;
    if (message?.id !== undefined && message.method !== undefined) {
      this.#pending.set(message.id, message);
      if (!this.#isReady) return this.#refusePending();
    }
    if (this.#isReady) this.#socket.send(line);
  }

  #fromService(text) {
    const message = parsed(text);
    if (message !== undefined && message.method === undefined) {
      if (String(message.id).startsWith(OWN)) return this.#answered();
      this.#note(this.#pending.get(message.id), message);
      this.#pending.delete(message.id);
    }
    this.#write(text);
  }

  /** Which sessions the editor has open, to open them again. */
  #note(request, { result, error }) {
    if (request === undefined || error !== undefined) return;
    const { method, params = {} } = request;
    if (method === 'session/new') this.#sessions.set(result?.sessionId, params.cwd);
    if (method === 'session/load' || method === 'session/resume') this.#sessions.set(params.sessionId, params.cwd);
    if (method === 'session/close') this.#sessions.delete(params.sessionId);
  }

  /** As the protocol has it: nothing is asked before the first answer. */
  async #resume() {
    const answer = new Promise((resolve) => (this.#answered = resolve));
    this.#socket.send(JSON.stringify({ ...this.#initialize, id: this.#ownId() }));
    const lost = this.#socket.lost.then(() => Promise.reject(new Error('it was lost again')));
    await Promise.race([answer, lost]);
    for (const [sessionId, cwd] of this.#sessions) {
      const params = { sessionId, cwd, mcpServers: [] };
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id: this.#ownId(), method: 'session/resume', params }));
    }
  }

  #refusePending() {
    for (const id of this.#pending.keys()) {
      this.#write(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: LOST } }));
    }
    this.#pending.clear();
  }

  #ownId() {
    this.#asked += 1;
    return `${OWN}${this.#asked}`;
  }

  #write(text) {
    this.#lastWrite = new Promise((resolve) => this.output.write(`${text}\n`, resolve));
  }
}

function open(url, token, onText) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('no connection is made')), { once: true });
    const lost = new Promise((end) => socket.addEventListener('close', ({ code }) => end({ code }), { once: true }));
    socket.addEventListener('message', ({ data }) => onText(String(data)));
    socket.addEventListener(
      'open',
      () =>
        resolve({
          lost,
          send: (text) => socket.send(text),
          close: () => socket.close(),
        }),
      { once: true },
    );
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
