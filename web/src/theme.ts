/** Colours, type and spacing of the whole product: the only place where they stand. */
import { type ThemeConfig, theme as antd } from 'antd';

interface Palette {
  ground: string;
  paper: string;
  raised: string;
  ink: string;
  soft: string;
  line: string;
  /** Words of what cannot be used now. */
  off: string;
  act: string;
  actSoft: string;
  onAct: string;
  header: string;
  onHeader: string;
  danger: string;
  dangerSoft: string;
  soon: string;
  soonSoft: string;
  good: string;
  goodSoft: string;
  /** Laid over page images, which are white in the dark, too. */
  mark: string;
  hit: string;
}

const light: Palette = {
  ground: '#f3f5f7',
  paper: '#ffffff',
  raised: '#f8f9fb',
  ink: '#1b2530',
  soft: '#566371',
  line: '#d9dfe6',
  off: '#7d8894',
  act: '#1f4e8c',
  actSoft: '#e8eff8',
  onAct: '#ffffff',
  header: '#173a68',
  onHeader: '#ffffff',
  danger: '#b3261e',
  dangerSoft: '#fdecea',
  soon: '#8a5300',
  soonSoft: '#fdf3e1',
  good: '#1f6b3a',
  goodSoft: '#e8f4ec',
  mark: '#ffd84d',
  hit: '#6fb3ff',
};

const dark: Palette = {
  ground: '#11161c',
  paper: '#1a2129',
  raised: '#212a34',
  ink: '#e4e9ee',
  soft: '#a2aebb',
  line: '#323d49',
  off: '#7c8896',
  act: '#7fb0ea',
  actSoft: '#1f3250',
  onAct: '#0d1b2c',
  header: '#0f1c2d',
  onHeader: '#e4e9ee',
  danger: '#ff9b91',
  dangerSoft: '#41201d',
  soon: '#f0bd6a',
  soonSoft: '#3a2c13',
  good: '#86d3a0',
  goodSoft: '#16331f',
  mark: '#ffd84d',
  hit: '#6fb3ff',
};

export const sans =
  "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif";
export const song = "'Noto Serif SC','Noto Serif CJK SC','Source Han Serif SC',SimSun,serif";

/** What is white with black words in the dark, too: pages, receipts, lists as they are printed; and what is laid over them. */
export const sheet = {
  sheet: '#ffffff',
  onSheet: '#000000',
  sheetSoft: '#444444',
  sheetLine: '#555555',
  onMark: '#1b2530',
  selected: '#3b82f666',
  note: '#8a5300',
  noteSoft: '#fff3c4',
  onNote: '#5c3700',
  pick: '#1f4e8c',
  screen: '#000000',
  alarm: '#b3261e',
  onAlarm: '#ffffff',
  touched: '#ffffff24',
  shadow: '0 6px 16px #00000029',
};

/** Sizes of type: on a page three at most, beside its title. The last two are of paper and of the product's name. */
const sizes = { small: '12px', text: '14px', title: '18px', fine: '10px', name: '28px' };

/** Spaces, on a grid of four. */
const spaces = { s1: '4px', s2: '8px', s3: '12px', s4: '16px', s6: '24px', s8: '32px', s12: '48px' };

/** What the component library is told; `still` for people who ask their system for less motion. */
export function themeOf(isDark: boolean, compact: boolean, still: boolean): ThemeConfig {
  const p = isDark ? dark : light;
  return {
    // Its rules are written when the pages are built, see scripts/antd-styles.ts; here only their variables.
    zeroRuntime: true,
    hashed: false,
    algorithm: isDark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      fontFamily: sans,
      fontSize: 14,
      lineHeight: 1.57,
      borderRadius: 4,
      controlHeight: compact ? 28 : 32,
      colorPrimary: p.act,
      colorLink: p.act,
      // A lighter link under the mouse would fall below the contrast that is asked for.
      colorLinkHover: p.act,
      colorLinkActive: p.act,
      // The library of components would mix grounds of its own.
      colorPrimaryBg: p.actSoft,
      colorPrimaryBgHover: p.actSoft,
      colorInfo: p.act,
      colorInfoBg: p.actSoft,
      colorInfoBorder: p.act,
      colorError: p.danger,
      colorErrorBg: p.dangerSoft,
      colorErrorBorder: p.danger,
      colorWarning: p.soon,
      colorWarningBg: p.soonSoft,
      colorWarningBorder: p.soon,
      colorSuccess: p.good,
      colorSuccessBg: p.goodSoft,
      colorSuccessBorder: p.good,
      colorTextBase: p.ink,
      colorTextSecondary: p.soft,
      colorTextTertiary: p.soft,
      colorTextPlaceholder: isDark ? '#8d99a6' : '#66727f',
      colorBgBase: p.paper,
      colorBgContainer: p.paper,
      colorBgElevated: isDark ? p.raised : p.paper,
      colorBgLayout: p.ground,
      colorBorder: p.line,
      colorBorderSecondary: p.line,
      colorBorderDisabled: p.line,
      colorTextDisabled: p.off,
      colorTextLightSolid: p.onAct,
      motion: !still,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.14s',
    },
    components: {
      Tabs: { horizontalMargin: '0', horizontalItemPadding: compact ? '6px 0' : '10px 0' },
      Tooltip: { colorBgSpotlight: isDark ? '#3a4653' : '#1b2530', colorTextLightSolid: '#ffffff' },
    },
  };
}

/** What the style sheet is told. */
export function paint(isDark: boolean, compact: boolean): void {
  const root = document.documentElement;
  root.dataset.dark = String(isDark);
  root.style.colorScheme = isDark ? 'dark' : 'light';
  for (const [name, value] of Object.entries({ ...(isDark ? dark : light), ...sheet, ...sizes, ...spaces })) {
    root.style.setProperty(`--${name}`, value);
  }
  root.style.setProperty('--sans', sans);
  root.style.setProperty('--song', song);
  root.style.setProperty('--row', compact ? '32px' : '40px');
}
