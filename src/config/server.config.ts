import { IsArray, IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';
import { asList, asNumber, Env } from './env.decorator';

/** Where the service listens and how it stops. */
export class ServerConfig {
  /** Address to listen on. Anything but a loopback address opens the service to the network. */
  @Env('HOST')
  @IsString()
  @IsNotEmpty()
  host = '127.0.0.1';

  /** TCP port; 0 takes any free one. */
  @Env('PORT', asNumber)
  @IsInt({ message: 'it must be a whole number from 0 to 65535' })
  @Min(0)
  @Max(65535)
  port = 8000;

  /** Browser origins, comma separated, that may call the API from other pages. */
  @Env('CORS_ORIGINS', asList)
  @IsArray()
  corsOrigins: string[] = [];

  /**
   * Host names, comma separated, under which the service is reached besides its own address, behind a proxy, say. While
   * it listens on a loopback address, requests for other names are refused: a web page could have made them up.
   */
  @Env('ALLOWED_HOSTS', asList)
  @IsArray()
  allowedHosts: string[] = [];

  /** Seconds that running turns get to end after SIGTERM. */
  @Env('SHUTDOWN_GRACE_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(3600)
  shutdownGraceSeconds = 10;
}
