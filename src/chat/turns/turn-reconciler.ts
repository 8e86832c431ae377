import { update } from '../../database/rows';
import { Injectable } from '@nestjs/common';
import { now } from '../../common/clock';
import { Database } from '../../database/database';
import { toAgentActionDto } from '../dto/agent-action.dto';
import { toApprovalDto } from '../dto/approval.dto';
import { toMessageDto } from '../dto/message.dto';
import { AgentActionEntity } from '../entities/agent-action.entity';
import { ApprovalEntity } from '../entities/approval.entity';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { EventLog } from '../event-log/event-log';
import type { LogEntry } from '../event-log/log-entry';
import { concat } from '../projection/assistant-messages';
import { ShownText } from '../shown-text';
import { interruptedBy } from './turn-outcome';
import { turnEnded } from './turn-transitions';

const OUTCOME = interruptedBy('service_restarted', 'The service was restarted in the middle of the turn.');

/** Ends the turns that ran when the service died, keeping the text that was shown. Nothing is run again. */
@Injectable()
export class TurnReconciler {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly shownText: ShownText,
  ) {}

  /** To be called before any turn runs. Returns how many turns were ended. */
  async reconcile(): Promise<number> {
    const turns = await this.database.read.find(TurnEntity, { where: { status: 'running' }, order: { id: 'ASC' } });
    for (const turn of turns) {
      const entry = concat(
        await this.endMessages(turn.id),
        await this.endActions(turn.id),
        await this.endApprovals(turn.id),
        turnEnded(turn, OUTCOME, turn.usage),
      );
      await this.log.append({ chatId: turn.chatId, userId: turn.userId }, entry, 'refuse');
    }
    return turns.length;
  }

  private async endMessages(turnId: string): Promise<LogEntry> {
    const rows = await this.database.read.find(MessageEntity, { where: { turnId, status: 'streaming' } });
    const messages = await this.shownText.fill(rows.map(toMessageDto));
    return concat(
      ...messages.map(({ id, content, ...rest }) => {
        const change = { content, status: 'partial' } as const;
        return {
          events: [{ type: 'message.completed', turnId, data: { message: { ...rest, id, ...change } } } as const],
          writes: [update(MessageEntity, { id }, change)],
        } satisfies LogEntry;
      }),
    );
  }

  private async endActions(turnId: string): Promise<LogEntry> {
    const rows = await this.database.read.find(AgentActionEntity, { where: { turnId, status: 'running' } });
    const entries = rows.map(async (row): Promise<LogEntry> => {
      const output = await this.shownText.outputOf(row.chatId, turnId, row.id);
      const data = output === '' ? row.data : { ...row.data, output };
      const change = { status: 'interrupted', endedAt: now(), data } as const;
      return {
        events: [{ type: 'item.completed', turnId, data: { item: toAgentActionDto({ ...row, ...change }) } }],
        writes: [update(AgentActionEntity, { id: row.id }, change)],
      };
    });
    return concat(...(await Promise.all(entries)));
  }

  private async endApprovals(turnId: string): Promise<LogEntry> {
    const rows = await this.database.read.find(ApprovalEntity, { where: { turnId, status: 'pending' } });
    const change = { status: 'canceled', resolvedAt: now() } as const;
    return concat(
      ...rows.map(
        (row) =>
          ({
            events: [{ type: 'approval.resolved', turnId, data: { approval: toApprovalDto({ ...row, ...change }) } }],
            writes: [update(ApprovalEntity, { id: row.id }, change)],
          }) satisfies LogEntry,
      ),
    );
  }
}
