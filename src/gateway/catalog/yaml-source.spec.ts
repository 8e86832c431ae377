import { ConfigError } from '../../config/config.error';
import { GatewayConfig } from '../../config/gateway.config';
import { ProviderTable } from '../providers/provider-table';
import { parseBackendsFile } from './backends-file';

const providers = new ProviderTable(new GatewayConfig());
const parse = (lines: readonly string[]) => parseBackendsFile(lines.join('\n'), 'b.yaml', providers).entries;

const SHARED = [
  'backends:',
  '  - &first',
  '    id: a',
  '    type: openai',
  '    model: m',
  '    base_url: "http://x/v1"',
  '    aliases: [quick]',
  '    timeout: &patient {idle: 300}',
];

describe('anchors, aliases and merge keys in llm_backends.yaml', () => {
  it('stand for what they name; a field beside a merge key wins over the merged one', () => {
    const second = ['  - <<: *first', '    id: b', '    aliases: [slow]', '    timeout: *patient'];
    const third = ['  - {<<: [{model: n, max_queue: 1}, *first], id: c, aliases: [other], max_queue: 2}'];
    expect(parse([...SHARED, ...second, ...third])).toEqual([
      { id: 'a', type: 'openai', model: 'm', base_url: 'http://x/v1', aliases: ['quick'], timeout: { idle: 300 } },
      { id: 'b', type: 'openai', model: 'm', base_url: 'http://x/v1', aliases: ['slow'], timeout: { idle: 300 } },
      {
        ...{ id: 'c', type: 'openai', model: 'n', base_url: 'http://x/v1', aliases: ['other'] },
        ...{ timeout: { idle: 300 }, max_queue: 2 },
      },
    ]);
  });

  it.each([
    [
      'a merged field that the type does not take: the line of the merge key',
      ['  - id: b', '    type: demo', '    <<: *first', '    aliases: [slow]'],
      'b.yaml:11: backend "b": "base_url" is not taken by type demo',
    ],
    [
      'a merged list that clashes: the line of the merge key',
      ['  - id: b', '    <<: *first'],
      'b.yaml:10: backend "b": "aliases" names "quick", which is used twice',
    ],
    [
      'an alias of the wrong kind: its line',
      ['  - id: b', '    type: demo', '    price:', '      *patient'],
      'b.yaml:11: backend "b": "price" has the unknown field "idle"',
    ],
    [
      'a field beside a merge key: its own line',
      ['  - <<: *first', '    id: b', '    aliases: [slow]', '    max_queue: -1'],
      'b.yaml:12: backend "b": "max_queue" is -1, but must be a whole number, 0 or more',
    ],
    [
      'a field that a merge does not bring: the line of the entry',
      ['  - max_queue: 1', '    <<: {type: demo}'],
      'b.yaml:9: entry 2 of "backends": "id" is missing',
    ],
    [
      'a whole backend twice: the line of the second',
      ['  - *first'],
      'b.yaml:9: backend "a": "id" is used by an earlier backend',
    ],
    [
      'an alias without an anchor: its line',
      ['  - id: b', '    type: *nowhere'],
      'b.yaml:10: not valid YAML: Unresolved',
    ],
    ['a merge of what has no fields: its line', ['  - id: b', '    <<: 5'], 'b.yaml:10: not valid YAML: Merge sources'],
    ['a merge into itself: its line', ['  - &b', '    id: b', '    <<: *b'], 'b.yaml:11: not valid YAML: Excessive'],
  ])('are reported by line: %s', (_, lines, message) => {
    expect(() => parse([...SHARED, ...lines])).toThrow(ConfigError);
    expect(() => parse([...SHARED, ...lines])).toThrow(message);
  });

  it.each([
    ['aliases', (n: number) => `[*l${n}, *l${n}]`],
    ['merge keys', (n: number) => `{<<: [*l${n}, *l${n}]}`],
  ])('that would multiply without end are refused: %s', (_, twice) => {
    const levels = Array.from({ length: 40 }, (_unused, n) => `  - &l${n + 1} ${twice(n)}`);
    expect(() => parse(['backends:', '  - &l0 {id: a}', ...levels])).toThrow(
      'b.yaml:3: not valid YAML: Excessive alias',
    );
  });

  it('may be used by as many backends as a large file has', () => {
    const many = Array.from({ length: 300 }, (_, n) => `  - {<<: *first, id: b${n}, aliases: [b-${n}]}`);
    expect(parse([...SHARED, ...many])).toHaveLength(301);
  });

  it('that lead back to themselves are refused as what they are not', () => {
    const loop = ['backends:', '  - id: a', '    type: demo', '    aliases: &loop [x, *loop]'];
    expect(() => parse(loop)).toThrow('b.yaml:4: backend "a": "aliases" is a list, but must be a list of names');
  });
});
