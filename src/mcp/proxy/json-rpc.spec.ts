import { parseMessage, textOfMessage } from './json-rpc';

describe('a message of MCP', () => {
  it.each(['"a"', '0', '7'])('may have the id %s', (id) => {
    expect(parseMessage(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toMatchObject({ method: 'ping' });
  });

  it.each(['null', '{"a":1}', '[]', 'true', '1.5'])('is none with the id %s, which nobody could answer', (id) => {
    expect(() => parseMessage(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toThrow('no message of MCP');
  });

  it('is given on as codex can read it', () => {
    const message = (result: unknown) => ({ jsonrpc: '2.0', id: 1, result }) as const;
    expect(textOfMessage(message('half \ud83d'))).toBe('{"jsonrpc":"2.0","id":1,"result":"half \ufffd"}');
    const deep = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], 1);
    expect(() => textOfMessage(message(deep))).toThrow('sent what is nested too deeply');
  });
});
