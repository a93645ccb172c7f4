/** Rust; what `⟦…⟧` holds is taken out. */
export const rustSnippets: readonly string[] = [
  `
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub fn new(x: f64, y: f64) -> Self {
        ⟦Point { x, y }⟧
    }

    pub fn distance_to(&self, other: &Point) -> f64 {
        let dx = self.x - other.x;
        let dy = ⟦self.y - other.y;⟧
        ⟦(dx * dx + dy * dy).sqrt()⟧
    }

    pub fn translate(&mut self, dx: f64, dy: f64) {
        self.x += dx;
        ⟦self.y += dy;⟧
    }
}
`,
  `
use std::collections::HashMap;

pub fn word_counts(text: &str) -> HashMap<String, usize> {
    let mut counts = ⟦HashMap::new();⟧
    for word in text.⟦split_whitespace() {⟧
        *counts.entry(word.to_lowercase()).⟦or_insert(0) += 1;⟧
    }
    ⟦counts⟧
}
`,
  `
#[derive(Debug)]
pub enum ParseError {
    Empty,
    NotANumber(String),
}

pub fn parse_positive(text: &str) -> Result<u32, ParseError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return ⟦Err(ParseError::Empty);⟧
    }
    trimmed.parse().map_err(|_| ⟦ParseError::NotANumber(trimmed.to_string()))⟧
}

pub fn sum_of(lines: &[&str]) -> Result<u32, ParseError> {
    let mut sum = 0;
    for line in lines {
        sum += ⟦parse_positive(line)?;⟧
    }
    ⟦Ok(sum)⟧
}
`,
  `
pub struct Stack<T> {
    items: Vec<T>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: ⟦Vec::new() }⟧
    }

    pub fn push(&mut self, item: T) {
        ⟦self.items.push(item);⟧
    }

    pub fn pop(&mut self) -> Option<T> {
        ⟦self.items.pop()⟧
    }

    pub fn is_empty(&self) -> bool {
        ⟦self.items.is_empty()⟧
    }
}
`,
  `
pub enum Shape {
    Circle { radius: f64 },
    Rectangle { width: f64, height: f64 },
}

impl Shape {
    pub fn area(&self) -> f64 {
        match self {
            Shape::Circle { radius } => ⟦std::f64::consts::PI * radius * radius,⟧
            Shape::Rectangle { width, height } => ⟦width * height,⟧
        }
    }
}

pub fn total_area(shapes: &[Shape]) -> f64 {
    shapes.iter().map(⟦|shape| shape.area()).sum()⟧
}

pub fn largest(shapes: &[Shape]) -> Option<&Shape> {
    shapes.iter().max_by(|a, b| a.area().partial_cmp(⟦&b.area()).unwrap())⟧
}
`,
  `
pub trait Describe {
    fn describe(&self) -> String;
}

pub struct Book {
    pub title: String,
    pub pages: u32,
}

impl Describe for Book {
    fn describe(&self) -> String {
        format!("{} ({} pages)", ⟦self.title, self.pages)⟧
    }
}

pub fn describe_all(books: &[Book]) -> Vec<String> {
    books.iter().map(|book| ⟦book.describe()).collect()⟧
}

pub fn longest(books: &[Book]) -> Option<&Book> {
    books.iter().max_by_key(⟦|book| book.pages)⟧
}
`,
  `
pub fn bubble_sort(values: &mut [i32]) {
    let count = values.len();
    for round in 0..count {
        let mut swapped = ⟦false;⟧
        for index in 1..⟦count - round {⟧
            if values[index - 1] > values[index] {
                ⟦values.swap(index - 1, index);⟧
                swapped = ⟦true;⟧
            }
        }
        if !swapped {
            ⟦break;⟧
        }
    }
}
`,
  `
pub fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 {
        ⟦a⟧
    } else {
        ⟦gcd(b, a % b)⟧
    }
}

pub fn lcm(a: u64, b: u64) -> u64 {
    a / ⟦gcd(a, b) * b⟧
}

pub fn factorial(n: u64) -> u64 {
    (1..=n).⟦product()⟧
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gcd_of_coprimes_is_one() {
        assert_eq!(⟦gcd(9, 16), 1);⟧
    }
}
`,
];
