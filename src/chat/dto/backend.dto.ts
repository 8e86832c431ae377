import { ApiProperty } from '@nestjs/swagger';
import { type Backend } from '../../gateway/catalog/backend';
import {
  INPUT_MODALITIES,
  type InputModality,
  type ModelSpec,
  REASONING_LEVELS,
} from '../../gateway/catalog/model-spec';

export class PriceDto {
  /** Of a million tokens of input, in the operator's currency. */
  input: number;
  /** Of a million that the provider had in its cache. */
  cached: number;
  output: number;
}

export class BackendModelDto {
  /** What a chat or a message names as its `model`. */
  name: string;
  displayName: string;
  /** Tokens that a request may have. */
  contextWindow: number;
  /** Longest answer in tokens; null: the provider's own limit. */
  @ApiProperty({ type: Number, nullable: true })
  maxOutputTokens: number | null;
  /** What its messages may hold. */
  @ApiProperty({ enum: INPUT_MODALITIES, isArray: true })
  inputModalities: readonly InputModality[];
  /** What a message may name as its `effort`: none where the list is empty; null: nobody knows, and any is taken. */
  @ApiProperty({ enum: REASONING_LEVELS, isArray: true, nullable: true })
  efforts: readonly string[] | null;
  /** Null: unknown. */
  @ApiProperty({ type: PriceDto, nullable: true })
  price: PriceDto | null;
}

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
  @ApiProperty({ enum: INPUT_MODALITIES, isArray: true })
  inputModalities: readonly InputModality[];
  /** Its own model first, then the others that the operator has named; where there are no others, any name is passed on. */
  models: BackendModelDto[];
  /** False when the variable with its API key is not set. */
  ready: boolean;
}

export function toBackendDto(backend: Backend, isDefault: boolean): BackendDto {
  const { id, type, model, displayName, inputModalities, models, ready } = backend;
  const named = [toModelDto(model, backend), ...models.map((one) => toModelDto(one.name, one))];
  return { id, type, model, displayName, isDefault, inputModalities, models: named, ready };
}

function toModelDto(name: string, spec: ModelSpec): BackendModelDto {
  const { displayName, contextWindow, maxOutputTokens, inputModalities, reasoningLevels: efforts, price } = spec;
  const shown = price && { input: price.input, cached: price.cached, output: price.output };
  return { name, displayName, contextWindow, maxOutputTokens, inputModalities, efforts, price: shown };
}
