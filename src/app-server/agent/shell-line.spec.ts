import { argvOf, simpleCommandsOf } from './shell-line';

const bash = (script: string) => simpleCommandsOf(['/bin/bash', '-c', script]);

describe('the words of a command', () => {
  it.each([
    ['/bin/bash -c date', ['/bin/bash', '-c', 'date']],
    ["/bin/bash -lc 'touch /tmp/a b'", ['/bin/bash', '-lc', 'touch /tmp/a b']],
    [`bash -c "echo 'a' \\"b\\" \\$HOME"`, ['bash', '-c', `echo 'a' "b" $HOME`]],
    [`bash -c 'a'"'"'b'`, ['bash', '-c', "a'b"]],
    ['ls ; rm', ['ls', ';', 'rm']],
    ["touch '' end", ['touch', '', 'end']],
  ])('%j are as a shell reads them', (line, argv) => {
    expect(argvOf(line)).toEqual(argv);
  });

  it.each(["open 'quote", 'open "quote', 'end \\', ''])('of %j cannot be told', (line) => {
    expect(argvOf(line)).toBeUndefined();
  });
});

describe('the programs that a command runs', () => {
  it.each([
    ['git status -s', [['git', 'status', '-s']]],
    ['touch \'a b\' c\\ d "e f"', [['touch', 'a b', 'c d', 'e f']]],
    ['make && ls; date | wc -l || true\nid', [['make'], ['ls'], ['date'], ['wc', '-l'], ['true'], ['id']]],
    ['date;', [['date']]],
    ["echo '$(rm -rf /) > x'", [['echo', '$(rm -rf /) > x']]],
  ])('%j are told one by one', (script, commands) => {
    expect(bash(script)).toEqual(commands);
  });

  it.each([
    ...[
      'touch $(rm -rf /)',
      'touch `id`',
      'touch "$(id)"',
      'touch "`id`"',
      'touch $HOME',
      'touch "$HOME"',
      'touch a > b',
    ],
    ...[
      'touch < a',
      'touch a & rm b',
      '(touch a)',
      '{ touch a; }',
      'touch *',
      'touch ~/a',
      'touch a # b',
      'touch {a,b}',
    ],
    ...['PATH=. touch a', 'if true; then touch a; fi', '! touch a', 'eval touch a', 'cd / && touch a', 'exec touch a'],
    ...['touch a\\\nb', 'touch a\rb', 'touch "a', "touch 'a", '', '. ./x', 'touch a |& rm b', 'export PATH=.; touch a'],
  ])('cannot be told of %j', (script) => {
    expect(bash(script)).toBeUndefined();
  });

  it('are the command itself where no shell is between', () => {
    expect(simpleCommandsOf(['touch', '$(a)'])).toEqual([['touch', '$(a)']]);
    expect(simpleCommandsOf(['bash', 'script.sh'])).toBeUndefined();
    expect(simpleCommandsOf(['bash', '-c', 'date', 'name'])).toBeUndefined();
    expect(simpleCommandsOf(['bash', '-ic', 'date'])).toBeUndefined();
    expect(simpleCommandsOf([])).toBeUndefined();
  });
});
