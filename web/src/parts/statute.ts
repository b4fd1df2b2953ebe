/** From a citation in full, 《中华人民共和国刑事诉讼法》第九十一条第三款, back to the short form of its address: 诉91.3. */

const DIGITS = '〇一二三四五六七八九';
const UNITS: Record<string, number> = { 十: 10, 百: 100, 千: 1000 };

/** The number that a Chinese numeral below ten thousand writes; nothing for anything else. */
export function numberOf(text: string): number | undefined {
  let total = 0;
  let digit: number | undefined;
  for (const c of text) {
    const unit = UNITS[c];
    const value = DIGITS.indexOf(c);
    if (unit !== undefined) {
      total += (digit ?? 1) * unit;
      digit = undefined;
    } else if (value >= 0) digit = value;
    else if (c !== '零') return undefined;
  }
  return text === '' ? undefined : total + (digit ?? 0);
}

const FULL = /^《(.+)》(?:第([^条]+)条(?:之([一二三四五六七八九十]+))?(?:至第([^条]+)条(?:之([一二三四五六七八九十]+))?|(?:第([^款]+)款)?(?:第([^项]+)项)?))?$/;

const article = (number: string | undefined, inserted: string | undefined) => {
  const n = number === undefined ? undefined : numberOf(number);
  return n === undefined ? undefined : `${n}${inserted ? `之${inserted}` : ''}`;
};

/** Ten thousand is never reached by an article. */
export function numeralOf(n: number): string {
  let text = '';
  let rest = n;
  let skipped = false;
  for (const [unit, name] of [[1000, '千'], [100, '百'], [10, '十']] as const) {
    const digit = Math.floor(rest / unit);
    rest %= unit;
    if (digit === 0) {
      skipped ||= text !== '';
      continue;
    }
    if (skipped) text += '零';
    skipped = false;
    text += unit === 10 && digit === 1 && text === '' ? name : `${DIGITS[digit]}${name}`;
  }
  return rest === 0 && text !== '' ? text : `${text}${skipped ? '零' : ''}${DIGITS[rest]}`;
}

const SHORT = /^(\D+?)(?:(\d+)(?:之([一二三四五六七八九十]+))?(?:[–-](\d+)(?:之([一二三四五六七八九十]+))?|(?:\.(\d+))?(?:\((\d+)\))?))?$/;

/** A citation in full; as it is where it is no short one of a known statute. Records keep the short form. */
export function fullOf(text: string, statutes: Record<string, string>): string {
  const found = SHORT.exec(text);
  const name = found?.[1] === undefined ? undefined : statutes[found[1]];
  if (!found || name === undefined) return text;
  const [, , number, inserted, last, lastInserted, paragraph, item] = found;
  const place = (n: string, after: string | undefined) => `第${numeralOf(Number(n))}条${after ? `之${after}` : ''}`;
  const to = last === undefined ? '' : `至${place(last, lastInserted)}`;
  const p = paragraph === undefined ? '' : `第${numeralOf(Number(paragraph))}款`;
  const i = item === undefined ? '' : `第${numeralOf(Number(item))}项`;
  return `《${name}》${number === undefined ? '' : place(number, inserted)}${to}${p}${i}`;
}

/** The short citation; nothing where the text is none, or of a statute that the library does not know. */
export function citationOf(text: string, statutes: Record<string, string>): string | undefined {
  const found = FULL.exec(text);
  const id = Object.entries(statutes).find(([, name]) => name === found?.[1])?.[0];
  if (!found || !id) return undefined;
  const [, , number, inserted, last, lastInserted, paragraph, item] = found;
  if (number === undefined) return id;
  const from = article(number, inserted);
  if (from === undefined) return undefined;
  if (last !== undefined) {
    const to = article(last, lastInserted);
    return to && `${id}${from}–${to}`;
  }
  const p = paragraph === undefined ? '' : `.${numberOf(paragraph) ?? ''}`;
  const i = item === undefined ? '' : `(${numberOf(item) ?? ''})`;
  return `${id}${from}${p}${i}`;
}
