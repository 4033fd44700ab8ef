import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test';

/**
 * Watches all pages of a context: what the console complains of, what throws, dialogs, and requests to
 * any other host are faults, and a test with faults has failed. A hydration mismatch and a violation of
 * the content policy come as such complaints.
 */
export class Guard {
  /** Every address that was asked for. */
  readonly urls: string[] = [];
  private readonly faults: string[] = [];
  private readonly tolerated: RegExp[] = [];
  private readonly host: string;

  constructor(context: BrowserContext, baseUrl: string) {
    this.host = new URL(baseUrl).host;
    context.on('console', (message) => this.hear(message));
    context.on('weberror', (error) => this.faults.push(`thrown: ${error.error().stack ?? error.error()}`));
    context.on('request', (request) => this.visit(request.url()));
    context.on('dialog', (dialog) => {
      this.faults.push(`a dialog of the browser: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('page', (page) => this.watch(page));
  }

  /** Lets complaints like this one pass: a cut connection is told of in the console by the browser itself. */
  tolerate(complaint: RegExp): void {
    this.tolerated.push(complaint);
  }

  /** What went wrong so far and is not tolerated. */
  problems(): string[] {
    return this.faults.filter((fault) => !this.tolerated.some((complaint) => complaint.test(fault)));
  }

  private watch(page: Page): void {
    page.on('websocket', (socket) => this.visit(socket.url()));
    page.on('crash', () => this.faults.push('a page crashed'));
  }

  private hear(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    this.faults.push(
      `${message.type()} at ${message.location().url || message.page()?.url()}: ${message.text()}`,
    );
  }

  private visit(url: string): void {
    this.urls.push(url);
    const { protocol, host } = new URL(url);
    if (['data:', 'blob:', 'about:'].includes(protocol)) return;
    if (host !== this.host) this.faults.push(`a request to another host: ${url}`);
  }
}
