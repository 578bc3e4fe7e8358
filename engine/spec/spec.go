// Package spec is what a gateway is made of: plain values, each with the place it was written at.
//
// The hcl package fills a Gateway from files, the engine package builds a running gateway from it, and
// neither knows the other. Defaults and limits stand here beside their fields, so that check, serve and
// the reference say the same. Values are decided at load and not changed after: readers may share them.
package spec

import "time"

// Pos is where a value was written. The zero Pos is a value nobody wrote: a default or the environment.
type Pos struct {
	File   string
	Line   int // from 1
	Column int // from 1, in bytes
}

// Known tells whether somebody wrote the value.
func (p Pos) Known() bool { return p.File != "" }

// Secret is a value that never prints. Only the one who sends it upstream calls Reveal.
type Secret struct{ value string }

// NewSecret wraps v.
func NewSecret(v string) Secret { return Secret{v} }

// Reveal returns the value itself. Every call is a place to audit.
func (s Secret) Reveal() string { return s.value }

// Present tells whether there is a value.
func (s Secret) Present() bool { return s.value != "" }

// String hides the value from fmt and logs.
func (s Secret) String() string {
	if s.value == "" {
		return "(unset)"
	}
	return "(secret)"
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Gateway is one whole configuration.
type Gateway struct {
	Listeners []*Listener
	Admin     *Admin // nil: no admin listener
	Log       Log
	Providers []*Provider
	Models    []*Model
	Plugins   []*Plugin
	Pipelines []*Pipeline
	Routes    []*Route
	Consumers []*Consumer
	// Files are the configuration files read, in order, for the banner and the watcher.
	Files []string
	// References are other files that were read (file(), plugin sources); a change of one reloads too.
	References []string
}

// Listener is an address that clients connect to.
type Listener struct {
	Name    string
	Address string // host:port; default "127.0.0.1:8080"
	TLS     *TLS   // nil: plain HTTP
	// BodyBytes is the largest request body. Default 32 MiB.
	BodyBytes int
	// HeadBytes is the largest request head. Default 32 KiB.
	HeadBytes int
	// HeadTime is how long a whole request head may take. Default 10 s.
	HeadTime time.Duration
	// IdleTime is how long a kept-alive connection may wait. Default 75 s.
	IdleTime time.Duration
	// BodyIdle is the longest silence inside a request body. Default 15 s.
	BodyIdle time.Duration
	// Connections is the largest number of open connections; 0 derives it from the descriptor limit.
	Connections int
	Pos         Pos
}

// Defaults of a Listener.
const (
	DefaultAddress      = "127.0.0.1:8080"
	DefaultAdminAddress = "127.0.0.1:9090"
	DefaultBodyBytes    = 32 << 20
	DefaultHeadBytes    = 32 << 10
	DefaultHeadTime     = 10 * time.Second
	DefaultIdleTime     = 75 * time.Second
	DefaultBodyIdle     = 15 * time.Second
)

// TLS is a certificate for a listener: PEM file paths.
type TLS struct {
	Certificate, Key string
	Pos              Pos
}

// Admin is the address for metrics, health and the admin API.
type Admin struct {
	Address string // default "127.0.0.1:9090"
	Pos     Pos
}

// Log says what the process writes to standard error.
type Log struct {
	Level  string // "debug", "info" (default), "warn", "error"
	Format string // "text" or "json"; default: text on a terminal, json elsewhere
	Access bool   // one line per request. Default true
	Pos    Pos
}

// ProviderType is a client API a provider speaks, with its own address and credential header.
type ProviderType string

// The provider types of this release.
const (
	OpenAI           ProviderType = "openai"
	Anthropic        ProviderType = "anthropic"
	OpenAICompatible ProviderType = "openai_compatible" // any base_url that speaks OpenAI chat; Gemini's too
	Gemini           ProviderType = "gemini"            // through its OpenAI-compatible endpoint
	Mock             ProviderType = "mock"              // the embedded scripted provider; needs no key
)

// ProviderTypes lists every type, for suggestions and documents.
var ProviderTypes = []ProviderType{OpenAI, Anthropic, Gemini, OpenAICompatible, Mock}

// Provider is an upstream account.
type Provider struct {
	Type ProviderType
	Name string
	// BaseURL is the API's root with its version path, such as "https://api.openai.com/v1". Default: the type's own.
	BaseURL string
	// APIKey is sent in the type's own header. It may be unset for mock and openai_compatible.
	APIKey Secret
	// KeySource says where the key came from ("OPENAI_API_KEY"), for the banner; never the key.
	KeySource string
	// Headers are sent with every request, after ours. They can't name framing, Host or credential fields.
	Headers  []Header
	Deadline Deadline
	Retry    Retry
	// Connections is the largest number of open upstream connections. Default 1024.
	Connections int
	// Mock configures the embedded provider; nil unless Type is Mock.
	Mock *MockOptions
	Pos  Pos
}

// MockOptions shape the embedded mock provider's answers.
type MockOptions struct {
	Latency time.Duration // before the first byte
	Gap     time.Duration // between events
	Chunks  int           // events in a stream; 0: the mock's default
	Script  string        // the mock's own grammar for faults
}

// Header is one header field.
type Header struct{ Name, Value string }

// Deadline bounds each phase of an upstream call. None of them is a total on a living stream.
type Deadline struct {
	Connect time.Duration // TCP and TLS. Default 5 s
	// Headers is from the request sent to the head of the answer. 0, the default, is FirstToken for a stream
	// and Total for a whole answer, whose head comes when the answer is ready.
	Headers    time.Duration
	FirstToken time.Duration // request sent → first content event of a stream. Default 60 s
	Idle       time.Duration // between events of a stream. Default 60 s
	Total      time.Duration // a whole (not streamed) answer. Default 300 s
}

// DefaultDeadline is what a provider has unless it says otherwise, field by field.
var DefaultDeadline = Deadline{
	Connect:    5 * time.Second,
	FirstToken: 60 * time.Second,
	Idle:       60 * time.Second,
	Total:      300 * time.Second,
}

// Retry says how often the same target is asked again before the next one is. Only answers that say
// "later" or broke before the first byte are asked again, never a missed deadline.
type Retry struct {
	Max int // further tries on one target. Default 2, at most 5
	// Backoff is the wait before the first retry, doubled for each further one, with jitter. Default 500 ms.
	Backoff time.Duration
	// AfterCap is the longest Retry-After that is waited for; a longer one goes to the next target. Default 5 s.
	AfterCap time.Duration
}

// DefaultRetry is what a provider has unless it says otherwise.
var DefaultRetry = Retry{Max: 2, Backoff: 500 * time.Millisecond, AfterCap: 5 * time.Second}

// MaxAttempts bounds upstream attempts of one request over all targets.
const MaxAttempts = 6

// Strategy is how a model chooses among its targets.
type Strategy string

// The strategies of this release.
const (
	Priority   Strategy = "priority"    // in the order written; default
	Weighted   Strategy = "weighted"    // by weight
	RoundRobin Strategy = "round_robin" // in turn
	Router     Strategy = "router"      // a router plugin's on_route chooses; see Model.Router
)

// Strategies lists every strategy, for suggestions and documents.
var Strategies = []Strategy{Priority, Weighted, RoundRobin, Router}

// Model is what clients ask for: a name with a choice of targets.
type Model struct {
	Name string
	// Aliases are further names; '*' stands for any run of characters ("claude-*"). In a target's
	// model, "*" means the name the client asked for.
	Aliases  []string
	Strategy Strategy
	Router   *Plugin // for strategy "router"
	Targets  []Target
	Fallback *Fallback
	Pos      Pos
}

// Target is a provider with the provider's own name of a model.
type Target struct {
	Provider *Provider
	Model    string // "" or "*": as the client asked
	// TrimPrefix is cut off the asked name, once, before it is sent in the place of "" or "*": with
	// "openai/", a request for "openai/gpt-4o" asks the provider for "gpt-4o". Default "".
	TrimPrefix string
	Weight     int // default 1
	// MaxTokens is sent where the provider's API demands a limit and the client gave none. Default 4096.
	MaxTokens int
	Pos       Pos
}

// DefaultMaxTokens is Target.MaxTokens when nothing is said.
const DefaultMaxTokens = 4096

// Fallback says on which failures the models in To are tried, in order.
type Fallback struct {
	On  []Failure
	To  []*Model
	Pos Pos
}

// Failure is a class of upstream failures that a fallback names.
type Failure string

// The classes. DefaultFailures is used when On is empty.
const (
	FailConnect       Failure = "connect"
	FailTimeout       Failure = "timeout"
	FailRateLimited   Failure = "rate_limited"
	FailServerError   Failure = "server_error"
	FailContextLength Failure = "context_length"
	FailAuth          Failure = "auth"
	FailInvalid       Failure = "invalid_answer"
)

// Failures lists every class; DefaultFailures is the same list: a fallback that was written is meant.
var (
	Failures        = []Failure{FailConnect, FailTimeout, FailRateLimited, FailServerError, FailContextLength, FailAuth, FailInvalid}
	DefaultFailures = Failures
)

// Plugin is a Wasm module with what it was granted.
type Plugin struct {
	Kind string // "guard", "transform", "router": the folder under plugins/
	Name string
	// Source is "builtin" (default) or a file path.
	Source string
	// SHA256 pins the module's bytes, hex; "" for no pin.
	SHA256 string
	Grant  Grant
	// OnError is what a trap or an exhausted limit does: "deny" (default) or "skip".
	OnError string
	Limit   PluginLimit
	// Isolate is "pool" (default), "fresh" (an instance per request) or "tenant" (a pool per consumer).
	Isolate string
	// Config is the plugin's own configuration as JSON; "{}" when none. Each stage may replace members of it.
	Config []byte
	Pos    Pos
	// ConfigPos points at the config attribute.
	ConfigPos Pos
}

// Ref is how the plugin is written in references: "guard.pii".
func (p *Plugin) Ref() string { return p.Kind + "." + p.Name }

// PluginLimit bounds one plugin. Fuel and Wall are for each 256 KiB begun of what a call is about, the request's body or
// the answer, at most 32 times. A zero field is what the plugin's manifest says, and where that says nothing the default.
type PluginLimit struct {
	Memory    int           // bytes of linear memory per instance. Default 16 MiB
	Fuel      int64         // steps per hook call. Default 50,000,000
	Wall      time.Duration // wall time per hook call. Default 50 ms
	Instances int           // most instances at once. Default 2 × GOMAXPROCS, at least 32 if it calls out
}

// DefaultPluginLimit is what a plugin has unless it says otherwise; Instances 0 means 2 × GOMAXPROCS, and at least 32
// for a plugin that waits for http or llm: an instance is held while it waits.
var DefaultPluginLimit = PluginLimit{Memory: 16 << 20, Fuel: 50_000_000, Wall: 50 * time.Millisecond}

// Pipeline is an ordered list of stages.
type Pipeline struct {
	Name   string
	Stages []*Stage
	// Delay is what the stages add to streamed answers at most, as their manifests say.
	Delay Delay
	Pos   Pos
}

// Delay is how much of a streamed answer waits in the stages of a pipeline. The zero Delay is none.
type Delay struct {
	// Bytes is the most that is held back of each text, all stages together.
	Bytes int
	// Whole are stages that collect each text to its end, Asked those that do so if they have something to look for in it, and Calls
	// those that collect tool calls.
	Whole, Asked, Calls []*Stage
}

// Stage is one use of a plugin.
type Stage struct {
	Name   string
	Plugin *Plugin
	// When decides per request whether the stage runs; nil: always.
	When Predicate
	// Config is the plugin's configuration with this stage's members laid over it, as JSON.
	Config []byte
	Pos    Pos
}

// Predicate is a compiled condition. Implementations are safe for concurrent use and don't allocate.
type Predicate interface {
	// True evaluates the condition over the facts of one request.
	True(Facts) bool
	// Source is the expression as written, for explain and for the policy hash.
	Source() string
}

// Facts are what a condition may ask about. The bytes are valid during the call.
type Facts interface {
	// Fact returns the value of a fixed fact.
	Fact(Fact) []byte
	// Header returns a request header's first value, nil if absent. The name is lower case.
	Header(name string) []byte
	// Tag returns a consumer's tag, "" if absent.
	Tag(name string) string
	// Number returns the value of a numeric fact.
	Number(Fact) int64
}

// Fact is something a condition may ask about.
type Fact uint8

// The facts, with their names in HCL. FactStream is a Number: 0 or 1.
const (
	FactMethod    Fact = iota // request.method
	FactPath                  // request.path
	FactModel                 // request.model, as the client asked
	FactDialect               // request.dialect, such as "openai.chat"
	FactStream                // request.stream, bool
	FactBodyBytes             // request.body_bytes, number
	FactClientIP              // request.client_ip
	FactConsumer              // consumer.name, "" if anonymous
	FactTeam                  // consumer.team
	FactRoute                 // route.name (in stages)
)

// Route is match → pipeline → models.
type Route struct {
	Name  string
	Match Match
	// Pipeline is nil for none.
	Pipeline *Pipeline
	// Models are the models this route serves. Empty: every model.
	Models []*Model
	Cache  *Cache // nil: no cache
	// Passthrough opens /{provider}/... for these providers.
	Passthrough []*Provider
	// Anonymous admits requests without a consumer key even where consumers are declared. Default false.
	Anonymous bool
	Pos       Pos
}

// Match is which requests a route takes. Zero fields match everything.
type Match struct {
	Path   string // exact, or a prefix that ends in "*"
	Method string
	Host   string
	When   Predicate
	Pos    Pos
}

// Cache is the exact cache of one route.
type Cache struct {
	TTL time.Duration // default 1 h
	// Partition is whose answers are shared: "consumer" (default), "team" or "route" (everybody on it).
	Partition string
	// Coalesce lets equal concurrent misses wait for the first. Default true.
	Coalesce bool
	// MaxBytes bounds the gateway's one store; the largest of all routes counts. Default 64 MiB.
	MaxBytes int
	// EntryBytes is the largest answer stored. Default 1 MiB.
	EntryBytes int
	Pos        Pos
}

// Partitions of a cache.
const (
	PartitionConsumer = "consumer"
	PartitionTeam     = "team"
	PartitionRoute    = "route"
)

// Defaults of a Cache.
const (
	DefaultCacheTTL        = time.Hour
	DefaultCacheBytes      = 64 << 20
	DefaultCacheEntryBytes = 1 << 20
)

// Consumer is who calls.
type Consumer struct {
	Name string
	// KeySHA256 are the hashes of the consumer's keys. A key itself is hashed at load and forgotten.
	KeySHA256 [][32]byte
	Team      string
	Tags      map[string]string
	// Models the consumer may ask for; empty: all of the route.
	Models []*Model
	Limit  Limit
	Pos    Pos
}

// Limit is a consumer's rates. A zero Rate is no limit.
type Limit struct {
	Requests Rate
	Tokens   Rate
	// Concurrent is the most requests at once; 0: no limit.
	Concurrent int
	Pos        Pos
}

// Rate is a count per span of time: "100/s", "2M/h".
type Rate struct {
	Count int64
	Per   time.Duration
	Pos   Pos
}
