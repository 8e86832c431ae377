import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { KEY_FORM, type ProviderKeyDto } from './provider-key.dto';

export class ApiKeyStatusDto {
  /** Id of the backend, or of one of its further deployments. @example openai */
  provider: string;
  is_configured: boolean;
  /** When the stored key was set; null for one of a variable, and for none. */
  @ApiProperty({ type: String, nullable: true })
  created_at: string | null;
}

export class ApiKeysDto {
  api_keys: ApiKeyStatusDto[];
}

export class SetApiKeyDto {
  /** Id of the backend, or of one of its further deployments. @example openai */
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  provider: string;

  /** The key as the provider gave it; it is stored encrypted and never returned. @example sk-0123456789abcdefghij */
  @MinLength(8)
  @MaxLength(8192)
  @Matches(KEY_FORM, { message: 'api_key must be the key alone, without blanks or line breaks' })
  api_key: string;
}

export const toApiKeyStatus = ({ id, source, setAt, isReadable }: ProviderKeyDto): ApiKeyStatusDto => ({
  ...{ provider: id, is_configured: source !== 'none' && isReadable, created_at: setAt },
});
