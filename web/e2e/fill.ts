/** Filling a form as a person does: by the field, with the control that its type shows. */
import { type Locator, type Page, expect } from '@playwright/test';
import type { Value } from './script';

export interface FieldForm {
  id: string;
  name: string;
  type: string;
  table: string | null;
  options: { value: string; label: string }[];
  columns: FieldForm[];
}

export interface Tables {
  label: (table: string, code: string) => Promise<string>;
}

export async function choose(page: Page, box: Locator, label: string): Promise<void> {
  const input = box.getByRole('combobox');
  await input.click();
  if (await input.isEditable()) await input.fill(label);
  // Its own list, not one that is still closing.
  await expect(input).toHaveAttribute('aria-controls', /./);
  const list = await input.getAttribute('aria-controls');
  await page.locator('.ant-select-dropdown').filter({ has: page.locator(`[id="${list}"]`) }).locator('.ant-select-item-option').getByText(label, { exact: true }).first().click();
}

/** Chooses from a folded list or from options that stand open. */
async function pick(page: Page, box: Locator, label: string): Promise<void> {
  const open = box.locator('.ant-radio-button-wrapper').getByText(label, { exact: true });
  if ((await open.count()) > 0) await open.click();
  else await choose(page, box, label);
}

const two = (n: number) => String(n).padStart(2, '0');

/** `2026-03-04 22:20`, in China's time. */
function momentText(value: string): string {
  const d = new Date(new Date(value).getTime() + 8 * 3_600_000);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

export async function fill(page: Page, box: Locator, field: FieldForm, value: Value, tables: Tables): Promise<void> {
  await expect(box).toBeVisible();
  const input = box.locator('input, textarea').first();
  const label = (v: Value) => field.options.find((o) => o.value === v)?.label ?? String(v);
  switch (field.type) {
    case 'bool':
      return pick(page, box, value ? '是' : '否');
    case 'enum':
      return pick(page, box, label(value));
    case 'enums':
      for (const v of Array.isArray(value) ? value : []) {
        if ((await box.locator('.ant-select-selection-item').getByText(label(v), { exact: true }).count()) === 0) await choose(page, box, label(v));
      }
      await page.keyboard.press('Escape');
      return;
    case 'code':
    case 'region':
    case 'offence':
    case 'unit':
      return choose(page, box, await tables.label(field.type === 'unit' ? 'unit' : (field.table ?? ''), String(value)));
    case 'date':
      await input.fill(String(value));
      return input.press('Tab');
    case 'moment':
      await input.fill(momentText(String(value)));
      return input.press('Tab');
    case 'fen':
      return input.fill(String(Number(value) / 100));
    case 'table':
      for (const row of Array.isArray(value) ? value : []) {
        await box.getByRole('button', { name: '增加一行' }).click();
        const cells = box.locator('.rowline').last().locator('.field');
        for (const [i, column] of field.columns.entries()) {
          const v = typeof row === 'object' && row !== null && !Array.isArray(row) ? row[column.id] : undefined;
          if (v !== undefined && v !== null) await fill(page, cells.nth(i), column, v, tables);
        }
      }
      return;
    default:
      return input.fill(String(value));
  }
}
