import { IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { TurnConfigDto } from './pool-thread.dto';

/** What clients send over Socket.IO, by the name of the call. */
export class ThreadCall {
  @IsString()
  @IsNotEmpty()
  threadId: string;
}

export class SubscribeCall extends ThreadCall {
  /** Number of the last event that the client has; left out: those from now on. */
  @Optional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}

export class TurnStartCall extends TurnConfigDto {
  @IsString()
  @IsNotEmpty()
  threadId: string;
}
