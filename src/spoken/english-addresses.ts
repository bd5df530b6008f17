/** Addresses, file names and paths of English text, spelled by their marks: "example dot com". */
import { digits, quantity } from './english-numbers.js';
import type { Rule } from './reading.js';

const MARKS: Readonly<Record<string, string>> = { '.': ' dot ', '-': ' dash ', _: ' underscore ', '+': ' plus ', '/': ' slash ', '@': ' at ', ':': ' colon ', '~': ' tilde ' };
const START = String.raw`(?<![\p{L}\p{N}@_])`;
const TOP = 'com|org|net|io|dev|ai|app|de|fr|uk|eu|edu|gov|co|info|me|tv|us|ca|au|jp|cn|in|nl|it|es|ch|at|be|se|no|dk|fi|pl|br|ru|tech|cloud|xyz|site|online';
const FILE = 'md|json|js|mjs|cjs|ts|tsx|jsx|py|txt|pdf|csv|html?|css|png|jpe?g|gif|svg|mp3|mp4|wav|zip|gz|tar|rs|go|cpp|hpp|java|kt|swift|rb|php|sh|ya?ml|toml|xml|docx?|xlsx?|pptx?|exe|dll|wasm|log|ini|env|sql|lock|bak';

/** A name with marks and digits, as it is spelled over the telephone. */
export function spelled(name: string): string {
  return name
    .replace(/\d+/gu, (run) => ` ${run.length > 2 || run.startsWith('0') ? digits(run) : quantity(run)} `)
    .replace(/[.\-_+/@:~]/gu, (mark) => MARKS[mark] ?? mark)
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The host of an address, and its path when it is one short word. */
export function web(host: string, path: string | undefined): string {
  const short = /^\/([\p{L}][\p{L}-]{0,19})\/?$/u.exec(path ?? '')?.[1];
  return spelled(host.replace(/^www\./iu, '')) + (short === undefined ? '' : ` slash ${spelled(short)}`);
}

const rule = (pattern: string, say: Rule[1]): Rule => [new RegExp(pattern, 'iuy'), say];

/** Rules that begin with a letter, a digit, a slash or a sign. */
export const ADDRESSES: readonly Rule[] = [
  // What ends the sentence does not belong to the address.
  rule(String.raw`(?:https?|ftp|wss?):\/\/([^\s/?#)<>"'”’]*[\p{L}\p{N}])((?:[/?#][^\s)<>"”]*[^\s)<>"”.,;:!?'’*_]|\/(?=[\s).,!?]|$))?)`, ([, host = '', path]) => web(host.replace(/:\d+$/u, ''), path)),
  rule(String.raw`(?:mailto:)?([\p{L}\p{N}](?:[\p{L}\p{N}._%+-]*[\p{L}\p{N}_])?@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,})`, ([, address = '']) => spelled(address)),
  rule(String.raw`${START}((?:www\.)?(?:[\p{L}\p{N}-]+\.)+(?:${TOP}))(?![\p{L}\p{N}])(?!\.\p{L})((?:[/?#][^\s)<>"”]*[^\s)<>"”.,;:!?'’*_]|\/(?=[\s).,!?]|$))?)`, ([, host = '', path = '']) => (/^\d/u.test(host) && !/\p{L}.*\./u.test(host) ? undefined : web(host, path))),
  rule(String.raw`${START}([\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.(?:${FILE}))(?![\p{L}\p{N}])(?!\.\p{L})`, ([, name = '']) => spelled(name)),
  rule(String.raw`(?<![\p{L}\p{N}/.])(?:~|\.{1,2})?\/[\p{L}\p{N}._-]+(?:\/[\p{L}\p{N}._-]*[\p{L}\p{N}_-])*(?:\/(?=\s|$))?`, ([path]) => (path.lastIndexOf('/') === 0 && path.length < 3 ? undefined : spelled(path))),
  rule(String.raw`(?<![\p{L}\p{N}.])@(?=[\p{L}_])`, () => 'at '),
  rule(String.raw`(?<![\p{L}\p{N}&])#(?=\p{L})`, () => 'hashtag '),
];
