/** Python; what `⟦…⟧` holds is taken out. */
export const pythonSnippets: readonly string[] = [
  `
def moving_average(values, window):
    """Returns the mean of each run of window neighbouring values."""
    if window < 1:
        raise ⟦ValueError("window must be at least 1")⟧
    averages = []
    total = sum(values[:⟦window])⟧
    for index in range(⟦window, len(values)):⟧
        averages.append(total / window)
        ⟦total += values[index] - values[index - window]⟧
    averages.append(total / window)
    return ⟦averages⟧
`,
  `
class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        ⟦self.balance = balance⟧

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        ⟦self.balance += amount⟧

    def withdraw(self, amount):
        if amount > ⟦self.balance:⟧
            raise ValueError("not enough money")
        ⟦self.balance -= amount⟧

    def __repr__(self):
        return f"Account({self.owner}, ⟦{self.balance})"⟧
`,
  `
import csv


def read_prices(path):
    """Maps each product to its price."""
    prices = {}
    with open(path, newline="") as file:
        for row in ⟦csv.DictReader(file):⟧
            prices[row["product"]] = ⟦float(row["price"])⟧
    return ⟦prices⟧


def cheapest(prices):
    return min(prices, key=⟦prices.get)⟧
`,
  `
def is_palindrome(text):
    letters = [character.lower() for character in text ⟦if character.isalnum()]⟧
    return letters == ⟦letters[::-1]⟧


def longest_palindrome(words):
    best = ""
    for word in words:
        if is_palindrome(word) and ⟦len(word) > len(best):⟧
            ⟦best = word⟧
    return best
`,
  `
from collections import deque


def shortest_path(graph, start, goal):
    queue = deque([[start]])
    seen = ⟦{start}⟧
    while queue:
        path = ⟦queue.popleft()⟧
        node = path[-1]
        if node == goal:
            ⟦return path⟧
        for neighbour in graph[node]:
            if neighbour not in seen:
                ⟦seen.add(neighbour)
                queue.append(path + [neighbour])⟧
    return None
`,
  `
def to_celsius(fahrenheit):
    return (fahrenheit - 32) * 5 / 9


def to_fahrenheit(celsius):
    return ⟦celsius * 9 / 5 + 32⟧


def describe(celsius):
    if celsius < 0:
        return "freezing"
    if celsius < 15:
        return ⟦"cold"⟧
    if celsius < 25:
        ⟦return "mild"⟧
    ⟦return "hot"⟧
`,
  `
import re

EMAIL = re.compile(r"^[^@\\s]+@[^@\\s]+$")


def valid_emails(lines):
    found = []
    for line in lines:
        address = ⟦line.strip()⟧
        if EMAIL.match(⟦address):⟧
            ⟦found.append(address)⟧
    return sorted(⟦found)⟧
`,
  `
class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        ⟦self._items.append(item)⟧

    def pop(self):
        if not self._items:
            raise IndexError("pop from an empty stack")
        return ⟦self._items.pop()⟧

    def peek(self):
        return ⟦self._items[-1]⟧

    def __len__(self):
        return ⟦len(self._items)⟧
`,
];
