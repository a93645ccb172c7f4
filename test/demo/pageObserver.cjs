// @ts-check
/**
 * Runs in the page of the workbench, as text: looks at each frame as it is drawn and notes when ghost text is first seen after the
 * last key, and how many notifications there were. Nothing is measured by round trips from outside.
 */
(() => {
  const GHOST = '.ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text, .ghost-text';
  const TOAST = '.notifications-toasts .notification-list-item';

  let keys = 0;
  let keyAt = 0;
  /** @type {number | undefined} */
  let shownAt;
  let text = '';
  let changes = 0;
  const toasts = new WeakSet();
  /** @type {string[]} */
  const toastTexts = [];

  function ghostText() {
    const outer = [...document.querySelectorAll(GHOST)].filter((element) => !element.parentElement?.closest(GHOST));
    const lines = [''];
    for (const element of outer) {
      const rows = [...element.querySelectorAll('.view-line')];
      if (rows.length > 0) lines.push(...rows.map((row) => row.textContent ?? ''));
      else lines[0] += element.textContent ?? '';
    }
    return lines.join('\n').replaceAll('\u00a0', ' ').replaceAll('\u200b', '').replace(/\n+$/, '');
  }

  function look() {
    const now = ghostText();
    if (now !== text) changes += 1;
    text = now;
    if (now.trim() !== '') shownAt ??= performance.now();
    for (const toast of document.querySelectorAll(TOAST)) {
      if (toasts.has(toast)) continue;
      toasts.add(toast);
      toastTexts.push(toast.textContent ?? '');
    }
  }

  addEventListener(
    'keydown',
    (event) => {
      keys += 1;
      keyAt = event.timeStamp;
      shownAt = undefined;
      changes = 0;
    },
    true,
  );

  // The editor draws in a frame's callbacks; the message comes after all of them, so a look never sees the frame before the key.
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => {
    if (data === keys) look();
  };
  const frame = () => {
    channel.port2.postMessage(keys);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  const reading = () => ({ elapsed: shownAt === undefined ? null : shownAt - keyAt, text, changes });

  Object.assign(globalThis, {
    failsoftDemo: {
      toasts: () => toastTexts,
      read: reading,
      /** @param {number} timeout milliseconds after the last key */
      wait: (timeout) =>
        new Promise((resolve) => {
          const check = () => (shownAt !== undefined || performance.now() - keyAt > timeout ? resolve(reading()) : setTimeout(check, 10));
          check();
        }),
    },
  });
})();
