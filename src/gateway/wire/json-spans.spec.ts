import { fieldSpans, lazyObject, withFields } from './json-spans';

const LONG = 'x'.repeat(2000);

const lazily = (text: string): Readonly<Record<string, unknown>> => {
  const bytes = Buffer.from(text);
  return lazyObject(bytes, fieldSpans(bytes) ?? []);
};

const changed = (text: string, fields: Readonly<Record<string, unknown>>): string =>
  Buffer.concat(withFields(Buffer.from(text), fields)).toString();

describe('an object whose long fields are read late', () => {
  it('is what JSON.parse makes of the bytes, also when it is copied', () => {
    const text = `{"a":1,"b":[{"c":"${LONG}"}],"__proto__":{"x":"ü€"},"d":"${LONG}"}`;
    expect(lazily(text)).toEqual(JSON.parse(text));
    expect({ ...lazily(text) }).toEqual({ ...(JSON.parse(text) as object) });
    expect(JSON.stringify(lazily(text))).toBe(text);
  });

  it('gives the same value each time', () => {
    const object = lazily(`{"a":["${LONG}"]}`);
    expect(object.a).toBe(object.a);
  });

  it('does not read what nobody asks for', () => {
    const object = lazily(`{"a":1,"b":["${LONG}",nonsense]}`);
    expect(object.a).toBe(1);
    expect(() => object.b).toThrow(SyntaxError);
  });
});

describe('bytes with other values', () => {
  it('are the same but for the value of the field', () => {
    const text = '{ "messages": [{"model":"inner","content":"a \\"model\\": \\\\"}],\n "model" : "x" , "n":1.50e0 }';
    expect(changed(text, { model: 'org/"y"' })).toBe(text.replace('"x"', '"org/\\"y\\""'));
  });

  it('have every field of the name replaced, however it is written', () => {
    const text = '{"model":"a","m\\u006fdel":{"x":["}"]},"stream":true}';
    expect(JSON.parse(changed(text, { model: 'b' }))).toEqual({ model: 'b', stream: true });
    expect(changed(text, { model: 'b' })).not.toContain('"a"');
  });

  it('have a field that was not there in front', () => {
    expect(changed('{"a":1}', { model: 'b', stream: true })).toBe('{"model":"b","stream":true,"a":1}');
    expect(changed('{ }', { model: 'b' })).toBe('{"model":"b" }');
  });

  it.each([
    '{"model":null,"a":true}',
    '{"a":-1.5,"model":12}',
    '{"a":[[],{},"\\\\"],"model":["x"],"b":"ü€\\n"}',
    '\n{\t"a"\r:\n[ 1 , 2 ]\n,"model"\n:\n"x"\n}\n',
  ])('are read as JSON.parse reads them: %j', (text) => {
    const before = JSON.parse(text) as Record<string, unknown>;
    expect(JSON.parse(changed(text, { model: 'y' }))).toEqual({ ...before, model: 'y' });
  });

  it('keep the rest as it was written', () => {
    const text = '{ "n":1.50e0, "model" : "x","list":[ 1 ] ,"gone":{"a":2}}';
    expect(changed(text, { model: 'y"', gone: undefined })).toBe('{ "n":1.50e0, "model" : "y\\"","list":[ 1 ]}');
    expect(changed('{"gone":1, "a":2 }', { gone: undefined })).toBe('{"a":2 }');
  });

  it('share the memory of what is kept', () => {
    const bytes = Buffer.from(`{"model":"x","a":"${LONG}","gone":1,"b":"${LONG}"}`);
    const long = withFields(bytes, { model: 'y', gone: undefined }).filter(({ length }) => length > LONG.length);
    expect(long.map(({ buffer, byteOffset }) => [buffer, byteOffset - bytes.byteOffset])).toEqual([
      [bytes.buffer, bytes.indexOf(',"a"')],
      [bytes.buffer, bytes.indexOf(',"b"')],
    ]);
  });

  it('hold what was not there, and may hold nothing', () => {
    expect(changed('{}', { model: 'y' })).toBe('{"model":"y"}');
    expect(changed('{"a":1}', { a: undefined })).toBe('{}');
  });
});
