import type { InitializeCapabilities } from '../protocol/generated/InitializeCapabilities';

/** What codex is asked for when the conversation with it begins. */
export const CAPABILITIES: InitializeCapabilities = {
  experimentalApi: true,
  requestAttestation: false,
  // Nobody here listens to these: four lines of a short turn's twelve, each of which wakes the service.
  optOutNotificationMethods: [
    'account/rateLimits/updated',
    'remoteControl/status/changed',
    'thread/readState/changed',
    'thread/settings/updated',
    'thread/started',
    'thread/status/changed',
  ],
};
