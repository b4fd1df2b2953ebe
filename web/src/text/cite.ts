/** How a page of the dossier is quoted in a text: written and read at one place, so that what was written is found again. */

/** 证据卷 第 12 页 查获经过 */
export const pageLabel = (volume: string, page: number, title: string) => `${volume} 第 ${page} 页 ${title}`;
/** 光盘（数据）卷 讯问录像 00:12:34 */
export const momentLabel = (volume: string, time: string, title: string) => `${volume} ${title} ${time}`;
export const materialLabel = (volume: string, title: string) => `${volume} ${title}`;

/** “血液酒精含量为 128mg/100mL”（证据卷 第 12 页 查获经过） */
export const quotation = (quote: string, label: string) => (quote ? `“${quote}”（${label}）` : `（${label}）`);

/** The beginning of a reference to a page: volume and page. The title follows, then the closing bracket. */
export const REFERENCE = /（([^（）\n]{1,40}?) 第 (\d{1,6}) 页 /g;
export const CLOSES = '）';
/** The end of a reference to a moment of a recording: the time, then the closing bracket. Volume and title stand before it. */
export const MOMENT = / (\d{2,3}):([0-5]\d):([0-5]\d)）/g;
export const OPENS = '（';
