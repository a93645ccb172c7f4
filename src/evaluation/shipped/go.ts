/** Go; what `⟦…⟧` holds is taken out. */
export const goSnippets: readonly string[] = [
  `
package stack

import "errors"

var ErrEmpty = errors.New("stack is empty")

type Stack struct {
	items []int
}

func (s *Stack) Push(item int) {
	s.items = ⟦append(s.items, item)⟧
}

func (s *Stack) Pop() (int, error) {
	if len(s.items) == 0 {
		return 0, ⟦ErrEmpty⟧
	}
	last := s.items[⟦len(s.items)-1]⟧
	s.items = ⟦s.items[:len(s.items)-1]⟧
	return last, nil
}
`,
  `
package words

import (
	"sort"
	"strings"
)

func Count(text string) map[string]int {
	counts := make(map[string]int)
	for _, word := range ⟦strings.Fields(text) {⟧
		counts[strings.ToLower(word)]⟦++⟧
	}
	return ⟦counts⟧
}

func Top(counts map[string]int) []string {
	words := make([]string, 0, len(counts))
	for word := range counts {
		⟦words = append(words, word)⟧
	}
	sort.Slice(words, func(i, j int) bool {
		return counts[words[i]] > ⟦counts[words[j]]⟧
	})
	return words
}
`,
  `
package config

import (
	"encoding/json"
	"fmt"
	"os"
)

type Config struct {
	Host string
	Port int
}

func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, ⟦fmt.Errorf("read config: %w", err)⟧
	}
	var config Config
	if err := json.Unmarshal(⟦data, &config); err != nil {⟧
		return nil, fmt.Errorf("parse config: %w", err)
	}
	return ⟦&config, nil⟧
}

func (c *Config) Address() string {
	return fmt.Sprintf("%s:%d", ⟦c.Host, c.Port)⟧
}
`,
  `
package cache

import "sync"

type Cache struct {
	mu     sync.RWMutex
	values map[string]string
}

func New() *Cache {
	return &Cache{values: ⟦make(map[string]string)}⟧
}

func (c *Cache) Get(key string) (string, bool) {
	c.mu.RLock()
	defer ⟦c.mu.RUnlock()⟧
	value, ok := ⟦c.values[key]⟧
	return value, ok
}

func (c *Cache) Set(key, value string) {
	c.mu.Lock()
	⟦defer c.mu.Unlock()⟧
	c.values[key] = ⟦value⟧
}
`,
  `
package numbers

func Max(values []int) int {
	largest := values[0]
	for _, value := range values[1:] {
		if value > ⟦largest {⟧
			⟦largest = value⟧
		}
	}
	return ⟦largest⟧
}

func Sum(values []int) int {
	sum := 0
	for _, value := range values {
		⟦sum += value⟧
	}
	return sum
}

func Reverse(values []int) {
	for i, j := 0, len(values)-1; i < j; ⟦i, j = i+1, j-1 {⟧
		values[i], values[j] = ⟦values[j], values[i]⟧
	}
}
`,
  `
package server

import (
	"encoding/json"
	"net/http"
)

type Health struct {
	Status string
}

func handleHealth(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "method not allowed", ⟦http.StatusMethodNotAllowed)⟧
		return
	}
	w.Header().Set("Content-Type", ⟦"application/json")⟧
	json.NewEncoder(w).Encode(⟦Health{Status: "ok"})⟧
}

func Routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", ⟦handleHealth)⟧
	return mux
}
`,
  `
package tree

type Node struct {
	Value int
	Left  *Node
	Right *Node
}

func (n *Node) Insert(value int) *Node {
	if n == nil {
		return ⟦&Node{Value: value}⟧
	}
	if value < n.Value {
		n.Left = ⟦n.Left.Insert(value)⟧
	} else {
		⟦n.Right = n.Right.Insert(value)⟧
	}
	return n
}

func (n *Node) Depth() int {
	if n == nil {
		return 0
	}
	return 1 + max(n.Left.Depth(), ⟦n.Right.Depth())⟧
}
`,
  `
package pool

import "sync"

func Run(jobs []func(), workers int) {
	queue := make(chan func())
	var group sync.WaitGroup
	for i := 0; i < workers; i++ {
		⟦group.Add(1)⟧
		go func() {
			defer ⟦group.Done()⟧
			for job := range queue {
				⟦job()⟧
			}
		}()
	}
	for _, job := range jobs {
		queue <- ⟦job⟧
	}
	close(queue)
	⟦group.Wait()⟧
}
`,
];
