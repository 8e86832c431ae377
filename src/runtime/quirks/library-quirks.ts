import type { Quirk } from './quirk';

const SOCKET_SPEC = 'test/integration/realtime/direct-socket-writes.spec.ts';

/** Of libraries: what lies below their interfaces. */
export const LIBRARY_QUIRKS: readonly Quirk[] = [
  {
    id: 'socket-io-client',
    what: "each client of Socket.IO sends by `writeToEngine`, and a broadcast's frame for WebSockets is in its options as `wsPreEncodedFrame`",
    seen: { program: 'socket.io', version: '4.8.3' },
    why: 'a frame is handed to the network directly where nothing waits for that client',
    gain: '12.1 instead of 14.6 µs of CPU for each frame to 1,000 viewers of one chat',
    test: { file: SOCKET_SPEC, name: 'keep their order among what the library writes, over every transport' },
    removeWhen: 'Socket.IO writes a broadcast without a packet for each client',
  },
  {
    id: 'socket-io-frames',
    what: "the adapter's `_encode` makes of a broadcast's frame two buffers, header and payload",
    seen: { program: 'socket.io', version: '4.8.3' },
    why: 'as one buffer it costs each client a plain write instead of a gathering one',
    gain: '14.6 instead of 17.7 µs of CPU for each frame to 1,000 viewers of one chat',
    test: {
      file: 'test/integration/realtime/single-buffer-frames.spec.ts',
      name: 'makes one buffer of what the library encodes as two',
    },
    removeWhen: 'Socket.IO encodes one buffer',
  },
  {
    id: 'ws-queue',
    what: 'a WebSocket of ws has its network socket as `_socket`, and what waits for compression in `_sender._queue`',
    seen: { program: 'ws', version: '8.23.0' },
    why: 'a frame may be written directly only where nothing waits before it',
    test: {
      file: SOCKET_SPEC,
      name: 'wait in the library for a client that does not read, and arrive whole and in order when it does',
    },
    removeWhen: 'direct socket writes are gone',
  },
  {
    id: 'typeorm-connection',
    what: 'the driver of TypeORM for SQLite has its connection as `databaseConnection`',
    seen: { program: 'typeorm', version: '0.3.31' },
    why: 'statements of each turn are prepared once; the driver prepares and runs each in two jobs for another thread',
    gain: "most of the database's part of a turn",
    test: { file: 'src/database/prepared-statements.spec.ts', name: 'says how many rows have changed, each time anew' },
    removeWhen: 'TypeORM keeps prepared statements',
  },
  {
    id: 'typeorm-verbose',
    what: 'TypeORM asks the driver for its verbose mode, which takes a stack trace at every statement',
    seen: { program: 'typeorm', version: '0.3.31' },
    why: 'the driver that it is given has a `verbose` that changes nothing',
    gain: 'a third of the cost of a statement',
    test: {
      file: 'test/integration/database/migrations.spec.ts',
      name: 'open in WAL mode with foreign keys, synchronous=NORMAL and a timeout',
    },
    removeWhen: 'TypeORM leaves that to a setting',
  },
];
