/** JavaScript; what `⟦…⟧` holds is taken out. */
export const javascriptSnippets: readonly string[] = [
  `
function fibonacci(count) {
  const numbers = [0, 1];
  while (numbers.length < count) {
    numbers.push(⟦numbers[numbers.length - 1] + numbers[numbers.length - 2]);⟧
  }
  return ⟦numbers.slice(0, count);⟧
}

function isPrime(number) {
  if (number < 2) ⟦return false;⟧
  for (let divisor = 2; divisor * divisor <= number; ⟦divisor += 1) {⟧
    if (number % divisor === 0) ⟦return false;⟧
  }
  return true;
}

module.exports = { fibonacci, ⟦isPrime };⟧
`,
  `
class EventBus {
  constructor() {
    this.listeners = new Map();
  }

  on(name, listener) {
    const known = this.listeners.get(name) ?? [];
    this.listeners.set(name, ⟦[...known, listener]);⟧
  }

  off(name, listener) {
    const known = this.listeners.get(name) ?? [];
    this.listeners.set(name, known.filter(⟦(each) => each !== listener));⟧
  }

  emit(name, value) {
    for (const listener of ⟦this.listeners.get(name) ?? []) {⟧
      ⟦listener(value);⟧
    }
  }
}
`,
  `
export async function fetchUser(id) {
  const response = await fetch(\`/api/users/\${id}\`);
  if (!response.ok) {
    throw new Error(⟦\`status \${response.status}\`);⟧
  }
  return ⟦response.json();⟧
}

export async function fetchUsers(ids) {
  return Promise.all(⟦ids.map(fetchUser));⟧
}

export function fullName(user) {
  return \`\${user.firstName} ⟦\${user.lastName}\`;⟧
}
`,
  `
const button = document.querySelector('#save');
const form = document.querySelector('#profile');
const message = document.querySelector('#message');

button.addEventListener('click', async (event) => {
  ⟦event.preventDefault();⟧
  const data = Object.fromEntries(⟦new FormData(form));⟧
  button.disabled = true;
  try {
    await save(⟦data);⟧
    message.textContent = 'Saved';
  } catch (error) {
    message.textContent = ⟦error.message;⟧
  } finally {
    ⟦button.disabled = false;⟧
  }
});
`,
  `
export function parseQuery(text) {
  const result = {};
  for (const part of text.replace(/^\\?/, '').split('&')) {
    const [name, value = ''] = ⟦part.split('=');⟧
    if (name) result[decodeURIComponent(name)] = ⟦decodeURIComponent(value);⟧
  }
  return ⟦result;⟧
}

export function buildQuery(values) {
  return Object.entries(values)
    .map(([name, value]) => \`\${encodeURIComponent(name)}=⟦\${encodeURIComponent(value)}\`)⟧
    .join(⟦'&');⟧
}
`,
  `
export function deepEqual(left, right) {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || ⟦right === null) return false;⟧
  const leftKeys = Object.keys(left);
  const rightKeys = ⟦Object.keys(right);⟧
  if (leftKeys.length !== ⟦rightKeys.length) return false;⟧
  return leftKeys.every((key) => ⟦deepEqual(left[key], right[key]));⟧
}
`,
  `
export function shuffle(cards, random = Math.random) {
  const result = [...cards];
  for (let index = result.length - 1; index > 0; ⟦index -= 1) {⟧
    const other = Math.floor(random() * ⟦(index + 1));⟧
    [result[index], result[other]] = ⟦[result[other], result[index]];⟧
  }
  return result;
}

export function deal(cards, count) {
  return { hand: cards.slice(0, count), rest: ⟦cards.slice(count) };⟧
}
`,
  `
export class LimitedCache {
  constructor(limit) {
    this.limit = limit;
    ⟦this.entries = new Map();⟧
  }

  get(key) {
    return this.entries.⟦get(key);⟧
  }

  set(key, value) {
    this.entries.delete(key);
    ⟦this.entries.set(key, value);⟧
    if (this.entries.size > ⟦this.limit) {⟧
      const oldest = this.entries.keys().next().value;
      ⟦this.entries.delete(oldest);⟧
    }
  }
}
`,
];
