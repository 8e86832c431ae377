import { parseMessage } from './json-rpc';

describe('a message of MCP', () => {
  it.each(['"a"', '0', '7'])('may have the id %s', (id) => {
    expect(parseMessage(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toMatchObject({ method: 'ping' });
  });

  it.each(['null', '{"a":1}', '[]', 'true', '1.5'])('is none with the id %s, which nobody could answer', (id) => {
    expect(() => parseMessage(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toThrow('no message of MCP');
  });
});
