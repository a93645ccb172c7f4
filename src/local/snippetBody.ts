/** A snippet's text with its tab stops resolved. */
export interface RenderedSnippet {
  readonly text: string;
  /** Offset in `text` of the first tab stop to fill, or the end. */
  readonly cursor: number;
  /** False where a placeholder is not closed; the editor renders that otherwise. */
  readonly isWellFormed: boolean;
}

/** Deeper nested placeholders are rendered as nothing; people's snippets nest twice at most. */
const maxDepth = 20;

/**
 * Renders a snippet body as plain text: tab stops become their defaults or nothing, choices their first option, variables their
 * default or nothing, and a tab stop that comes again gets the same text. Transforms are dropped. Never throws.
 *
 * @param body as written in a snippet file, lines joined with `\n`
 * @see https://code.visualstudio.com/docs/editing/userdefinedsnippets#_snippet-syntax
 */
export function renderSnippetBody(body: string): RenderedSnippet {
  // The first pass learns the defaults, so that a `$1` before `${1:name}` gets the name, too.
  const learned = new Map<string, string>();
  new Renderer(body, learned).all();
  const renderer = new Renderer(body, learned);
  const text = renderer.all();
  return { text, cursor: Math.min(text.length, renderer.firstStop ?? text.length), isWellFormed: renderer.isWellFormed };
}

/** Cuts a body where its first placeholder or variable begins: what is before, as plain text, and the rest as it is. */
export function splitLead(body: string): { readonly lead: string; readonly rest: string } {
  const plain = /^(?:\\[$}\\]|\$(?![\w{])|[^$])*/.exec(body)?.[0] ?? '';
  return { lead: plain.replaceAll(/\\([$}\\])/g, '$1'), rest: body.slice(plain.length) };
}

/** Plain text as it has to stand in a body. */
export function escapeBody(text: string): string {
  return text.replaceAll(/[$}\\]/g, String.raw`\$&`);
}

class Renderer {
  firstStop: number | undefined;
  isWellFormed = true;
  readonly #body: string;
  readonly #defaults: Map<string, string>;
  #at = 0;

  constructor(body: string, defaults: Map<string, string>) {
    this.#body = body;
    this.#defaults = defaults;
  }

  all(): string {
    return this.#until('', 0, 0);
  }

  /** Renders up to an unescaped `end` character, which is eaten. `offset`: length of what was rendered before. */
  #until(end: string, offset: number, depth: number): string {
    let text = '';
    while (this.#at < this.#body.length) {
      const character = this.#body.charAt(this.#at);
      if (character === '\\') text += this.#escaped('$}\\');
      else if (character === end) {
        this.#at += 1;
        return text;
      } else if (character === '$') text += this.#dollar(offset + text.length, depth);
      else {
        text += character;
        this.#at += 1;
      }
    }
    if (end !== '') this.isWellFormed = false;
    return text;
  }

  /** A backslash takes away the meaning of the characters in `special` and stands for itself before any other. */
  #escaped(special: string): string {
    const next = this.#body.charAt(this.#at + 1);
    const isEscape = next !== '' && special.includes(next);
    this.#at += isEscape ? 2 : 1;
    return isEscape ? next : '\\';
  }

  #dollar(offset: number, depth: number): string {
    const simple = this.#match(/\$(\d+|[A-Za-z_]\w*)/y);
    if (simple !== undefined) return this.#value(simple, undefined, offset);
    const braced = this.#match(/\$\{(\d+|[A-Za-z_]\w*)(?=[:|/}])/y);
    if (braced === undefined) {
      this.#at += 1;
      return '$';
    }
    const kind = this.#body.charAt(this.#at);
    this.#at += 1;
    if (kind === ':') {
      if (depth >= maxDepth) this.isWellFormed = false;
      const given = depth < maxDepth ? this.#until('}', offset, depth + 1) : this.#skip();
      return this.#value(braced, given, offset);
    }
    if (kind === '|') return this.#value(braced, this.#choice(), offset);
    if (kind === '/') this.#skip();
    return this.#value(braced, undefined, offset);
  }

  #value(name: string, given: string | undefined, offset: number): string {
    if (!/^\d/.test(name)) return given ?? '';
    if (name !== '0') this.firstStop = Math.min(this.firstStop ?? offset, offset);
    else this.firstStop ??= offset;
    if (given !== undefined && !this.#defaults.has(name)) this.#defaults.set(name, given);
    return given ?? this.#defaults.get(name) ?? '';
  }

  /** The first of `a,b,c|}`. */
  #choice(): string {
    const options = [''];
    while (this.#at < this.#body.length && !this.#body.startsWith('|}', this.#at)) {
      const character = this.#body.charAt(this.#at);
      if (character === ',') {
        options.push('');
        this.#at += 1;
        continue;
      }
      const piece = character === '\\' ? this.#escaped('$}\\,|') : character;
      if (character !== '\\') this.#at += 1;
      options[options.length - 1] = (options.at(-1) ?? '') + piece;
    }
    if (this.#at >= this.#body.length) this.isWellFormed = false;
    this.#at = Math.min(this.#body.length, this.#at + 2);
    return options[0] ?? '';
  }

  /** Passes over everything up to the brace that closes what is open, e.g. a transform with its own `${1:+x}`. */
  #skip(): string {
    let open = 1;
    while (this.#at < this.#body.length && open > 0) {
      const character = this.#body.charAt(this.#at);
      if (character === '\\') this.#at += 1;
      else if (this.#body.startsWith('${', this.#at)) open += 1;
      else if (character === '}') open -= 1;
      this.#at += 1;
    }
    if (open > 0) this.isWellFormed = false;
    this.#at = Math.min(this.#at, this.#body.length);
    return '';
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#body);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found[1];
  }
}
