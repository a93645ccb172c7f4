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
 * Gives an element that was drawn anew its focus back: at once if the page has the focus, else when the person comes back to it. A page
 * that took the focus would close what the person types into beside it, such as the box that asks for a reason.
 */
export function giveBackFocus(element: HTMLElement): void {
  if (document.hasFocus()) return element.focus();
  const onFocus = (): void => {
    if (element.isConnected && document.activeElement === document.body) element.focus();
  };
  window.addEventListener('focus', onFocus, { once: true });
}
