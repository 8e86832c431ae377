import { PublishedMessage, wholeTexts } from './whole-texts';

const whole = (text: string): PublishedMessage => ({ text, isWhole: true });
const published = (text: string): PublishedMessage => ({ text, isWhole: false });

describe('the whole texts of messages', () => {
  it.each<[string, PublishedMessage[], string[], (string | undefined)[], string[]]>([
    [
      'begin with what was published',
      [published('one t'), published('')],
      ['one two', 'three'],
      ['one two', 'three'],
      [],
    ],
    ['are those of whole messages, too', [whole('Done'), published('Do')], ['Done', 'Done'], ['Done', 'Done'], []],
    ['may be of messages that nobody saw', [published('one')], ['one two', 'three'], ['one two'], ['three']],
    ['are not those of a message that was cut', [published('one'), published('tw')], ['two'], [undefined, 'two'], []],
    ['nor of one that was cut at once', [published(''), published('tw')], ['two'], [undefined, 'two'], []],
    ['nor of one that began in the same way', [published('t'), whole('two')], ['two'], [undefined, 'two'], []],
    [
      'nor of one before others that nobody saw',
      [whole('a'), published('one')],
      ['a', 'two'],
      ['a', undefined],
      ['two'],
    ],
    ['of a whole message are all that was published', [whole('I')], ['I will'], [undefined], ['I will']],
  ])('%s', (_, messages, texts, ofMessages, others) => {
    expect(wholeTexts(messages, texts)).toEqual({ ofMessages, others });
  });
});
