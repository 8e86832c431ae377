import { ShownMessage, wholeTexts } from './whole-texts';

const whole = (text: string): ShownMessage => ({ text, isWhole: true });
const shown = (text: string): ShownMessage => ({ text, isWhole: false });

describe('the whole texts of messages', () => {
  it.each<[string, ShownMessage[], string[], (string | undefined)[], string[]]>([
    ['begin with what was shown', [shown('one t'), shown('')], ['one two', 'three'], ['one two', 'three'], []],
    ['are those of whole messages, too', [whole('Done'), shown('Do')], ['Done', 'Done'], ['Done', 'Done'], []],
    ['may be of messages that nobody saw', [shown('one')], ['one two', 'three'], ['one two'], ['three']],
    ['are not those of a message that was cut', [shown('one'), shown('tw')], ['two'], [undefined, 'two'], []],
    ['nor of one that was cut at once', [shown(''), shown('tw')], ['two'], [undefined, 'two'], []],
    ['nor of one that began in the same way', [shown('t'), whole('two')], ['two'], [undefined, 'two'], []],
    ['nor of one before others that nobody saw', [whole('a'), shown('one')], ['a', 'two'], ['a', undefined], ['two']],
    ['of a whole message are all that was shown', [whole('I')], ['I will'], [undefined], ['I will']],
  ])('%s', (_, messages, texts, ofMessages, others) => {
    expect(wholeTexts(messages, texts)).toEqual({ ofMessages, others });
  });
});
