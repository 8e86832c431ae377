import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, seedFromEnvironment } from '../../chaos/seeded-random';
import { PIXEL } from '../../support/pixel';
import type { RelayClient } from '../../support/relay-client';
import { BACKENDS } from '../support/backend-entries';
import { refusalReply } from '../support/provider-rule';
import { WireRequest, wireRequest } from '../support/wire-request';
import { World } from '../support/world';
import { DEMO, missingPairs, planOf } from './plan';
import { strictRule } from './strict-rules';
import { ENDS, PlannedTurn, replyIn, wordsIn, wordsOf } from './turn-shapes';

const TURNS = Number(process.env.SWITCH_TURNS ?? 40);
const seed = seedFromEnvironment();
/** What is found to be refused only by trying: the request goes out again without it at once. */
const EXPECTED = /image_url|could not be processed|encrypted content/;
const MS_PER_TURN = 3_000;

/** A chat, the providers behind it, and what each of them has been told. */
class SwitchedChat {
  private turn: PlannedTurn | undefined;
  private round = 0;
  private chatId = '';
  private lastSeq = 0;
  /** Backend of each request, by its index. */
  private readonly asked: string[] = [];
  /** The first request of the turn that was answered by no refusal. */
  private told: WireRequest | undefined;
  readonly refusals: string[] = [];
  /** Words that the model must know from here on. */
  private readonly known = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly picture: string,
  ) {
    const refusalOf = strictRule((index) => this.asked[index]);
    world.provider.play((scripted) => {
      const request = wireRequest(scripted);
      this.asked[scripted.index] = request.backend;
      const refusal = refusalOf(request);
      if (refusal === undefined) return this.reply(request);
      if (!EXPECTED.test(refusal.message))
        this.refusals.push(`${request.backend} in turn ${this.turn?.number}: ${refusal.message}`);
      return refusalReply(request, refusal);
    });
  }

  private get client(): RelayClient {
    return this.world.service.client;
  }

  /** Lives through one turn. @returns what is wrong with it */
  async live(number: number, { backend, shape }: Pick<PlannedTurn, 'backend' | 'shape'>): Promise<string[]> {
    const turn = { number, backend, shape, picture: this.picture };
    Object.assign(this, { turn, round: 0, told: undefined });
    await this.switchTo(backend);
    const { status, code } = await this.say(turn);
    const where = `turn ${number} (${shape} on ${backend})`;
    const end = ENDS[shape] ?? 'completed';
    const wrong = status === end ? [] : [`${where} is ${status} ${code ?? ''} instead of ${end}`];
    const told = wordsIn(this.told?.scripted.raw ?? '');
    // What is refused is answered by nobody, and the demo model does not tell what it was told.
    const forgotten = this.told === undefined ? [] : [...this.known].filter((word) => !told.has(word));
    if (forgotten.length > 0) wrong.push(`${where} was not told ${forgotten.join(' ')}`);
    this.learn(turn);
    return wrong;
  }

  private reply(request: WireRequest) {
    if (this.turn === undefined) throw new Error('nobody has said anything');
    const reply = replyIn(this.turn, request, this.round);
    const isSummary = reply.text?.[0]?.startsWith('So far:') === true;
    if (isSummary) this.summedUp(wordsIn(request.scripted.raw));
    else {
      this.told ??= request;
      this.round++;
    }
    return request.backend === 'mistral' ? { usageWithFinish: true, ...reply } : reply;
  }

  /** Codex leaves outputs out of the request for a summary where it would be too long with them. */
  private summedUp(told: ReadonlySet<string>): void {
    for (const word of this.known) if (word.startsWith('output') && !told.has(word)) this.known.delete(word);
  }

  private async switchTo(backend: string): Promise<void> {
    if (this.chatId === '') {
      const settings = { approvalPolicy: 'never', sandboxMode: 'danger-full-access' } as const;
      this.chatId = (await this.client.createChat({ backend, ...settings })).id;
    } else await this.client.request('PUT', `/api/v1/chats/${this.chatId}`, { backend });
  }

  private async say(turn: PlannedTurn): Promise<{ status: string; code?: string }> {
    const { user, begun, steer, refused } = wordsOf(turn);
    const image = turn.shape === 'picture' ? [{ type: 'image', url: PIXEL }] : [];
    const effort = turn.shape.startsWith('thoughts') ? { effort: 'high' } : {};
    const content = [{ type: 'text', text: `remember ${turn.shape === 'refused' ? refused : user}` }, ...image];
    const record = await this.client.follow(this.chatId, { after: this.lastSeq });
    const { turnId } = await this.client.send(this.chatId, { content, ...effort });
    if (turn.shape === 'stopped' || turn.shape === 'steered') {
      await record.until('text of the answer', () => record.publishedText.includes(begun));
      if (turn.shape === 'stopped') await this.client.interrupt(this.chatId);
      else await this.client.steer(this.chatId, `and ${steer}`);
    } else if (turn.shape === 'stopped-in-call') {
      await record.first('item.started');
      await this.client.interrupt(this.chatId);
    }
    const { data, seq } = await record.turnEnd(turnId);
    this.lastSeq = seq;
    await record.close();
    return { status: data.status, code: data.error?.message };
  }

  /** What has been shown in the turn is known from now on; what was refused is not. */
  private learn({ number, shape, backend }: PlannedTurn): void {
    const { user, answer, output, begun, steer } = wordsOf({ number });
    if (shape === 'refused' || shape === 'filtered') return;
    this.known.add(user);
    if (backend === DEMO) return;
    if (shape === 'steered') for (const word of [steer, answer]) this.known.add(word);
    if (shape === 'stopped' || shape === 'steered') this.known.add(begun);
    if (ENDS[shape] === undefined) this.known.add(answer);
    if (['call', 'parallel', 'thoughts-and-call', 'blank-and-call', 'patch'].includes(shape)) this.known.add(output);
  }
}

jest.setTimeout(60_000 + TURNS * MS_PER_TURN);

describe(`a chat whose backend is switched before each of ${TURNS} turns (CHAOS_SEED=${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'backend-switches-'));
  const picture = join(folder, 'dot.png');
  writeFileSync(picture, Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'));
  let world: World;
  beforeAll(async () => {
    world = await World.start({ chats: true });
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends every turn as it should, with all that was said before, for every pair of types', async () => {
    const backends = [...BACKENDS, DEMO];
    const steps = planOf(new Random(seed), backends, TURNS);
    expect(missingPairs(steps, backends)).toEqual([]);
    const chat = new SwitchedChat(world, picture);
    const wrong: string[] = [];
    for (const [number, step] of steps.entries()) {
      const found = await chat.live(number, step);
      wrong.push(...found, ...chat.refusals.splice(0));
      if (wrong.length > 0) break;
    }
    expect(wrong).toEqual([]);
  });
});
