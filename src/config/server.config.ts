import { IsIn, IsInt, IsNotEmpty, IsString, Matches, Max, Min } from 'class-validator';
import { asBasePath, asList, asLowerCase, asNumber, Env } from './env.decorator';

/** As browsers send it: in lower case, without a path, a slash at the end, a wildcard, or the port that is usual. */
const ORIGIN = /^(?!https:\/\/[^/]*:443$|http:\/\/[^/]*:80$)[a-z][a-z\d+.-]*:\/\/[^/?#\s*A-Z]+$/;
/** As requests are compared with: in lower case, without a port; an IPv6 address without its brackets. */
const HOST_NAME = /^(?:[^\s/:*[\]A-Z]+|[\da-f:.]+)$/;

const ADDRESS_RANGE = /^(?:(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?|(?=.*:)[\da-f:.]+(?:\/\d{1,3})?)$/i;
/** No path of our own, which could not be told from it. */
const BASE_PATH =
  /^(?!\/(?:api|v1|docs|redoc|openapi\.\w+|socket\.io|health|status|metrics|assets|sign-in)(?:\/|$))(?:\/[\w.~-]+)*$/i;

const COMPRESSION = ['on', 'off'] as const;

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
   * Host names, comma separated, under which the service is reached besides `localhost` and addresses, behind a proxy, say.
   * Requests for other names are refused: a web page could have made them up. While it listens on a loopback address, so are
   * those for addresses of other machines.
   */
  @Env('ALLOWED_HOSTS', asList)
  @Matches(HOST_NAME, {
    each: true,
    message: 'each of it must be a name in lower case without port, such as app.example',
  })
  allowedHosts: string[] = [];

  /**
   * Addresses, or ranges such as `10.0.0.0/8`, comma separated, of proxies that decide who may call. What comes
   * through any other proxy is refused while nobody signs in. Of these, `X-Forwarded-For` says who calls.
   */
  @Env('TRUSTED_PROXIES', asList)
  @Matches(ADDRESS_RANGE, { each: true, message: 'each of it must be an address or a range, such as 10.0.0.0/8' })
  trustedProxies: string[] = [];

  /**
   * Path below which a proxy shows the service, such as `/relay`. Requests are taken with it and without it, so the proxy
   * may cut it off or not.
   */
  @Env('BASE_PATH', asBasePath)
  @Matches(BASE_PATH, { message: 'it must be a path such as /relay, and none of the service itself' })
  basePath = '';

  /**
   * `on` compresses answers for callers that accept it (Brotli or gzip): JSON, scripts, styles and pages, no streams and
   * nothing of `/v1`. `off` is for a service that a proxy in front compresses for.
   */
  @Env('HTTP_COMPRESSION', asLowerCase)
  @IsIn(COMPRESSION)
  compression: (typeof COMPRESSION)[number] = 'on';

  /**
   * Address under which browsers reach the service, with BASE_PATH, such as `https://relay.example`: for links to accounts, and
   * for the way back from an identity provider. Empty: as each browser names it.
   */
  @Env('PUBLIC_URL', asBasePath)
  @Matches(/^(?:|https?:\/\/[^\s/?#]+(?:\/[\w.~/-]*)?)$/, {
    message: 'it must be an address such as https://relay.example',
  })
  publicUrl = '';

  /** Seconds that running turns get to end after SIGTERM. */
  @Env('SHUTDOWN_GRACE_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(3600)
  shutdownGraceSeconds = 10;
}
