import { ApiProperty } from '@nestjs/swagger';

export class BackendDto {
  /** @example demo */
  id: string;
  /** @example openai-compatible */
  type: string;
  /** Model that it uses unless a chat names another. */
  model: string;
  displayName: string;
  /** Whether a chat gets this one when it names none. */
  isDefault: boolean;
  /** What its messages may hold. */
  @ApiProperty({ enum: ['text', 'image'], isArray: true })
  inputModalities: readonly ('text' | 'image')[];
  /** False when the variable with its API key is not set. */
  ready: boolean;
}
