import type { TokenUsage } from '../../chat/entities/token-usage.dto';
import type { TurnFailure } from '../../chat/event-log/chat-event';
import type { ApprovalDto } from '../../chat/dto/approval.dto';

interface OfTurn {
  readonly threadId: string;
  readonly turnId: string;
}

/** What each event carries. The first five are those of the contract. */
export interface PoolEventData {
  'turn/started': OfTurn;
  'agent/message/delta': OfTurn & { readonly itemId: string; readonly delta: string };
  'agent/reasoning/delta': OfTurn & { readonly itemId: string; readonly delta: string };
  'item/completed': OfTurn & { readonly item: PoolItem };
  'turn/completed': OfTurn & {
    readonly status: 'completed' | 'interrupted' | 'failed';
    readonly error: TurnFailure | null;
    readonly usage: TokenUsage;
  };
  'approval/requested': OfTurn & { readonly approval: PoolApproval };
  'approval/resolved': OfTurn & { readonly approval: PoolApproval };
  error: OfTurn & { readonly message: string; readonly willRetry: boolean };
}

export type PoolEventName = keyof PoolEventData;
export type PoolEvent = { [N in PoolEventName]: { readonly name: N; readonly data: PoolEventData[N] } }[PoolEventName];

export type PoolApproval = Pick<
  ApprovalDto,
  'id' | 'itemId' | 'kind' | 'request' | 'decisions' | 'status' | 'decision'
>;

/** An item by the names that codex's app-server has for its kinds. */
export type PoolItem = { readonly id: string } & (
  | { readonly type: 'userMessage'; readonly content: readonly object[] }
  | { readonly type: 'agentMessage' | 'plan' | 'reasoning'; readonly text: string }
  | {
      readonly type: 'commandExecution' | 'fileChange' | 'mcpToolCall' | 'dynamicToolCall' | 'webSearch' | 'other';
      /** As of an agent action: `completed`, `failed`, `declined` or `interrupted`. */
      readonly status: string;
      readonly [field: string]: unknown;
    }
);
