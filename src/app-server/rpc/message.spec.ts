import { Message } from 'vscode-jsonrpc/node';
import { parseHead, parseMessage } from './message';

describe('parseMessage', () => {
  it.each([
    '',
    'panic',
    '{"half":',
    '[]',
    '"text"',
    'null',
    '{}',
    '{"id":null,"result":1}',
    '{"id":null,"method":"m"}',
  ])('takes %j for none', (line) => {
    expect(parseMessage(line)).toBeNull();
  });

  it.each(['', '"jsonrpc":"2.0",'])('gives the library requests, answers and notifications with %j', (version) => {
    const kinds = ['"id":1,"method":"m"', '"id":1,"result":{}', '"id":1,"error":{}', '"id":1', '"method":"m"'].map(
      (rest) => {
        const message = parseMessage(`{${version}${rest}}`) ?? undefined;
        return [Message.isRequest(message), Message.isResponse(message), Message.isNotification(message)].indexOf(true);
      },
    );
    expect(kinds).toEqual([0, 1, 1, 1, 2]);
  });
});

describe('parseHead', () => {
  it('finds whom an unfinished message answers or who asks', () => {
    expect(parseHead('{"id":42,"result":{"big":"xxxx')).toEqual({ id: 42 });
    expect(parseHead('{"id":"a\\"b","result":')).toEqual({ id: 'a"b' });
    expect(parseHead('{"method":"item/tool/call","id":3,"params":{')).toEqual({ id: 3, method: 'item/tool/call' });
    expect(parseHead('{"method":"item/completed","params":{"id":3')).toBeNull();
  });
});
