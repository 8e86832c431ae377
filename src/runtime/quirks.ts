import { LAUNCH_QUIRKS } from './quirks/launch-quirks';
import { LIBRARY_QUIRKS } from './quirks/library-quirks';
import { PROTOCOL_QUIRKS } from './quirks/protocol-quirks';
import type { Quirk } from './quirks/quirk';
import { SANDBOX_QUIRKS } from './quirks/sandbox-quirks';

/** Every fact about the inside of codex and of libraries that this service relies on; comments name them by their ids. */
export const QUIRKS: readonly Quirk[] = [...LAUNCH_QUIRKS, ...SANDBOX_QUIRKS, ...PROTOCOL_QUIRKS, ...LIBRARY_QUIRKS];
