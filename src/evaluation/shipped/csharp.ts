/** C#; what `⟦…⟧` holds is taken out. */
export const csharpSnippets: readonly string[] = [
  `
public class Temperature
{
    private readonly double celsius;

    public Temperature(double celsius)
    {
        ⟦this.celsius = celsius;⟧
    }

    public double Celsius => ⟦celsius;⟧

    public double Fahrenheit => ⟦celsius * 9 / 5 + 32;⟧

    public bool IsFreezing()
    {
        return ⟦celsius <= 0;⟧
    }
}
`,
  `
using System.Collections.Generic;
using System.Linq;

public class Order
{
    private readonly List<OrderLine> lines = new();

    public void Add(string product, decimal price, int quantity)
    {
        lines.Add(⟦new OrderLine(product, price, quantity));⟧
    }

    public decimal Total => lines.Sum(⟦line => line.Price * line.Quantity);⟧

    public IEnumerable<string> Products => lines.Select(⟦line => line.Product).Distinct();⟧

    public bool IsEmpty => ⟦lines.Count == 0;⟧
}

public record OrderLine(string Product, decimal Price, int Quantity);
`,
  `
using System;

public static class Guard
{
    public static T NotNull<T>(T value, string name) where T : class
    {
        if (value == null)
        {
            throw ⟦new ArgumentNullException(name);⟧
        }
        return ⟦value;⟧
    }

    public static int InRange(int value, int minimum, int maximum)
    {
        if (value < minimum || ⟦value > maximum)⟧
        {
            throw new ArgumentOutOfRangeException(⟦nameof(value));⟧
        }
        return value;
    }
}
`,
  `
using System.Collections.Generic;

public class Graph
{
    private readonly Dictionary<string, List<string>> edges = new();

    public void Connect(string from, string to)
    {
        if (!edges.TryGetValue(from, out var targets))
        {
            targets = ⟦new List<string>();⟧
            ⟦edges[from] = targets;⟧
        }
        targets.Add(⟦to);⟧
    }

    public int DegreeOf(string node)
    {
        return edges.TryGetValue(node, out var targets) ? ⟦targets.Count : 0;⟧
    }
}
`,
  `
using System.IO;
using System.Threading.Tasks;

public class TextStore
{
    private readonly string folder;

    public TextStore(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(⟦folder);⟧
    }

    public async Task SaveAsync(string name, string text)
    {
        await File.WriteAllTextAsync(PathOf(name), ⟦text);⟧
    }

    public async Task<string> LoadAsync(string name)
    {
        return await File.ReadAllTextAsync(⟦PathOf(name));⟧
    }

    private string PathOf(string name) => ⟦Path.Combine(folder, name + ".txt");⟧
}
`,
  `
public class Node<T>
{
    public T Value { get; }
    public Node<T>? Next { get; set; }

    public Node(T value)
    {
        ⟦Value = value;⟧
    }
}

public class Chain<T>
{
    private Node<T>? first;
    public int Count { get; private set; }

    public void AddFirst(T value)
    {
        var node = new Node<T>(value) { ⟦Next = first };⟧
        first = ⟦node;⟧
        ⟦Count++;⟧
    }
}
`,
  `
using System;

public class Timer
{
    public event Action<int>? Ticked;
    private int ticks;

    public void Tick()
    {
        ⟦ticks++;⟧
        Ticked?.Invoke(⟦ticks);⟧
    }

    public void Reset()
    {
        ⟦ticks = 0;⟧
    }

    public override string ToString()
    {
        return $"Timer({⟦ticks})";⟧
    }
}
`,
  `
using System.Linq;

public static class TextTools
{
    public static string Reverse(string text)
    {
        return new string(⟦text.Reverse().ToArray());⟧
    }

    public static bool IsPalindrome(string text)
    {
        var letters = text.ToLower().Where(⟦char.IsLetter).ToArray();⟧
        return letters.SequenceEqual(⟦letters.Reverse());⟧
    }

    public static int CountWords(string text)
    {
        return text.Split(' ').Count(word => ⟦word.Length > 0);⟧
    }
}
`,
];
