import type { LanguageModelV4Message, SharedV4ProviderOptions } from '@ai-sdk/provider';

/** Provider options of messages that the gateway made; no provider reads them. */
const KEY = 'codexRelay';

/** Why a message has the role `user` although no user wrote it. */
export type PromptOrigin = 'developer' | 'tool-output';

export const originOptions = (origin: PromptOrigin): SharedV4ProviderOptions => ({ [KEY]: { origin } });

/** Whether a message with the role `user` was made by the gateway. */
export const isGatewayMade = (message: LanguageModelV4Message): boolean => message.providerOptions?.[KEY] !== undefined;
