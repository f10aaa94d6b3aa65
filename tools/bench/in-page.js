// What is measured inside of a page. All times are milliseconds.

globalThis.inPage = {
  /** From the navigation to the first paint. */
  firstPaint: () =>
    new Promise((resolve) => {
      const report = (list) => resolve(list.getEntries()[0].startTime);
      new PerformanceObserver(report).observe({ type: 'paint', buffered: true });
    }),

  /** Bytes. */
  largestAnswer: (path) =>
    Math.max(
      ...performance
        .getEntriesByType('resource')
        .filter(({ name }) => new URL(name).pathname === path)
        .map(({ encodedBodySize }) => encodedBodySize),
    ),

  /** The times between so many frames, in each of which a part of the page is scrolled. */
  frames: (part, count) =>
    new Promise((resolve) => {
      const place = document.querySelector(part);
      const times = [];
      let by = 40;
      let last;
      const next = (now) => {
        if (last !== undefined) times.push(now - last);
        last = now;
        const before = place.scrollTop;
        place.scrollTop += by;
        if (place.scrollTop === before) by = -by;
        if (times.length < count) requestAnimationFrame(next);
        else resolve(times);
      };
      requestAnimationFrame(next);
    }),

  /** From a click on each of so many elements to the frame that shows what it leads to. */
  async clicks(elements, count) {
    const times = [];
    for (let index = 0; index < count; index++) {
      // At another moment between two polls each time.
      await new Promise((resolve) => setTimeout(resolve, 97));
      const all = document.querySelectorAll(elements);
      const clicked = performance.now();
      all[(index * 7) % all.length].dispatchEvent(new MouseEvent('click', { bubbles: true }));
      await painted();
      times.push(performance.now() - clicked);
    }
    return times;
  },

  /** From typing each text to the change of the rows. */
  async searches(field, rows, texts) {
    const times = [];
    for (const text of texts) {
      const typed = performance.now();
      const changed = new Promise((resolve) => {
        new MutationObserver(resolve).observe(document.querySelector(rows), { childList: true });
      });
      document.querySelector(field).value = text;
      document.querySelector(field).dispatchEvent(new Event('input'));
      await changed;
      times.push(performance.now() - typed);
    }
    return times;
  },
};

/** Resolves right after the next frame is painted: a message that is sent in a frame comes after its painting. */
const painted = () =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(undefined);
    });
  });
