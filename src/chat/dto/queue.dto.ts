import { ApiProperty } from '@nestjs/swagger';
import { MessageDto } from './message.dto';

export class WaitingMessageDto {
  turnId: string;
  /** How many turns of the chat go before it, the running one included. */
  position: number;
  message: MessageDto;
  /** Backend of this turn only; null: that of the chat. */
  @ApiProperty({ type: String, nullable: true })
  backend: string | null;
  /** Model of this turn only; null: that of the backend or chat. */
  @ApiProperty({ type: String, nullable: true })
  model: string | null;
  /** Reasoning effort of this turn; null: that of the model. */
  @ApiProperty({ type: String, nullable: true })
  effort: string | null;
}

export class QueueDto {
  /** The next first. */
  items: WaitingMessageDto[];
}
