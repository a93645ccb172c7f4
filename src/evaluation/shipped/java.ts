/** Java; what `⟦…⟧` holds is taken out. */
export const javaSnippets: readonly string[] = [
  `
public class Rectangle {
    private final double width;
    private final double height;

    public Rectangle(double width, double height) {
        this.width = width;
        ⟦this.height = height;⟧
    }

    public double area() {
        return ⟦width * height;⟧
    }

    public double perimeter() {
        return ⟦2 * (width + height);⟧
    }

    public boolean isSquare() {
        return ⟦width == height;⟧
    }
}
`,
  `
import java.util.HashMap;
import java.util.Map;

public class Inventory {
    private final Map<String, Integer> stock = new HashMap<>();

    public void add(String product, int amount) {
        stock.put(product, ⟦stock.getOrDefault(product, 0) + amount);⟧
    }

    public boolean remove(String product, int amount) {
        int available = ⟦stock.getOrDefault(product, 0);⟧
        if (available < amount) {
            ⟦return false;⟧
        }
        stock.put(product, ⟦available - amount);⟧
        return true;
    }
}
`,
  `
import java.util.ArrayList;
import java.util.List;

public class Primes {
    public static boolean isPrime(int number) {
        if (number < 2) {
            return false;
        }
        for (int divisor = 2; divisor * divisor <= number; ⟦divisor++) {⟧
            if (number % divisor == 0) {
                ⟦return false;⟧
            }
        }
        return true;
    }

    public static List<Integer> upTo(int limit) {
        List<Integer> primes = ⟦new ArrayList<>();⟧
        for (int number = 2; number <= limit; number++) {
            if (⟦isPrime(number)) {⟧
                primes.add(number);
            }
        }
        return ⟦primes;⟧
    }
}
`,
  `
import java.util.List;
import java.util.stream.Collectors;

public record Person(String name, int age) {
    public static List<String> namesOfAdults(List<Person> people) {
        return people.stream()
            .filter(person -> ⟦person.age() >= 18)⟧
            .map(⟦Person::name)⟧
            .collect(⟦Collectors.toList());⟧
    }

    public static double averageAge(List<Person> people) {
        return people.stream().mapToInt(⟦Person::age).average().orElse(0);⟧
    }
}
`,
  `
public class LinkedStack<T> {
    private static class Node<T> {
        final T value;
        final Node<T> next;

        Node(T value, Node<T> next) {
            this.value = value;
            ⟦this.next = next;⟧
        }
    }

    private Node<T> top;
    private int size;

    public void push(T value) {
        top = ⟦new Node<>(value, top);⟧
        size++;
    }

    public T pop() {
        if (top == null) {
            throw new IllegalStateException(⟦"stack is empty");⟧
        }
        T value = ⟦top.value;⟧
        top = ⟦top.next;⟧
        size--;
        return value;
    }
}
`,
  `
import java.util.Objects;

public final class Money {
    private final long cents;
    private final String currency;

    public Money(long cents, String currency) {
        this.cents = cents;
        this.currency = ⟦Objects.requireNonNull(currency);⟧
    }

    public Money plus(Money other) {
        if (!currency.equals(⟦other.currency)) {⟧
            throw new IllegalArgumentException("different currencies");
        }
        return new Money(⟦cents + other.cents, currency);⟧
    }

    @Override
    public int hashCode() {
        return Objects.hash(⟦cents, currency);⟧
    }
}
`,
  `
public class BinarySearch {
    public static int find(int[] sorted, int wanted) {
        int low = 0;
        int high = ⟦sorted.length - 1;⟧
        while (low <= high) {
            int middle = ⟦(low + high) >>> 1;⟧
            if (sorted[middle] == wanted) {
                return middle;
            } else if (sorted[middle] < wanted) {
                ⟦low = middle + 1;⟧
            } else {
                ⟦high = middle - 1;⟧
            }
        }
        return -1;
    }
}
`,
  `
import java.util.ArrayDeque;
import java.util.Deque;

public class Brackets {
    public static boolean areBalanced(String text) {
        Deque<Character> open = new ArrayDeque<>();
        for (char symbol : ⟦text.toCharArray()) {⟧
            if (symbol == '(' || symbol == '[') {
                ⟦open.push(symbol);⟧
            } else if (symbol == ')') {
                if (open.isEmpty() || open.pop() != '(') ⟦return false;⟧
            } else if (symbol == ']') {
                if (open.isEmpty() || ⟦open.pop() != '[') return false;⟧
            }
        }
        return ⟦open.isEmpty();⟧
    }
}
`,
];
