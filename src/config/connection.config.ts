import { IsInt, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

/**
 * How many connections and streams there may be. A caller is an address, with IPv6 its network (/64); behind
 * TRUSTED_PROXIES the one that they name. Half of each for a caller leaves room for others.
 */
export class ConnectionConfig {
  /** TCP connections at once; one more is answered 503 `too_many_connections`. */
  @Env('MAX_CONNECTIONS', asNumber)
  @IsInt()
  @Min(10)
  @Max(1_000_000)
  maxConnections = 10_000;

  /** Of these, for one address that is no trusted proxy; one more is answered 429 `too_many_connections`. */
  @Env('MAX_CONNECTIONS_PER_CALLER', asNumber)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxConnectionsPerCaller = 5_000;

  /**
   * Event streams of all APIs, Socket.IO connections and WebSockets at once; one more is refused with 503
   * `too_many_streams`.
   */
  @Env('MAX_STREAMS', asNumber)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxStreams = 8_000;

  /** Of these, for one caller; one more is refused with 429 `too_many_streams`. */
  @Env('MAX_STREAMS_PER_CALLER', asNumber)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxStreamsPerCaller = 4_000;
}
