import { withFields } from '../protocol/json-fields';
import { usageOptions } from './chat-body';

const replaced = (text: string, fields: Record<string, unknown>): string =>
  Buffer.concat(withFields(Buffer.from(text), fields)).toString();

describe('withFields', () => {
  it('changes nothing but the value of the field', () => {
    const text = '{ "messages": [{"model":"inner","content":"a \\"model\\": \\\\"}],\n "model" : "x" , "n":1.50e0 }';
    expect(replaced(text, { model: 'org/"y"' })).toBe(text.replace('"x"', '"org/\\"y\\""'));
  });

  it('replaces every field of the name, however it is written', () => {
    const text = '{"model":"a","m\\u006fdel":{"x":["}"]},"stream":true}';
    expect(JSON.parse(replaced(text, { model: 'b' }))).toEqual({ model: 'b', stream: true });
    expect(replaced(text, { model: 'b' })).not.toContain('"a"');
  });

  it('puts a field that is not there in front', () => {
    expect(replaced('{"a":1}', { model: 'b', stream: true })).toBe('{"model":"b","stream":true,"a":1}');
    expect(replaced('{ }', { model: 'b' })).toBe('{"model":"b" }');
  });

  it.each([
    '{"model":null,"a":true}',
    '{"a":-1.5,"model":12}',
    '{"a":[[],{},"\\\\"],"model":["x"],"b":"ü€\\n"}',
    '\n{\t"a"\r:\n[ 1 , 2 ]\n,"model"\n:\n"x"\n}\n',
  ])('reads %j as JSON.parse does', (text) => {
    const before = JSON.parse(text) as Record<string, unknown>;
    expect(JSON.parse(replaced(text, { model: 'y' }))).toEqual({ ...before, model: 'y' });
  });

  it('keeps what else the stream options say', () => {
    expect(usageOptions({ include_obfuscation: false })).toEqual({ include_obfuscation: false, include_usage: true });
    expect(usageOptions(null)).toEqual({ include_usage: true });
  });
});
