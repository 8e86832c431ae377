import { ConfigError } from './config.error';
import { asList, asLowerCase, asNumber, Env, envBindings } from './env.decorator';
import { Environment } from './environment';
import { GatewayConfig } from './gateway.config';
import { loadConfig } from './load-config';
import { LogConfig } from './log.config';
import { PoolConfig } from './pool.config';
import { ServerConfig } from './server.config';

const poolOf = (variables: Record<string, string>): PoolConfig => loadConfig(PoolConfig, new Environment(variables));

function complaint(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return String(error);
  }
  throw new Error('nothing was wrong');
}

describe('loadConfig', () => {
  it('takes the defaults of what is not set, or empty, or blank', () => {
    expect(poolOf({})).toEqual(new PoolConfig());
    expect(poolOf({ CODEX_POOL_SIZE: '', CODEX_SELECTION_STRATEGY: '  ' })).toEqual(new PoolConfig());
  });

  it('keeps agents in the sandbox by default where people sign in and share processes, and only there', () => {
    const ceilingOf = (variables: Record<string, string>): string => poolOf(variables).sandboxModeMax;
    expect(ceilingOf({ SECURITY_METHOD: 'Local' })).toBe('workspace-write');
    expect(ceilingOf({ SECURITY_METHOD: 'None' })).toBe('danger-full-access');
    expect(ceilingOf({ SECURITY_METHOD: 'OIDC', CODEX_ISOLATION: 'USER' })).toBe('danger-full-access');
    const chosen = { CODEX_SANDBOX_MODE_MAX: 'danger-full-access' };
    expect(ceilingOf({ SECURITY_METHOD: 'Token', ...chosen })).toBe('danger-full-access');
  });

  it('reads numbers, lists, and words in any case, without the blanks around them', () => {
    expect(poolOf({ CODEX_POOL_SIZE: ' 5 ', CODEX_SELECTION_STRATEGY: 'Least_Busy' })).toMatchObject({
      ...{ size: 5, selectionStrategy: 'least_busy' },
    });
    const server = loadConfig(ServerConfig, new Environment({ CORS_ORIGINS: 'http://a.example, http://b.example,' }));
    expect(server.corsOrigins).toEqual(['http://a.example', 'http://b.example']);
  });

  it('reads a proxy by either of its names, with or without its protocol', () => {
    const proxiesOf = (variables: Record<string, string>): GatewayConfig =>
      loadConfig(GatewayConfig, new Environment(variables));
    expect(proxiesOf({ HTTP_PROXY: 'http://a:1', http_proxy: 'http://b:1' }).httpProxy).toBe('http://a:1');
    expect(proxiesOf({ https_proxy: 'me:secret@b:3128', no_proxy: 'c' })).toMatchObject({
      ...{ httpProxy: '', httpsProxy: 'http://me:secret@b:3128', noProxy: 'c' },
    });
    expect(complaint(() => proxiesOf({ HTTP_PROXY: 'socks5://me:secret@b' }))).toMatch(
      /^(?!.*secret@).*HTTP_PROXY is set to something else/,
    );
  });

  it.each([
    ['CODEX_SELECTION_STRATEGY', 'fastest', ['round_robin', 'least_busy']],
    ['CODEX_POOL_SIZE', 'three', ['integer']],
    ['CODEX_POOL_SIZE', '0', ['1']],
    ['CODEX_POOL_SIZE', '65', ['64']],
    ['CODEX_MAX_TURNS_PER_INSTANCE', '1.5', ['integer']],
    ['CODEX_REQUEST_TIMEOUT_SECONDS', '-1', ['1']],
    ['CODEX_REQUEST_TIMEOUT_SECONDS', '1e3', ['integer']],
  ])('names the variable, the value and what is allowed: %s=%s', (variable, value, allowed) => {
    const text = complaint(() => poolOf({ [variable]: value }));
    expect(text).toContain(`${variable} is "${value}"`);
    for (const word of allowed) expect(text).toContain(word);
    expect(text).not.toContain('undefined');
  });

  it('names all variables that are wrong, in one line', () => {
    const text = complaint(() => poolOf({ CODEX_POOL_SIZE: '0', CODEX_SELECTION_STRATEGY: 'fastest' }));
    expect(text).toContain('CODEX_POOL_SIZE');
    expect(text).toContain('CODEX_SELECTION_STRATEGY');
    expect(text).not.toContain('\n');
  });

  it.each([
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://app.example:443'],
    ['CORS_ORIGINS', 'https://app.example?x'],
    ['CORS_ORIGINS', 'https://a.example,https://b.example/'],
    ['CORS_ORIGINS', 'app.example'],
    ['ALLOWED_HOSTS', 'relay.example:8000'],
    ['ALLOWED_HOSTS', 'https://relay.example'],
    ['ALLOWED_HOSTS', 'Relay.example'],
  ])('refuses what no request could match: %s=%s', (variable, value) => {
    const text = complaint(() => loadConfig(ServerConfig, new Environment({ [variable]: value })));
    expect(text).toContain(`${variable} is "${value}", but each of it must be`);
  });

  it('takes every form of a host name and of an origin', () => {
    const hosts = 'relay.example,relay,10.0.0.7,fd00::7';
    const origins = 'https://app.example,http://localhost:5173,http://[::1]:3000,tauri://localhost';
    const config = loadConfig(ServerConfig, new Environment({ ALLOWED_HOSTS: hosts, CORS_ORIGINS: origins }));
    expect([config.allowedHosts.join(), config.corsOrigins.join()]).toEqual([hosts, origins]);
  });

  it('makes a configuration that nobody can write to, nor to the lists in it', () => {
    expect(() => Object.assign(poolOf({ CODEX_POOL_SIZE: '5' }), { size: 6 })).toThrow('read only');
    const server = loadConfig(ServerConfig, new Environment({ CORS_ORIGINS: 'http://a.example' }));
    expect(() => server.corsOrigins.push('http://b.example')).toThrow('not extensible');
  });

  it('says what a log level may be', () => {
    const text = complaint(() => loadConfig(LogConfig, new Environment({ LOG_LEVEL: 'loud' })));
    expect(text).toContain('trace, debug, info, warn, error, fatal, silent');
  });
});

describe('the parsers of variables', () => {
  it('leave what they do not understand as it is, for the validator to name', () => {
    expect(['12', '-3', '1.5', '0x10', '12px', 'NaN', '١٢'].map(asNumber)).toEqual([
      ...[12, -3, 1.5, '0x10', '12px', 'NaN', '١٢'],
    ]);
    expect(asList(' a ,,b')).toEqual(['a', 'b']);
    expect(asLowerCase('JSON')).toBe('json');
  });
});

describe('Env', () => {
  it('binds properties of a class and of the class that it extends, and of no other', () => {
    class Base {
      @Env('BASE')
      base = '';
    }
    class Derived extends Base {
      @Env('DERIVED')
      derived = '';
    }
    class Other {}
    expect(envBindings(Derived).map(({ variable }) => variable)).toEqual(['BASE', 'DERIVED']);
    expect(envBindings(Base).map(({ variable }) => variable)).toEqual(['BASE']);
    expect(envBindings(Other)).toEqual([]);
  });
});
