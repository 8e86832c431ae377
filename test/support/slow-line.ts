import { connect, createServer, Server, Socket } from 'node:net';

/** A server through which clients reach the one at `port`, and get what it answers no faster than `bytesPerMs`. */
export function createSlowLine(port: () => number, bytesPerMs: number): Server {
  return createServer((near) => {
    const far = connect(port(), '127.0.0.1');
    near.pipe(far);
    let readyAt = performance.now();
    far.on('data', (bytes) => {
      near.write(bytes);
      // What a busy machine is late with is made up for.
      readyAt += bytes.length / bytesPerMs;
      const aheadMs = readyAt - performance.now();
      if (aheadMs <= 0) return;
      far.pause();
      setTimeout(() => far.resume(), aheadMs);
    });
    endTogether(near, far);
  });
}

function endTogether(...ends: readonly [Socket, Socket]): void {
  for (const end of ends) {
    end.on('error', () => undefined);
    end.once('close', () => ends.forEach((other) => other.destroy()));
  }
}
