/** A text without the names and passwords of the addresses in it. */
export const withoutCredentials = (text: string): string => text.replace(/(\w+:\/\/)[^\s/@]*@/gu, '$1');
