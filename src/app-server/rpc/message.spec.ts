import { isRequest, isResponse, parseHead, parseMessage } from './message';

describe('parseMessage', () => {
  it.each(['', 'panic', '{"half":', '[]', '"text"', 'null', '{}', '{"id":null,"result":1}'])(
    'takes %j for none',
    (line) => {
      expect(parseMessage(line)).toBeNull();
    },
  );

  it('tells requests, responses and notifications apart without the field jsonrpc', () => {
    const kinds = ['{"id":1,"method":"m"}', '{"id":1,"result":{}}', '{"method":"m"}'].map((line) => {
      const message = parseMessage(line);
      return message === null ? null : [isRequest(message), isResponse(message)];
    });
    expect(kinds).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
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
