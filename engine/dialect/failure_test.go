package dialect_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/anthropic"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/fault"
)

func TestFailureClasses(t *testing.T) {
	oai := func(msg, typ, code string) string {
		return `{"error":{"message":"` + msg + `","type":"` + typ + `","param":null,"code":"` + code + `"}}`
	}
	ant := func(typ, msg string) string {
		return `{"type":"error","error":{"type":"` + typ + `","message":"` + msg + `"},"request_id":"req_1"}`
	}
	for _, tc := range []struct {
		name       string
		status     int
		body       string
		kind       fault.Kind
		code       string
		httpStatus int
		public     string
	}{
		{"rate limit", 429, oai("slow down", "requests", "rate_limit_exceeded"), fault.UpstreamRateLimited, "rate_limit_exceeded", 429, "slow down"},
		{"quota", 429, oai("quota", "insufficient_quota", "insufficient_quota"), fault.UpstreamRateLimited, "insufficient_quota", 429, "quota"},
		{"rate limit, Anthropic", 429, ant("rate_limit_error", "slow"), fault.UpstreamRateLimited, "", 429, "slow"},
		{"wrong key", 401, oai("Incorrect API key provided: sk-abcd", "invalid_request_error", "invalid_api_key"), fault.UpstreamAuth, "", 502, "the provider refused the gateway's credentials"},
		{"forbidden", 403, oai("no", "x", "y"), fault.UpstreamAuth, "", 502, "the provider refused the gateway's credentials"},
		{"billing", 402, ant("billing_error", "pay"), fault.UpstreamAuth, "", 502, "the provider refused the gateway's credentials"},
		{"credit", 400, ant("invalid_request_error", "Your credit balance is too low to access the API"), fault.UpstreamAuth, "", 502, "the provider refused the gateway's credentials"},
		{"no such model", 404, oai("The model x does not exist", "invalid_request_error", "model_not_found"), fault.UpstreamAuth, "upstream_model_not_found", 502, "the provider does not know the model"},
		{"no such model, Anthropic", 404, ant("not_found_error", "model: x"), fault.UpstreamAuth, "upstream_model_not_found", 502, "the provider does not know the model"},
		{"context", 400, oai("This model's maximum context length is 10 tokens", "invalid_request_error", "context_length_exceeded"), fault.ContextLength, "context_length_exceeded", 400, "This model's maximum context length is 10 tokens"},
		{"context, Anthropic", 400, ant("invalid_request_error", "prompt is too long: 300000 tokens > 200000 maximum"), fault.ContextLength, "context_length_exceeded", 400, "prompt is too long: 300000 tokens > 200000 maximum"},
		{"policy", 400, oai("flagged", "invalid_request_error", "content_policy_violation"), fault.ContentPolicy, "content_policy_violation", 400, "flagged"},
		{"policy, Azure", 400, oai("filtered", "x", "content_filter"), fault.ContentPolicy, "content_policy_violation", 400, "filtered"},
		{"policy, Anthropic", 400, ant("invalid_request_error", "Output blocked by content filtering policy"), fault.ContentPolicy, "content_policy_violation", 400, "Output blocked by content filtering policy"},
		{"bad request", 400, oai("bad temperature", "invalid_request_error", "bad_value"), fault.UpstreamRejected, "bad_value", 400, "bad temperature"},
		{"unprocessable", 422, `{"detail":"extra field"}`, fault.UpstreamRejected, "", 422, "extra field"},
		{"too large", 413, ant("request_too_large", "too large"), fault.UpstreamRejected, "", 413, "too large"},
		{"timeout", 408, "", fault.UpstreamTimeout, "", 504, "the provider answered with status 408"},
		{"gateway timeout", 504, "", fault.UpstreamTimeout, "", 504, "the provider answered with status 504"},
		{"conflict", 409, "{}", fault.UpstreamServer, "", 502, "the provider answered with status 409"},
		{"overloaded", 529, ant("overloaded_error", "Overloaded"), fault.UpstreamServer, "", 502, "Overloaded"},
		{"html", 502, "<html><body>Bad gateway</body></html>", fault.UpstreamServer, "", 502, "the provider answered with status 502"},
		{"empty", 500, "", fault.UpstreamServer, "", 502, "the provider answered with status 500"},
		{"text", 503, "upstream connect error\nor reset", fault.UpstreamServer, "", 502, "upstream connect error or reset"},
		{"array, Google", 400, `[{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}]`, fault.UpstreamRejected, "", 400, "bad"},
		{"error is a string", 400, `{"error":"model is loading"}`, fault.UpstreamRejected, "", 400, "model is loading"},
		{"redirect", 302, "", fault.UpstreamInvalid, "", 502, "the provider answered with status 302"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, d := range []dialect.Dialect{openai.Chat{}, anthropic.Messages{}, openai.Embeddings{}, anthropic.Count{}} {
				e := d.Failure(tc.status, []byte(tc.body))
				assert.Equal(t, tc.kind.Label(), e.Kind.Label())
				assert.Equal(t, tc.code, e.Code)
				assert.Equal(t, tc.httpStatus, e.HTTPStatus())
				assert.Equal(t, tc.public, e.Public)
			}
		})
	}
}

func TestMaskedHidesCredentials(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"Incorrect API key provided: sk-proj-abc123DEF456. You can", "Incorrect API key provided: *** You can"},
		{"key sk-ant-api03-AbCdEf-123 is bad", "key *** is bad"},
		{"Authorization: Bearer abc", "Authorization: Bearer ***"},
		{"api_key=hunter2&x=1", "api_key=***&x=1"},
		{"token: Bearer zzz", "token: Bearer ***"},
		{"got AIzaSyA1234567890abcdefghij", "got ***"},
		{"sent 0123456789abcdef0123456789abcdef", "sent ***"},
		{"redacted sk-ab****yz", "redacted ***"},
		{"model claude-sonnet-4-5-20250929 and gpt-4o-mini-2024-07-18", "model claude-sonnet-4-5-20250929 and gpt-4o-mini-2024-07-18"},
		{"id req_011CSHoEeqs5C35K2UUqR7Fy", "id req_011CSHoEeqs5C35K2UUqR7Fy"},
		{"grüße\r\n\x00\xff", "grüße   �"},
		{strings.Repeat("é ", 1000), strings.Repeat("é ", 200) + "…"},
	} {
		assert.Equal(t, tc.want, dialect.Masked([]byte(tc.in)))
	}
	assert.LessOrEqual(t, len(dialect.Masked([]byte(strings.Repeat("a", 1<<20)))), 610)
}

func TestAuthFailureKeepsTheProvidersWordsForTheLog(t *testing.T) {
	e := openai.Chat{}.Failure(401, []byte(`{"error":{"message":"Incorrect API key provided: sk-canary-000111222333"}}`))
	assert.Contains(t, e.Error(), "Incorrect API key provided")
	assert.NotContains(t, e.Error(), "canary")
}

func TestErrorShapes(t *testing.T) {
	bad := &fault.Error{Kind: fault.BadRequest, Public: `say "x"`, Param: "messages[2].content"}
	for _, tc := range []struct {
		name string
		d    dialect.Dialect
		e    *fault.Error
		want string
	}{
		{"chat bad request", openai.Chat{}, bad, `{"error":{"message":"say \"x\" (client, request 01J)","type":"invalid_request_error","param":"messages[2].content","code":null}}`},
		{"chat key", openai.Chat{}, fault.New(fault.Unauthorized, "no key"), `{"error":{"message":"no key (client, request 01J)","type":"authentication_error","param":null,"code":"invalid_api_key"}}`},
		{"chat provider's key", openai.Chat{}, fault.New(fault.UpstreamAuth, "refused"), `{"error":{"message":"refused (provider, request 01J)","type":"server_error","param":null,"code":"upstream_auth"}}`},
		{"chat model", openai.Chat{}, fault.New(fault.UnknownModel, "no"), `{"error":{"message":"no (client, request 01J)","type":"invalid_request_error","param":null,"code":"model_not_found"}}`},
		{"chat limit", openai.Chat{}, fault.New(fault.RateLimited, "no"), `{"error":{"message":"no (policy, request 01J)","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}`},
		{"chat blocked", openai.Chat{}, fault.New(fault.Blocked, "no"), `{"error":{"message":"no (plugin, request 01J)","type":"permission_error","param":null,"code":"blocked"}}`},
		{"chat blocked by 400", openai.Chat{}, &fault.Error{Kind: fault.Blocked, Status: 400, Public: "no"}, `{"error":{"message":"no (plugin, request 01J)","type":"invalid_request_error","param":null,"code":"blocked"}}`},
		{"chat blocked by 429", openai.Chat{}, &fault.Error{Kind: fault.Blocked, Status: 429, Public: "no"}, `{"error":{"message":"no (plugin, request 01J)","type":"rate_limit_error","param":null,"code":"blocked"}}`},
		{"messages bad request", anthropic.Messages{}, bad, `{"type":"error","error":{"type":"invalid_request_error","message":"say \"x\" (client, request 01J)","details":{"param":"messages[2].content"}},"request_id":"01J"}`},
		{"messages blocked", anthropic.Messages{}, fault.New(fault.Blocked, "no"), `{"type":"error","error":{"type":"permission_error","message":"no (plugin, request 01J)","details":{"error_code":"blocked"}},"request_id":"01J"}`},
		{"messages overloaded", anthropic.Messages{}, fault.New(fault.Overloaded, "no"), `{"type":"error","error":{"type":"overloaded_error","message":"no (gateway, request 01J)","details":{"error_code":"overloaded"}},"request_id":"01J"}`},
		{"messages timeout", anthropic.Messages{}, fault.New(fault.UpstreamTimeout, "no"), `{"type":"error","error":{"type":"timeout_error","message":"no (provider, request 01J)","details":{"error_code":"upstream_timeout"}},"request_id":"01J"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, string(tc.d.AppendError(nil, tc.e, "01J")))
		})
	}
	assert.Equal(t, "data: {\"error\":{\"message\":\"cut (provider)\",\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_cut\"}}\n\n",
		string(openai.Chat{}.AppendStreamError(nil, fault.New(fault.UpstreamCut, "cut"), "")))
	assert.Equal(t, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"cut (provider)\",\"details\":{\"error_code\":\"upstream_cut\"}},\"request_id\":null}\n\n",
		string(anthropic.Messages{}.AppendStreamError(nil, fault.New(fault.UpstreamCut, "cut"), "")))
}

// TestErrorsOfEveryKind writes each kind with a hostile text in every shape: it stays one JSON object on one
// line, and only the client's own failures are blamed on its key.
func TestErrorsOfEveryKind(t *testing.T) {
	for _, d := range []dialect.Dialect{openai.Chat{}, openai.Embeddings{}, anthropic.Messages{}, anthropic.Count{}} {
		for _, k := range fault.Kinds() {
			e := &fault.Error{Kind: k, Public: "a\n\ndata: [DONE]\xff\"}", Param: "p\"", Code: "c\n"}
			out := d.AppendError(nil, e, "id\"\n")
			require.True(t, json.Valid(out), "%s %s", k, out)
			assert.NotContains(t, string(out), "\n")
			e.Code = ""
			out = d.AppendError(nil, e, "")
			if k != fault.Unauthorized {
				assert.NotContains(t, string(out), "authentication_error", "%s", k)
				assert.NotContains(t, string(out), "invalid_api_key", "%s", k)
			}
		}
	}
}

func TestOwnAnswersReadBack(t *testing.T) {
	for _, d := range []dialect.Dialect{openai.Chat{}, anthropic.Messages{}} {
		whole := d.AppendText(nil, []byte("m"), []byte("no \"x\"\n"), false, "01J")
		require.True(t, json.Valid(whole))
		var a dialect.Answer
		require.Nil(t, d.Answer(whole, &a))
		assert.True(t, a.Finished)
		var v dialect.View
		require.Nil(t, d.ViewAnswer(&v, whole))
		assert.Equal(t, "answer 0: stop\n  text: no \"x\"\n\n", show(&v, true))

		text, terminal := readStream(t, d, d.AppendText(nil, []byte("m"), []byte("no \"x\"\n"), true, "01J"))
		assert.Equal(t, "no \"x\"\n", text)
		assert.True(t, terminal)
	}
	for _, d := range []dialect.Dialect{openai.Embeddings{}, anthropic.Count{}} {
		assert.Contains(t, string(d.AppendText(nil, nil, nil, false, "01J")), `"error"`)
	}
}

func TestModelLists(t *testing.T) {
	names := []string{"a", "claude-\"b\""}
	assert.Equal(t, `{"object":"list","data":[{"id":"a","object":"model","created":5,"owned_by":"yett"},{"id":"claude-\"b\"","object":"model","created":5,"owned_by":"yett"}]}`,
		string(openai.Chat{}.AppendModels(nil, names, 5)))
	assert.Equal(t, `{"data":[{"type":"model","id":"a","display_name":"a","created_at":"1970-01-01T00:00:05Z"},{"type":"model","id":"claude-\"b\"","display_name":"claude-\"b\"","created_at":"1970-01-01T00:00:05Z"}],"has_more":false,"first_id":"a","last_id":"claude-\"b\""}`,
		string(anthropic.Messages{}.AppendModels(nil, names, 5)))
	assert.Equal(t, `{"object":"list","data":[]}`, string(openai.Embeddings{}.AppendModels(nil, nil, 5)))
	assert.Equal(t, `{"data":[],"has_more":false,"first_id":null,"last_id":null}`, string(anthropic.Messages{}.AppendModels(nil, nil, 5)))
}
