/** What runs in the page: both are sources, and must stand by themselves. */

/** Notes when each page of messages was asked for over the socket, and when it was there; ms of the page. */
export function watchPages() {
  const asked = new Map();
  const pages = (window.benchPages = []);
  const { send } = WebSocket.prototype;
  const heard = new WeakSet();
  const onAnswer = ({ data }) => {
    if (asked.size === 0 || typeof data !== 'string') return;
    const id = Number(/"id":(\d+)/.exec(data.slice(0, 40))?.[1]);
    const page = asked.get(id);
    if (!page) return;
    asked.delete(id);
    page.tookMs = performance.now() - page.askedAt;
  };
  WebSocket.prototype.send = function (data) {
    if (!heard.has(this)) this.addEventListener('message', onAnswer);
    heard.add(this);
    if (typeof data === 'string' && data.includes('"message.list"'))
      for (const { id, params } of [JSON.parse(data)].flat()) {
        if (params?.path !== 'message.list' || params.input.cursor === undefined) continue;
        const page = { from: params.input.cursor + 1, askedAt: performance.now(), tookMs: null };
        asked.set(id, page);
        pages.push(page);
      }
    return send.call(this, data);
  };
}

/** Notes how long rows in view had no message, frame by frame. */
export function watchBlanks() {
  const since = new Map();
  const blanks = [];
  // Who is blank for good is blank, too.
  window.benchBlanks = () => [
    ...blanks,
    ...[...since].map(([seq, from]) => ({ seq, from, ms: performance.now() - from })),
  ];
  const end = (seq, now) => {
    blanks.push({ seq, from: since.get(seq), ms: now - since.get(seq) });
    since.delete(seq);
  };
  const look = (now) => {
    const list = document.querySelector('[data-seq-list]').getBoundingClientRect();
    const seen = new Set();
    for (const row of document.querySelectorAll('[data-seq]')) {
      if (row.textContent) continue;
      const box = row.getBoundingClientRect();
      if (box.bottom <= list.top || box.top >= list.bottom) continue;
      const seq = Number(row.dataset.seq);
      seen.add(seq);
      if (!since.has(seq)) since.set(seq, now);
    }
    for (const seq of since.keys()) if (!seen.has(seq)) end(seq, now);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * The longest time that a row in view had no message, and how that compares with its page's arrival.
 * @returns ms; `overMs` is by how much a row was blank longer than its page took since it was asked for,
 * or since the row came into view, whichever was later
 */
export function summariseBlanks() {
  const { pageSize } = window.bench;
  const pages = window.benchPages.filter(({ tookMs }) => tookMs !== null);
  const took = pages.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  const all = window.benchBlanks();
  let longest = { ms: 0 };
  let overMs = 0;
  for (const blank of all) {
    if (blank.ms > longest.ms) longest = blank;
    const from = Math.floor((blank.seq - 1) / pageSize) * pageSize + 1;
    const end = blank.from + blank.ms;
    const own = pages.filter((page) => page.from === from && page.askedAt <= end).at(-1);
    overMs = Math.max(overMs, blank.ms - (own?.tookMs ?? 0));
  }
  return {
    pages: took.length,
    medianMs: took[took.length >> 1] ?? 0,
    slowestMs: took.at(-1) ?? 0,
    blanks: all.length,
    blankMs: longest.ms,
    overMs,
  };
}
