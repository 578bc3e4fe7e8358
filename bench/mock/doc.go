// Package mock is a scripted provider: an upstream that speaks OpenAI's and Anthropic's APIs, answers
// predictably, and misbehaves on request. Tests and benchmarks put it behind a gateway; the gateway
// embeds it as the provider that needs no key.
//
// It serves, below any path prefix:
//
//	POST /chat/completions       OpenAI, whole and streamed
//	POST /embeddings             OpenAI, float and base64
//	POST /messages               Anthropic, whole and streamed
//	POST /messages/count_tokens  Anthropic
//	GET  /models, /models/{id}   either, by the presence of an anthropic-version field
//	ANY  /echo                   the request's body, as it came
//
// Requests are checked as strictly as the real APIs check them, framing included, because a fault the mock
// forgives is one nobody finds. Refusals have the status and the shape of the API that was asked.
//
// # Answers
//
// The text is "You said: " and the last user text, padded with numbered words to the number of chunks and
// streamed in exactly that many deltas. A final assistant message is continued: the answer is what the
// text still lacks. With tools in the request, a tool_choice that demands one or the words "call the tool"
// in the last user text lead to a call whose arguments are made from the schema; after a tool's result
// comes text that quotes it. Limits and stop sequences are obeyed. A token is 4 bytes, rounded up.
//
// # Scripts
//
// A script changes one answer. It is taken from the first of: a directive [[mock ...]] in the last user
// text (it passes through any gateway), the header field x-mock, Options.Script. A script is a list of
// clauses split by ";", each a list of words split by spaces:
//
//	key            key=value            key="a value with spaces"
//
// The first clause that applies is followed. These decide whether it does:
//
//	model=GLOB path=GLOB server=NAME stream=BOOL   what is asked: '*' is any run of characters
//	times=N        only the first N requests          after=N    not the first N
//	every=N        only each Nth                      for=D      only until D after the first one
//	key=NAME       whose requests are counted together; by default those with the same clause
//
// When a clause applies by what is asked but its times are over, its shape still counts and its faults
// don't: "chunks=60 cut=40 times=1" is cut once and has 60 chunks for ever. Clauses behind it are looked
// at for faults.
//
// Shape:
//
//	latency=D      wait before the answer             chunks=N   deltas of a stream
//	gap=D          wait between deltas                size=N     bytes of text per delta
//	batch=N        deltas in one write                split=N    bytes in one write, wherever they end
//	echo           the text is the user's alone       voice=TEXT instead of "You said:"
//	think          reasoning before the text          tool[=NAME] call a tool
//	calls=N        this many calls at once            cached=N   prompt tokens told as read from a cache
//	crlf nospace comments   legal oddities of SSE     unknown    fields no client knows
//	stamp          each delta begins with @ns@, the time it was written in Unix nanoseconds
//	framing=length|chunked|close                      name=TEXT  the model's name in the answer
//	header="Name: value"    one more field of the answer's head
//
// Faults instead of an answer:
//
//	status=N       this status, with an error in the API's shape; code= type= message= param= fill it in
//	retry-after=V  its Retry-After: seconds, or date:D retry-after-ms=N should-retry=BOOL
//	code=...       without a status: 400; context_length_exceeded, content_policy_violation, ...
//	html           a page of HTML, status 200 unless given       empty   no body
//	noprefill      400 if the last message is the assistant's
//	headers=D      silence before the first byte
//	rst, fin       reset or close before the first byte
//	nohttp badstatus badhead nulhead hugelen badlen twolen tecl   heads that aren't HTTP
//	head=N         N bytes of header fields           infinite-head   header fields without end
//	1xx=N          N interim answers first
//
// Faults inside an answer, N counting deltas that went out before:
//
//	first=D        the head at once, then silence     stall=N:D  silence at N
//	cut=N          close at N, no proper end          rst=N      reset at N
//	noclose        at the cut, or at the end instead of ending, stay silent until the client leaves
//	garbage=N      the Nth event isn't JSON           error-event=N  the API's error event, then the end
//	nodone         no [DONE] or message_stop          nofinish   nor a finish reason; the body ends well
//	nousage        no usage                           line=N     an event of N bytes
//	infinite       deltas without end                 badchunk hugechunk   chunk framing broken, at half
//	drip=N         N bytes a second, "10b/s" too      extra=N    N stray bytes after the answer
//	slam[=D]       close the kept-alive connection without a word, D after the answer
//
// Durations are Go's; without a unit they are milliseconds.
package mock
