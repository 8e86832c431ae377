import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { BackendRegistry } from '../catalog/backend-registry';
import type { GatewayCaller } from '../wire/gateway-caller';
import type { JsonObject } from '../wire/json';

/** A model that no backend is, as it is listed. */
export interface DelegatedModel {
  readonly id: string;
  readonly object: 'model';
  /** Unix seconds. */
  readonly created: number;
  readonly owned_by: string;
}

/** A call of `/v1` for such a model, from somebody whom the access guard has let in. */
export interface DelegatedCall {
  /** As it came, checked no further than that its `model` is a text. */
  readonly body: JsonObject;
  readonly model: string;
  readonly caller: GatewayCaller;
  readonly request: Request;
  /** To be answered, with events where the body has `stream`. */
  readonly response: Response;
}

/**
 * Answers for models that no backend is. A part of the service above the gateway implements it; what it throws before it has sent
 * anything is answered in OpenAI's form.
 */
export abstract class ModelDelegate {
  /** Whether a model with this name is one of these. */
  abstract has(model: string): boolean;
  /** Those that the caller may use. */
  abstract list(caller: GatewayCaller): Promise<readonly DelegatedModel[]>;
  /** Answers a chat completion. @throws OpenAiError or DomainError before anything is sent */
  abstract complete(call: DelegatedCall): Promise<void>;
  /** Answers a call of the Responses API. @throws as `complete` */
  abstract respond(call: DelegatedCall): Promise<void>;
}

/** Which of the names of models are answered for by no backend. A backend of the operator's with such a name goes first. */
@Injectable()
export class DelegatedModels {
  private delegate: ModelDelegate | undefined;

  constructor(private readonly registry: BackendRegistry) {}

  /** To be called when modules are made. */
  register(delegate: ModelDelegate): void {
    this.delegate = delegate;
  }

  /** Who answers for a model; undefined: a backend, or nobody. */
  of(model: unknown): ModelDelegate | undefined {
    if (typeof model !== 'string' || this.delegate?.has(model) !== true) return undefined;
    return this.registry.resolve(model) === undefined ? this.delegate : undefined;
  }

  async list(caller: GatewayCaller): Promise<readonly DelegatedModel[]> {
    const models = (await this.delegate?.list(caller)) ?? [];
    return models.filter(({ id }) => this.of(id) !== undefined);
  }
}
