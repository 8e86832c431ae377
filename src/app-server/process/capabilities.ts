import type { InitializeCapabilities } from '../protocol/generated/InitializeCapabilities';

/** What codex is asked for when the conversation with it begins. */
export const CAPABILITIES: InitializeCapabilities = {
  experimentalApi: true,
  requestAttestation: false,
  // Nobody here listens to these: quirk `notification-opt-out`.
  optOutNotificationMethods: [
    'account/rateLimits/updated',
    'remoteControl/status/changed',
    'thread/readState/changed',
    'thread/settings/updated',
    'thread/started',
    'thread/status/changed',
  ],
};
