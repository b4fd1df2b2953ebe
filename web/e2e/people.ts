/** People with a browser each. Whatever a page complains about is kept, and must be nothing at the end. */
import { type APIRequestContext, type Browser, type BrowserContext, type Page, expect, request } from '@playwright/test';
import { PASSWORD } from './server';

export class People {
  readonly complaints: string[] = [];
  private readonly contexts = new Map<string, BrowserContext>();
  private readonly pages = new Map<string, Page>();
  private readonly apis = new Map<string, APIRequestContext>();

  constructor(
    private readonly browser: Browser,
    readonly url: string,
  ) {}

  /** The page of a person, signed in through the sign-in page at the first time. */
  async page(login: string): Promise<Page> {
    const known = this.pages.get(login);
    if (known) return known;
    const context = await this.browser.newContext({ baseURL: this.url });
    const page = await context.newPage();
    page.on('console', (m) => {
      // A refusal (4xx) is an answer; the browser lists it as an error of the network.
      if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) this.complaints.push(`${login}: ${m.text()}`);
    });
    page.on('pageerror', (e) => this.complaints.push(`${login}: ${e.message}`));
    await page.goto('/');
    await page.getByLabel('用户名').fill(login);
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await expect(page.getByRole('banner')).toBeVisible();
    this.contexts.set(login, context);
    this.pages.set(login, page);
    return page;
  }

  /** Their hands outside the browser: only for finding out who has a case, and for turning the clock. */
  async api(login: string): Promise<APIRequestContext> {
    const known = this.apis.get(login);
    if (known) return known;
    const first = await request.newContext({ baseURL: this.url });
    const answer = await first.post('/api/session', { data: { login, password: PASSWORD } });
    const { token } = (await answer.json()) as { token: string };
    await first.dispose();
    const api = await request.newContext({ baseURL: this.url, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
    this.apis.set(login, api);
    return api;
  }

  async get<T>(login: string, path: string): Promise<T> {
    const answer = await (await this.api(login)).get(path);
    return (await answer.json()) as T;
  }

  async close(): Promise<void> {
    for (const c of this.contexts.values()) await c.close();
    for (const a of this.apis.values()) await a.dispose();
  }
}
