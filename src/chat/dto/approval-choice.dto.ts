import { ApiProperty } from '@nestjs/swagger';
import type { Decision } from '../entities/approval.entity';
import { VisibleTextDto } from './visible-text.dto';

export const CHOICE_EFFECTS = ['allow', 'refuse', 'answer'] as const;
export const CHOICE_LASTS = ['once', 'turn', 'session', 'chat'] as const;

/** What a decision comes to. */
export class ApprovalChoiceDto {
  /** One of the approval's `decisions`. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }] })
  decision: Decision;
  @ApiProperty({ enum: CHOICE_EFFECTS })
  effect: (typeof CHOICE_EFFECTS)[number];
  /**
   * How long it holds: for this `once`, for the rest of the `turn`, for as long as codex keeps the chat's thread in memory (`session`), or
   * for this `chat` until it is withdrawn.
   */
  @ApiProperty({ enum: CHOICE_LASTS })
  lasts: (typeof CHOICE_LASTS)[number];
  /** Whether the turn ends with it. */
  stops: boolean;
  /** Whether the agent may be told something with it. */
  takesMessage: boolean;
  /** The words that commands begin with which run without being asked for from then on; null where it makes no rule. */
  @ApiProperty({ type: VisibleTextDto, nullable: true })
  rule: VisibleTextDto | null;
  /** All of it in words. @example Run it once, outside of the sandbox, with the network. */
  text: string;
}
