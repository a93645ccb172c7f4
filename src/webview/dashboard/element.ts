/** What an element is made with; texts go in by `textContent` only. */
export interface Wish {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly Node[];
}

/** Makes an element of HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, wish: Wish = {}): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, wish);
  return element;
}

/** Makes an element of SVG. */
export function makeSvg<K extends keyof SVGElementTagNameMap>(tag: K, wish: Wish = {}): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(element, wish);
  return element;
}

function fill(element: Element, { class: name, text, attributes = {}, children = [] }: Wish): void {
  if (name !== undefined) element.setAttribute('class', name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
}

/** Sets a text only when it differs, so that a screen reader and a selection are left alone. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Numbers an id that no other element has. */
export const nextId = (
  (count) => (): string =>
    `e${++count}`
)(0);

/**
 * Gives what was drawn anew its focus back: at once if the page has the focus, else when the person comes back to it. A page that took the
 * focus would close what the person types into beside it.
 *
 * @param find looks for the element when it is time: until then it may be drawn anew again
 */
export function giveBackFocus(find: () => HTMLElement | undefined): void {
  if (document.hasFocus()) return find()?.focus();
  const onFocus = (): void => {
    if (document.activeElement === document.body) find()?.focus();
  };
  window.addEventListener('focus', onFocus, { once: true });
}

/** The element within another one that was given this `data-key`. */
export function elementWithKey(within: HTMLElement, key: string): HTMLElement | undefined {
  return [...within.querySelectorAll<HTMLElement>('[data-key]')].find((element) => element.getAttribute('data-key') === key);
}
