import { ApiProperty } from '@nestjs/swagger';
import { Matches, MaxLength, MinLength } from 'class-validator';

export const KEY_SOURCES = ['stored', 'environment', 'none'] as const;
export type KeySource = (typeof KEY_SOURCES)[number];

/** What can be sent in a header. */
export const KEY_FORM = /^[\x21-\x7e]+$/;

export class SetProviderKeyDto {
  /** The key as the provider gave it; it is stored encrypted and never returned. @example sk-0123456789abcdefghij */
  @MinLength(8)
  @MaxLength(8192)
  @Matches(KEY_FORM, { message: 'key must be the key alone, without blanks or line breaks' })
  key: string;
}

export class ProviderKeyDto {
  /** Id of the backend, or of one of its further deployments. @example openai */
  id: string;
  /** Where the key in force comes from: set over this API, or from a variable of the service. */
  @ApiProperty({ enum: KEY_SOURCES })
  source: KeySource;
  /** The last four characters of the key in force; null for a short one and for none. @example 4f2a */
  @ApiProperty({ type: String, nullable: true })
  last4: string | null;
  /** When the stored key was set; null for none. */
  @ApiProperty({ type: String, nullable: true })
  setAt: string | null;
  /** The variable that is read while no key is stored; null: none. @example OPENAI_API_KEY */
  @ApiProperty({ type: String, nullable: true })
  variable: string | null;
  /** False: a key is stored that neither ENCRYPTION_KEY nor a previous one opens; it must be set again. */
  isReadable: boolean;
}
