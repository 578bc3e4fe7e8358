package table

// Funcs are the functions that a host offers. Texts are a pointer and a length in the guest's memory. A
// function that gives a text takes a buffer (ptr, cap), returns the length of the whole text and writes it only if
// it fits; a guest then asks again with a larger buffer. The host keeps no pointer after it returned.
var Funcs = []Func{
	{"", "features", nil, "i64", nil, "the capability families that this host can grant: bit n is capability number n. A host without a family has a 0 there and refuses modules that import it"},
	{"", "config", []string{"ptr i32", "cap i32"}, "i32", nil, "the stage's configuration as JSON"},
	{"", "get", []string{"field i32", "i i32", "j i32", "ptr i32", "cap i32"}, "i32", nil, "a text field's length, and its bytes if they fit; Absent, BadField"},
	{"", "num", []string{"field i32", "i i32", "j i32"}, "i64", nil, "a number field; NumAbsent if there is none"},
	{"", "named", []string{"family i32", "name_ptr i32", "name_len i32", "ptr i32", "cap i32"}, "i32", nil, "a value's length by its name, and its bytes if they fit; Absent, BadField"},
	{"", "edit", []string{"op i32", "field i32", "i i32", "j i32", "ptr i32", "len i32"}, "i32", nil, "records an edit. It is checked and made after the hook returned with a verdict that keeps edits; one that then can't be made undoes them all and counts as a failure of the plugin. Reading the field in the same call gives the value before, and the indices of all edits are those that the call reads: the host first makes what moves nothing, then removes and inserts from the last place to the first, then changes FieldSystem"},
	{"", "set_named", []string{"family i32", "name_ptr i32", "name_len i32", "ptr i32", "len i32"}, "i32", nil, "records the edit of a value that goes by a name. An empty value takes a param out, which must be there"},
	{"", "stage", []string{"slot i32", "ptr i32", "len i32"}, "i32", nil, "stages a text for the verdict, in place of an earlier one; TooLarge above MaxSlot, for SlotDelta above MaxSlot + MaxGrowth × the window"},
	{"", "state_get", []string{"ptr i32", "cap i32"}, "i32", nil, "the stage's own bytes of this request: what state_put left there in an earlier hook"},
	{"", "state_put", []string{"ptr i32", "len i32"}, "i32", nil, "replaces the stage's own bytes of this request; TooLarge above MaxState"},

	{"log", "write", []string{"level i32", "ptr i32", "len i32"}, "i32", nil, "logs a line; control characters are escaped. TooLarge once MaxLogLines or MaxLogBytes is reached"},

	{"metrics", "define", []string{"instrument i32", "name_ptr i32", "name_len i32"}, "i32", []string{onInit}, "a metric's id, 0 and above. The name is of a–z, 0–9 and _; equal names are one metric. TooLarge above MaxMetrics"},
	{"metrics", "add", []string{"id i32", "n i64"}, "i32", nil, "adds n ≥ 0 to a counter"},
	{"metrics", "set", []string{"id i32", "value f64"}, "i32", nil, "sets a gauge"},
	{"metrics", "observe", []string{"id i32", "value f64"}, "i32", nil, "counts a value in a histogram"},

	{"kv", "get", []string{"space_ptr i32", "space_len i32", "key_ptr i32", "key_len i32", "ptr i32", "cap i32"}, "i32", nil, "a value's length, and its bytes if they fit; Absent, NotGranted. Values are kept apart by plugin, namespace and tenant"},
	{"kv", "put", []string{"space_ptr i32", "space_len i32", "key_ptr i32", "key_len i32", "ptr i32", "len i32", "ttl i64"}, "i32", nil, "stores a value for ttl milliseconds (0: as long as there is room); TooLarge when the namespace is full"},
	{"kv", "cas", []string{"space_ptr i32", "space_len i32", "key_ptr i32", "key_len i32", "old_ptr i32", "old_len i32", "ptr i32", "len i32", "ttl i64"}, "i32", nil, "put, if the value is old; old_len -1 stands for no value. Mismatch if it isn't"},
	{"kv", "incr", []string{"space_ptr i32", "space_len i32", "key_ptr i32", "key_len i32", "by i64", "ttl i64"}, "i64", nil, "adds to a decimal number, which begins at 0, and returns the sum; NumAbsent if it failed. The ttl is set when the number begins"},
	{"kv", "delete", []string{"space_ptr i32", "space_len i32", "key_ptr i32", "key_len i32"}, "i32", nil, "forgets a value; Absent if there is none"},

	{"time", "now", nil, "i64", nil, "milliseconds since 1970-01-01 UTC"},

	{"random", "fill", []string{"ptr i32", "len i32"}, "i32", nil, "fills a buffer of at most MaxSlot bytes with random bytes"},

	{"scan", "compile", []string{"ptr i32", "len i32"}, "i32", []string{onInit}, "a set's id, 0 and above: patterns in RE2's syntax, one a line. Invalid if one isn't, or matches the empty text; TooLarge above MaxSets, MaxPatterns or MaxPatternBytes, and if what they compile to is: counted repetitions count as often as they repeat. Equal sets of a stage are one"},
	{"scan", "error", []string{"ptr i32", "cap i32"}, "i32", []string{onInit}, "why the last compile failed: the pattern's number from 0, -1 for the whole set, a space, and the reason; Absent if it didn't"},
	{"scan", "match", []string{"set i32", "text_ptr i32", "text_len i32", "from i32", "ptr i32", "cap i32"}, "i32", nil, "the length of the hits in bytes, and the hits if they fit: for each a pattern's number, start and end, three little-endian i32; ordered by start, not overlapping: of two that overlap the one that begins first, of two that begin together the longer, of two equal ones the first pattern's. Hits begin at from or after it; what is before is only context, for ^ and \\b. Bytes that aren't UTF-8 belong to no hit. BadRange, TooLarge above MaxHits"},
	{"scan", "match_field", []string{"set i32", "field i32", "i i32", "j i32", "ptr i32", "cap i32"}, "i32", nil, "match over a text field, from 0; it needn't be read for it; Absent, BadField"},
	{"scan", "open", []string{"set i32", "text_ptr i32", "text_len i32", "from i32"}, "i32", nil, "where the first match begins, at from or after it, that text after this one could complete or lengthen; text_len if there is none. Hits of match that begin before it are final and end there at the latest. A stream holds what follows it, and no more"},
	{"scan", "window", []string{"set i32", "ptr i32", "cap i32"}, "i64", []string{onDelta}, "match and open over the window, with what was before it as context: the length of the hits in bytes in the upper half, and in the lower half where the first open match begins, counted like the hits from the window's begin; the window's length if none is open or nothing follows. Below 0 it is a status"},

	{"http", "call", []string{"method_ptr i32", "method_len i32", "url_ptr i32", "url_len i32", "headers_ptr i32", "headers_len i32", "body_ptr i32", "body_len i32", "timeout i32"}, "i32", called, "the status of the answer, 100 to 599. The guest waits for it, at most timeout milliseconds and what the grant allows (0: that); the wait is no wall time of the plugin. Headers are lines \"name: value\\n\". Redirects aren't followed. NotGranted outside of the grant's methods, hosts, paths and networks; Invalid for a URL that could be read in two ways (upper case scheme or host, user, fragment, dot or empty segments, needless escapes) and for headers of the connection, the framing, Host, Proxy-, Accept-Encoding and Range; TooLarge, Unavailable, TimedOut, Exhausted after the grant's number of calls in one hook"},
	{"http", "header", []string{"name_ptr i32", "name_len i32", "ptr i32", "cap i32"}, "i32", called, "a header of the hook's last answer, its lines joined by commas: its length, and its bytes if they fit; Absent. Scrubbed as the body is"},
	{"http", "body", []string{"ptr i32", "cap i32"}, "i32", called, "the body of the hook's last answer: its length, and its bytes if they fit; Absent before the first answer. Values of the plugin's secrets are replaced in it by asterisks, as they are and in the codings that servers use"},

	{"secret", "attach", []string{"name_ptr i32", "name_len i32", "header_ptr i32", "header_len i32", "prefix_ptr i32", "prefix_len i32"}, "i32", called, "adds a header, prefix and secret, to the hook's next http call. The guest never sees the value. NotGranted for a name that the grant hasn't; Invalid, TooLarge as for http call's headers. Without TLS the call is NotGranted unless it stays in a network that the grant lists as private"},

	{"cache", "get", []string{"key_ptr i32", "key_len i32", "ptr i32", "cap i32"}, "i32", called, "a value's length, and its bytes if they fit; Absent. Values are kept apart by plugin and tenant; those that were used longest ago go when the grant's room is full, or a tenant has half of it"},
	{"cache", "put", []string{"key_ptr i32", "key_len i32", "ptr i32", "len i32", "ttl i64"}, "i32", called, "keeps a value for ttl milliseconds (0: as long as there is room); TooLarge above MaxKey, MaxCached or an eighth of the grant's room"},

	{"tokens", "count", []string{"ptr i32", "len i32"}, "i32", called, "how many tokens a text has for the model that was asked for: exact where the model's encoding is known, else that of o200k_base. TooLarge above MaxCounted bytes"},
	{"tokens", "field", []string{"field i32", "i i32", "j i32"}, "i32", called, "how many tokens a text field has; Absent, BadField. Counted once for a request"},
	{"tokens", "prompt", nil, "i32", called, "how many tokens the whole request has, roles and tools included. Counted once for a request"},

	{"body", "request", []string{"offset i32", "ptr i32", "cap i32"}, "i32", called, "the length of the request's body as the client sent it, and its bytes from offset on, at most cap; BadRange beyond its end"},
	{"body", "answer", []string{"offset i32", "ptr i32", "cap i32"}, "i32", []string{onResponse, onToolCall, onLog}, "the same of a whole answer as the provider sent it; Absent for a stream"},

	{"llm", "ask", []string{"model_ptr i32", "model_len i32", "system_ptr i32", "system_len i32", "prompt_ptr i32", "prompt_len i32", "max_tokens i32", "timeout i32"}, "i32", called, "asks a model, and returns the length of the answer's text, which text then gives. The guest waits, as for http call. The question passes no pipeline, and its tokens count against the grant's budget. NotGranted for a model that the grant hasn't, TooLarge, Unavailable, TimedOut, Exhausted when the budget is spent, or after the grant's number of questions in one hook"},
	{"llm", "text", []string{"ptr i32", "cap i32"}, "i32", called, "the text of the hook's last answer: its length, and its bytes if they fit; Absent before the first"},
}
