package table

// Groups of hooks in which fields can be read.
var (
	always   []string
	upstream = []string{onUpstreamRequest, onResponse, onDelta, onStreamEnd, onToolCall, onError, onLog}
	answered = []string{onResponse, onToolCall, onLog}
	counted  = []string{onResponse, onStreamEnd, onToolCall, onLog}
	delta    = []string{onDelta}
	routing  = []string{onRoute}
	// called are those in which there is a request: what answers for one is not for on_init.
	called = []string{onRequest, onRoute, onUpstreamRequest, onResponse, onDelta, onStreamEnd, onToolCall, onError, onLog}
)

// Groups of hooks in which fields can be edited.
var (
	asked = []string{onRequest, onUpstreamRequest}
	said  = []string{onResponse, onToolCall}
)

// Sections of the fields.
const (
	call    = "The call"
	request = "The request"
	answer  = "The answer"
	stream  = "A piece of a stream"
	route   = "Candidates"
)

// Fields are the fields, in the order of their numbers.
var Fields = []Field{
	{Entry{Name: "FieldNone", Doc: "no field: an edit with it is refused"}, None, 0, "always", always, nil, call},

	{Entry{Name: "FieldRequestID", Doc: "the request's id, as answers and logs name it"}, Text, 0, "", always, nil, call},
	{Entry{Name: "FieldDialect", Doc: "the client's API: \"openai.chat\", \"anthropic.messages\", …"}, Text, 0, "", always, nil, call},
	{Entry{Name: "FieldRoute", Doc: "the route's name"}, Text, 0, "", always, nil, call},
	{Entry{Name: "FieldConsumer", Doc: "the consumer's name"}, Text, 0, "if anonymous", always, nil, call},
	{Entry{Name: "FieldTeam", Doc: "the consumer's team"}, Text, 0, "if none", always, nil, call},
	{Entry{Name: "FieldClientIP", Doc: "the client's address"}, Text, 0, "", always, nil, call},
	{Entry{Name: "FieldMethod", Doc: "the HTTP method"}, Text, 0, "", always, nil, call},
	{Entry{Name: "FieldPath", Doc: "the path, as sent"}, Text, 0, "", always, nil, call},
	{Entry{Name: "FieldStream", Doc: "1 if the client asked for a stream, else 0"}, Number, 0, "", always, nil, call},
	{Entry{Name: "FieldProvider", Doc: "the provider: \"openai.main\""}, Text, 0, "", upstream, nil, call},
	{Entry{Name: "FieldUpstream", Doc: "the provider's own name of the model"}, Text, 0, "", upstream, nil, call},
	{Entry{Name: "FieldAttempt", Doc: "1 for the first attempt"}, Number, 0, "", upstream, nil, call},
	{Entry{Name: "FieldBodyLength", Doc: "bytes of the request body"}, Number, 0, "", always, nil, call},

	{Entry{Name: "FieldModel", Doc: "the model that the client asked for"}, Text, 0, "", always, []string{onRequest}, request},
	{Entry{Name: "FieldMaxTokens", Doc: "the most tokens of the answer"}, Number, 0, "if not asked for", always, asked, request},
	{Entry{Name: "FieldTemperature", Doc: "the JSON number as text"}, Text, 0, "if not asked for", always, asked, request},
	{Entry{Name: "FieldTopP", Doc: "the JSON number as text"}, Text, 0, "if not asked for", always, asked, request},
	{Entry{Name: "FieldChoices", Doc: "how many answers are wanted, n"}, Number, 0, "if not asked for", always, asked, request},
	{Entry{Name: "FieldUser", Doc: "the client's end-user id"}, Text, 0, "if none", always, nil, request},
	{Entry{Name: "FieldMessages", Doc: "how many messages, the system prompt included; Insert and Remove change them"}, Number, 0, "", always, asked, request},
	{Entry{Name: "FieldRole", Doc: "\"system\", \"user\", \"assistant\", \"tool\""}, Text, 1, "", always, nil, request},
	{Entry{Name: "FieldParts", Doc: "how many parts message i has"}, Number, 1, "", always, nil, request},
	{Entry{Name: "FieldPartKind", Doc: "the kind of part j of message i"}, Number, 2, "", always, nil, request},
	{Entry{Name: "FieldPartText", Doc: "text, a tool call's arguments (JSON), a tool result's text, reasoning"}, Text, 2, "if the part has no text", always, asked, request},
	{Entry{Name: "FieldPartName", Doc: "a tool call's function"}, Text, 2, "if the part is no tool call", always, nil, request},
	{Entry{Name: "FieldPartID", Doc: "a tool call's or result's id"}, Text, 2, "if the part has none", always, nil, request},
	{Entry{Name: "FieldTools", Doc: "how many tools are declared"}, Number, 0, "", always, nil, request},
	{Entry{Name: "FieldToolName", Doc: "the name of tool i"}, Text, 1, "", always, nil, request},
	{Entry{Name: "FieldToolText", Doc: "the description of tool i"}, Text, 1, "if none", always, asked, request},
	{Entry{Name: "FieldToolSchema", Doc: "the JSON schema of tool i's parameters"}, Text, 1, "if none", always, nil, request},
	{Entry{Name: "FieldSystem", Doc: "all system text, joined by newlines; Set1 replaces it as a whole, Prepend and Append add at its ends"}, Text, 0, "if none", always, asked, request},

	{Entry{Name: "FieldAnswers", Doc: "how many choices the answer has; each is a message of the assistant"}, Number, 0, "", answered, nil, answer},
	{Entry{Name: "FieldAnswerParts", Doc: "how many parts choice i has"}, Number, 1, "", answered, nil, answer},
	{Entry{Name: "FieldAnswerPartKind", Doc: "the kind of part j of choice i"}, Number, 2, "", answered, nil, answer},
	{Entry{Name: "FieldAnswerPartText", Doc: "its text, as FieldPartText"}, Text, 2, "if the part has no text", answered, said, answer},
	{Entry{Name: "FieldAnswerPartName", Doc: "a tool call's function"}, Text, 2, "if the part is no tool call", answered, nil, answer},
	{Entry{Name: "FieldAnswerPartID", Doc: "a tool call's id"}, Text, 2, "if the part has none", answered, nil, answer},
	{Entry{Name: "FieldFinish", Doc: "why choice i ended: \"stop\", \"length\", \"tool_calls\", \"content_filter\""}, Text, 1, "until known", counted, nil, answer},
	{Entry{Name: "FieldAnswerModel", Doc: "the model that answered"}, Text, 0, "until known", counted, nil, answer},
	{Entry{Name: "FieldInputTokens", Doc: "tokens of the prompt"}, Number, 0, "until known", upstream, nil, answer},
	{Entry{Name: "FieldOutputTokens", Doc: "tokens of the answer"}, Number, 0, "until known", upstream, nil, answer},
	{Entry{Name: "FieldCachedTokens", Doc: "tokens of the prompt that the provider had cached"}, Number, 0, "until known", upstream, nil, answer},
	{Entry{Name: "FieldReasonTokens", Doc: "tokens of reasoning"}, Number, 0, "until known", upstream, nil, answer},

	{Entry{Name: "FieldDelta", Doc: "the window: what was held and what is new"}, Text, 0, "", delta, nil, stream},
	{Entry{Name: "FieldDeltaBefore", Doc: "up to LookBehind bytes before the window, as they came from the provider"}, Text, 0, "", delta, nil, stream},
	{Entry{Name: "FieldDeltaNew", Doc: "how many bytes at the window's end are new"}, Number, 0, "", delta, nil, stream},
	{Entry{Name: "FieldDeltaFinal", Doc: "1 if nothing follows in this channel: a hold is ignored and all is released; else 0"}, Number, 0, "", delta, nil, stream},

	{Entry{Name: "FieldCandidates", Doc: "how many targets there are"}, Number, 0, "", routing, nil, route},
	{Entry{Name: "FieldCandidateModel", Doc: "the provider's name of the model of candidate i"}, Text, 1, "", routing, nil, route},
	{Entry{Name: "FieldCandidateProvider", Doc: "the provider of candidate i"}, Text, 1, "", routing, nil, route},
	{Entry{Name: "FieldCandidateWeight", Doc: "the weight of candidate i"}, Number, 1, "", routing, nil, route},
}
