import { IsInt, IsNotEmpty, IsString, Matches, Max, Min } from 'class-validator';
import { asList, asNumber, Env } from './env.decorator';

/** As browsers send it: in lower case, without a path, a slash at the end, a wildcard, or the port that is usual. */
const ORIGIN = /^(?!https:\/\/[^/]*:443$|http:\/\/[^/]*:80$)[a-z][a-z\d+.-]*:\/\/[^/?#\s*A-Z]+$/;
/** As requests are compared with: in lower case, without a port; an IPv6 address without its brackets. */
const HOST_NAME = /^(?:[^\s/:*[\]A-Z]+|[\da-f:.]+)$/;

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
  @Matches(ORIGIN, { each: true, message: 'each of it must be an origin, such as https://app.example' })
  corsOrigins: string[] = [];

  /**
   * Host names, comma separated, under which the service is reached besides its own address, behind a proxy, say. While
   * it listens on a loopback address, requests for other names are refused: a web page could have made them up.
   */
  @Env('ALLOWED_HOSTS', asList)
  @Matches(HOST_NAME, {
    each: true,
    message: 'each of it must be a name in lower case without port, such as app.example',
  })
  allowedHosts: string[] = [];

  /** Seconds that running turns get to end after SIGTERM. */
  @Env('SHUTDOWN_GRACE_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(3600)
  shutdownGraceSeconds = 10;
}
