/** TypeScript; what `⟦…⟧` holds is taken out. */
export const typescriptSnippets: readonly string[] = [
  `
interface Item {
  readonly name: string;
  readonly price: number;
  readonly quantity: number;
}

export function totalOf(items: readonly Item[]): number {
  let total = 0;
  for (const item of items) {
    ⟦total += item.price * item.quantity;⟧
  }
  return ⟦total;⟧
}

export function mostExpensive(items: readonly Item[]): Item | undefined {
  return [...items].sort((left, right) => ⟦right.price - left.price)[0];⟧
}

export function namesOf(items: readonly Item[]): string[] {
  return items.map(⟦(item) => item.name);⟧
}
`,
  `
export class Counter<Key> {
  private readonly counts = new Map<Key, number>();

  add(key: Key): void {
    this.counts.set(key, ⟦this.get(key) + 1);⟧
  }

  get(key: Key): number {
    return ⟦this.counts.get(key) ?? 0;⟧
  }

  get total(): number {
    let sum = 0;
    for (const count of ⟦this.counts.values()) {⟧
      ⟦sum += count;⟧
    }
    return sum;
  }
}
`,
  `
export async function retry<T>(action: () => Promise<T>, attempts: number): Promise<T> {
  let lastError: unknown;
  for (let attempt = 0; ⟦attempt < attempts; attempt += 1) {⟧
    try {
      return ⟦await action();⟧
    } catch (error) {
      ⟦lastError = error;⟧
    }
  }
  throw ⟦lastError;⟧
}
`,
  `
type Shape = { kind: 'circle'; radius: number } | { kind: 'rectangle'; width: number; height: number };

export function areaOf(shape: Shape): number {
  switch (shape.kind) {
    case 'circle':
      return ⟦Math.PI * shape.radius ** 2;⟧
    case ⟦'rectangle':⟧
      return ⟦shape.width * shape.height;⟧
  }
}

export function isLarger(one: Shape, other: Shape): boolean {
  return areaOf(one) > ⟦areaOf(other);⟧
}
`,
  `
export function debounce<Args extends unknown[]>(action: (...args: Args) => void, wait: number): (...args: Args) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    if (timer !== undefined) ⟦clearTimeout(timer);⟧
    timer = setTimeout(() => ⟦action(...args), wait);⟧
  };
}

export function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, ⟦Math.max(minimum, value));⟧
}

export function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => ⟦start + index);⟧
}
`,
  `
export interface Task {
  id: number;
  title: string;
  done: boolean;
}

export class TaskList {
  private tasks: Task[] = [];
  private nextId = 1;

  add(title: string): Task {
    const task: Task = { id: this.nextId, title, ⟦done: false };⟧
    this.nextId += 1;
    ⟦this.tasks.push(task);⟧
    return task;
  }

  complete(id: number): boolean {
    const task = this.tasks.find(⟦(each) => each.id === id);⟧
    if (!task) return false;
    ⟦task.done = true;⟧
    return true;
  }
}
`,
  `
export function groupBy<T, Key>(values: readonly T[], keyOf: (value: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const value of values) {
    const key = ⟦keyOf(value);⟧
    const group = groups.get(key);
    if (group) {
      ⟦group.push(value);⟧
    } else {
      ⟦groups.set(key, [value]);⟧
    }
  }
  return ⟦groups;⟧
}
`,
  `
const units = ['B', 'KB', 'MB', 'GB'];

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && ⟦unit < units.length - 1) {⟧
    ⟦value /= 1024;⟧
    unit += 1;
  }
  return \`\${value.toFixed(1)} ⟦\${units[unit]}\`;⟧
}

export function parsePair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 0) throw new Error(\`no = in \${text}\`);
  return [text.slice(0, at), ⟦text.slice(at + 1)];⟧
}
`,
];
