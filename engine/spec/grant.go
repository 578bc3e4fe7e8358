package spec

import (
	"net/netip"
	"time"
)

// Grant is what a plugin may use; the zero Grant is nothing.
type Grant struct {
	Log, Metrics, Time, Random, Scan, Tokens, Body bool
	// KV are the namespaces of the key-value store that the plugin may read and write.
	KV []string
	// CacheBytes is the room of the plugin's cache; 0: not granted.
	CacheBytes int
	HTTP       *HTTPGrant // nil: not granted
	// Secrets are values by name that the plugin may attach to its own calls and never sees.
	Secrets map[string]Secret
	LLM     *LLMGrant // nil: not granted
	Pos     Pos
}

// HTTPGrant says which calls a plugin may make.
type HTTPGrant struct {
	Allow []HTTPRule
	// Private are networks that calls may reach although they aren't public: loopback, private, link-local and the like.
	Private []netip.Prefix
	// Timeout bounds one call, from its begin to its last byte. Default 2 s.
	Timeout time.Duration
	// RequestBytes and AnswerBytes bound the bodies. Defaults 64 KiB and 256 KiB.
	RequestBytes, AnswerBytes int
	// Calls is how many calls one hook may make. Default 4.
	Calls int
	Pos   Pos
}

// Defaults of an HTTPGrant.
const (
	DefaultHTTPTimeout      = 2 * time.Second
	DefaultHTTPRequestBytes = 64 << 10
	DefaultHTTPAnswerBytes  = 256 << 10
	DefaultHTTPCalls        = 4
)

// HTTPRule allows calls of one method to one address.
type HTTPRule struct {
	Method string // upper case; "*" is every method
	Scheme string // "http" or "https"
	Host   string // name or address, lower case, without brackets
	Port   uint16
	// Path is a whole path; one that ends in "*" is a beginning. "/*" is every path.
	Path string
	Pos  Pos
}

// LLMGrant says which models a plugin may ask, and how much.
type LLMGrant struct {
	Models []*Model
	// Tokens is how many tokens, of prompts and answers together, the plugin may use in how long; Count 0: no bound.
	Tokens Rate
	// Timeout bounds one question. Default 10 s.
	Timeout time.Duration
	// MaxTokens bounds one answer. Default 256.
	MaxTokens int
	// Calls is how many questions one hook may ask. Default 4.
	Calls int
	Pos   Pos
}

// Defaults of an LLMGrant.
const (
	DefaultLLMTimeout   = 10 * time.Second
	DefaultLLMMaxTokens = 256
	DefaultLLMCalls     = 4
)
