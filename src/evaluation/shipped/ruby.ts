/** Ruby; what `⟦…⟧` holds is taken out. */
export const rubySnippets: readonly string[] = [
  `
class Cart
  attr_reader :items

  def initialize
    ⟦@items = []⟧
  end

  def add(name, price)
    @items << ⟦{ name: name, price: price }⟧
  end

  def total
    @items.sum { |item| ⟦item[:price] }⟧
  end

  def empty?
    ⟦@items.empty?⟧
  end
end
`,
  `
def fizzbuzz(limit)
  (1..limit).map do |number|
    if number % 15 == 0
      "FizzBuzz"
    elsif number % 3 == 0
      ⟦"Fizz"⟧
    elsif ⟦number % 5 == 0⟧
      ⟦"Buzz"⟧
    else
      ⟦number.to_s⟧
    end
  end
end
`,
  `
module Greeting
  def self.hello(name)
    "Hello, #{⟦name}!"⟧
  end

  def self.goodbye(name)
    ⟦"Goodbye, #{name}!"⟧
  end

  def self.for_hour(hour)
    case hour
    when 5..11 then "Good morning"
    when 12..17 then ⟦"Good afternoon"⟧
    else ⟦"Good evening"⟧
    end
  end
end
`,
  `
class Animal
  attr_reader :name

  def initialize(name)
    ⟦@name = name⟧
  end

  def to_s
    "#{self.class.name} ⟦#{name}"⟧
  end
end

class Dog < ⟦Animal⟧
  def speak
    ⟦"Woof"⟧
  end
end
`,
  `
require "json"

class Settings
  def initialize(path)
    @path = path
    @values = File.exist?(path) ? ⟦JSON.parse(File.read(path)) : {}⟧
  end

  def [](key)
    ⟦@values[key]⟧
  end

  def []=(key, value)
    ⟦@values[key] = value⟧
  end

  def save
    File.write(⟦@path, JSON.generate(@values))⟧
  end
end
`,
  `
def word_frequencies(text)
  counts = Hash.new(0)
  text.downcase.scan(/\\w+/) do |word|
    counts[word] ⟦+= 1⟧
  end
  ⟦counts⟧
end

def most_common(text, count)
  word_frequencies(text).sort_by { |_word, times| ⟦-times }.first(count)⟧
end

def longest_word(text)
  text.split.max_by⟦(&:length)⟧
end
`,
  `
class Matrix2
  attr_reader :rows

  def initialize(rows)
    @rows = rows
  end

  def +(other)
    sums = rows.zip(other.rows).map do |left, right|
      left.zip(right).map { |a, b| ⟦a + b }⟧
    end
    ⟦Matrix2.new(sums)⟧
  end

  def transpose
    Matrix2.new(⟦rows.transpose)⟧
  end

  def ==(other)
    rows == ⟦other.rows⟧
  end
end
`,
  `
class Temperature
  include Comparable
  attr_reader :degrees

  def initialize(degrees)
    ⟦@degrees = degrees⟧
  end

  def <=>(other)
    degrees <=> ⟦other.degrees⟧
  end

  def self.warmest(temperatures)
    ⟦temperatures.max⟧
  end

  def self.average(temperatures)
    temperatures.sum(⟦&:degrees) / temperatures.size.to_f⟧
  end
end
`,
];
