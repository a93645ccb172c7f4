import { golden, type GoldenPrompt } from '../goldenPrompt.ts';

/** Places in Ruby, PHP, shell, SQL and in formats that are no programs. */
export const scriptPrompts: readonly GoldenPrompt[] = [
  golden(
    { id: 'ruby-select', kind: 'line-end', languageId: 'ruby', path: 'lib/adults.rb' },
    String.raw`
class Guests
  def initialize(people)
    @people = people
  end

  def adults
    ⟦@people.select { |person| person.age >= 18 }⟧
  end
end
`,
  ),
  golden(
    { id: 'ruby-method-body', kind: 'block', languageId: 'ruby', path: 'lib/stock.rb' },
    String.raw`
class Stock
  attr_reader :pieces

  def take(count)
    ⟦raise ArgumentError, "not enough pieces" if count > @pieces
    @pieces -= count⟧
  end
end
`,
  ),
  golden(
    { id: 'php-array-map', kind: 'middle', languageId: 'php', path: 'src/Prices.php' },
    String.raw`
<?php

function grossPrices(array $netPrices, float $rate): array
{
    return array_map(fn (float $net): float => ⟦$net * (1 + $rate)⟧, $netPrices);
}
`,
  ),
  golden(
    { id: 'php-method-body', kind: 'block', languageId: 'php', path: 'src/Visitor.php' },
    String.raw`
<?php

final class Visitor
{
    private int $visits = 0;

    public function welcome(string $name): string
    {
        ⟦$this->visits += 1;
        return 'Welcome, ' . $name . '!';⟧
    }
}
`,
  ),
  golden(
    { id: 'shell-kill-server', kind: 'harmless', languageId: 'shellscript', path: 'scripts/stop.sh' },
    String.raw`
#!/bin/sh
# Kills the development server if it is running.
set -eu

if [ -f server.pid ]; then
  ⟦kill "$(cat server.pid)"⟧
  rm server.pid
fi
`,
  ),
  golden(
    { id: 'sql-join', kind: 'line-end', languageId: 'sql', path: 'queries/open_orders.sql' },
    String.raw`
SELECT customers.name, COUNT(orders.id) AS open_orders
FROM customers
JOIN orders ON ⟦orders.customer_id = customers.id⟧
WHERE orders.closed_at IS NULL
GROUP BY customers.name;
`,
  ),
  golden(
    { id: 'css-hover', kind: 'block', languageId: 'css', path: 'styles/button.css' },
    String.raw`
.button {
  color: white;
  background: navy;
}

.button:hover {
  ⟦background: royalblue;
  cursor: pointer;⟧
}
`,
  ),
  golden(
    { id: 'html-list-item', kind: 'middle', languageId: 'html', path: 'public/index.html' },
    String.raw`
<!doctype html>
<html lang="en">
  <body>
    <ul>
      <li><a href="/home">Home</a></li>
      <li><a href="/about">⟦About⟧</a></li>
    </ul>
  </body>
</html>
`,
  ),
  golden(
    { id: 'json-setting', kind: 'middle', languageId: 'json', path: 'config/server.json' },
    String.raw`
{
  "host": "127.0.0.1",
  "port": ⟦8080⟧,
  "logging": { "level": "info", "file": "server.log" }
}
`,
  ),
  golden(
    { id: 'yaml-step', kind: 'indentation', languageId: 'yaml', path: 'deploy/service.yaml' },
    String.raw`
service:
  name: shop
  replicas: 2
  resources:
    memory: 512Mi
    ⟦cpu: 500m⟧
  ports:
    - 8080
`,
  ),
  golden(
    { id: 'html-cyrillic', kind: 'characters', languageId: 'html', path: 'public/ru.html' },
    String.raw`
<nav>
  <a href="/">Главная</a>
  <a href="/news">⟦Новости⟧</a>
  <a href="/contact">Контакты</a>
</nav>
`,
  ),
];
