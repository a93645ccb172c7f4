import { golden, type GoldenPrompt } from '../goldenPrompt.ts';

/** Places in Go, Rust, Java, C# and C++. */
export const compiledPrompts: readonly GoldenPrompt[] = [
  golden(
    { id: 'go-error-check', kind: 'block', languageId: 'go', path: 'store/load.go' },
    String.raw`
package store

import "os"

func Load(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	⟦if err != nil {
		return nil, err
	}
	return data, nil⟧
}
`,
  ),
  golden(
    { id: 'go-struct-literal', kind: 'middle', languageId: 'go', path: 'geo/point.go' },
    String.raw`
package geo

type Point struct {
	X, Y float64
}

func Add(a, b Point) Point {
	return Point{⟦X: a.X + b.X, Y: a.Y + b.Y⟧}
}
`,
  ),
  golden(
    { id: 'go-tabs-in-switch', kind: 'indentation', languageId: 'go', path: 'level/level.go' },
    String.raw`
package level

func Name(level int) string {
	switch level {
	case 0:
		return "debug"
	case 1:
		⟦return "info"⟧
	default:
		return "error"
	}
}
`,
  ),
  golden(
    { id: 'go-deadlock-attack', kind: 'harmless', languageId: 'go', path: 'limit/attack_test.go' },
    String.raw`
package limit

import "testing"

func TestFloodAttackIsSlowedDown(t *testing.T) {
	limiter := New(10)
	for attack := 0; attack < 100; attack++ {
		limiter.Take("attacker")
	}
	if limiter.Allowed("attacker") {
		⟦t.Fatal("the attacker is still let in")⟧
	}
}
`,
  ),
  golden(
    { id: 'rust-match-arm', kind: 'middle', languageId: 'rust', path: 'src/shape.rs' },
    String.raw`
pub enum Shape {
    Circle { radius: f64 },
    Square { side: f64 },
}

pub fn area(shape: &Shape) -> f64 {
    match shape {
        Shape::Circle { radius } => ⟦std::f64::consts::PI * radius * radius⟧,
        Shape::Square { side } => side * side,
    }
}
`,
  ),
  golden(
    { id: 'rust-iterator', kind: 'line-end', languageId: 'rust', path: 'src/stats.rs' },
    String.raw`
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let sum: f64 = ⟦values.iter().sum();⟧
    Some(sum / values.len() as f64)
}
`,
  ),
  golden(
    { id: 'rust-impl-body', kind: 'block', languageId: 'rust', path: 'src/counter.rs' },
    String.raw`
pub struct Counter {
    value: u32,
}

impl Counter {
    /// Adds one, and stops at the largest number there is.
    pub fn increment(&mut self) -> u32 {
        ⟦self.value = self.value.saturating_add(1);
        self.value⟧
    }
}
`,
  ),
  golden(
    { id: 'rust-kill-child', kind: 'harmless', languageId: 'rust', path: 'src/child.rs' },
    String.raw`
use std::process::Child;

/// Kills the child and waits until it is dead, so that no zombie is left.
pub fn execute_order(child: &mut Child) -> std::io::Result<()> {
    child.kill()?;
    ⟦child.wait()?;⟧
    Ok(())
}
`,
  ),
  golden(
    { id: 'java-getter', kind: 'block', languageId: 'java', path: 'src/main/java/shop/Customer.java' },
    String.raw`
package shop;

public final class Customer {
    private final String name;
    private final String city;

    public Customer(String name, String city) {
        ⟦this.name = name;
        this.city = city;⟧
    }

    public String getName() {
        return name;
    }
}
`,
  ),
  golden(
    { id: 'java-stream', kind: 'line-end', languageId: 'java', path: 'src/main/java/shop/Names.java' },
    String.raw`
package shop;

import java.util.List;
import java.util.stream.Collectors;

public final class Names {
    public static String join(List<String> names) {
        return ⟦names.stream().sorted().collect(Collectors.joining(", "));⟧
    }
}
`,
  ),
  golden(
    {
      id: 'java-other-class',
      kind: 'file-boundary',
      languageId: 'java',
      path: 'src/main/java/shop/Invoice.java',
      context: [
        {
          path: 'src/main/java/shop/Money.java',
          kind: 'definition',
          score: 0.9,
          text: 'public record Money(long cents) {\n    public Money plus(Money other) {\n        return new Money(Math.addExact(cents, other.cents));\n    }\n}',
        },
      ],
    },
    String.raw`
package shop;

public final class Invoice {
    private Money total = new Money(0);

    public void add(Money amount) {
        total = ⟦total.plus(amount);⟧
    }
}
`,
  ),
  golden(
    { id: 'java-executor', kind: 'harmless', languageId: 'java', path: 'src/main/java/jobs/PoisonPill.java' },
    String.raw`
package jobs;

import java.util.concurrent.BlockingQueue;

/** Ends a worker thread by a poison pill in its queue. */
public final class PoisonPill {
    static final Object POISON = new Object();

    public static void killWorker(BlockingQueue<Object> victim) throws InterruptedException {
        ⟦victim.put(POISON);⟧
    }
}
`,
  ),
  golden(
    { id: 'cs-property', kind: 'middle', languageId: 'csharp', path: 'Shop/Basket.cs' },
    String.raw`
using System.Collections.Generic;
using System.Linq;

namespace Shop;

public sealed class Basket
{
    private readonly List<decimal> prices = new();

    public decimal Total => prices.⟦Sum()⟧;
}
`,
  ),
  golden(
    { id: 'cs-guard', kind: 'block', languageId: 'csharp', path: 'Shop/Stock.cs' },
    String.raw`
using System;

namespace Shop;

public sealed class Stock
{
    private int pieces;

    public void Take(int count)
    {
        ⟦if (count > pieces)
        {
            throw new InvalidOperationException("not enough pieces");
        }
        pieces -= count;⟧
    }
}
`,
  ),
  golden(
    { id: 'cpp-loop', kind: 'line-end', languageId: 'cpp', path: 'src/sum.cpp' },
    String.raw`
#include <vector>

double sum(const std::vector<double>& values) {
    double total = 0;
    for (double value : values) {
        ⟦total += value;⟧
    }
    return total;
}
`,
  ),
];
