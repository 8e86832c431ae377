import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalDto } from '../../../src/chat/dto/approval.dto';
import type { ClientEntry } from '../evidence/entries';
import type { Journal } from '../evidence/journal';
import type { Random } from '../seeded-random';
import type { Caller } from './caller';

const RETRY_MS = 100;
const LONGEST_THOUGHT_MS = 400;
/** What comes of a question: it is allowed, refused, both at the same moment, or left alone. */
const ANSWERS = [['accept'], ['accept'], ['accept'], ['cancel'], ['accept', 'cancel'], []];

/** Answers what the agent of a chat asks, each question once thought about. */
export class Approver {
  private readonly asked = new Set<string>();
  private isOff = false;

  constructor(
    private readonly caller: Caller,
    private readonly journal: Journal<ClientEntry>,
    private readonly random: Random,
  ) {}

  /** A reader of the chat has seen a question; another one may have before. */
  async ask({ id, chatId }: ApprovalDto): Promise<void> {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    const [thoughtMs, decisions] = [this.random.between(0, LONGEST_THOUGHT_MS), this.random.pick(ANSWERS)];
    await sleep(thoughtMs);
    await Promise.all(decisions.map((decision) => this.answer({ chatId, approvalId: id, decision })));
  }

  /** Answers nothing any more. */
  stop(): void {
    this.isOff = true;
  }

  /** Again and again until the service has said something. */
  private async answer(entry: { chatId: string; approvalId: string; decision: string }): Promise<void> {
    const { approvalId, decision } = entry;
    while (!this.isOff) {
      this.journal.add({ kind: 'answering', ...entry });
      const answer = await this.caller.call('POST', `/api/v1/approvals/${approvalId}`, { decision });
      if (!(answer instanceof Error) && answer.status < 500) {
        if (answer.status === 200) this.journal.add({ kind: 'answered', ...entry });
        return;
      }
      await sleep(RETRY_MS);
    }
  }
}
