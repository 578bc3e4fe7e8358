// Command outside is a plugin for the host's tests that calls other servers. The text of the first message holds what it
// does, one deed a line; the answer holds what came of each.
package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/body"
	"github.com/yett-gateway/yett/sdk/cache"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/httpcall"
	"github.com/yett-gateway/yett/sdk/secret"
)

type outside struct{ inInit string }

// Init tries what only hooks may.
func (p *outside) Init(config.Value) error {
	_, err := httpcall.Request{Method: "GET", URL: "http://127.0.0.1/"}.Do()
	_, kept := cache.Get("k", nil)
	_, _, none := body.ReadRequest(0, nil)
	p.inInit = fmt.Sprint(err, "/", secret.Attach("TOKEN", "x-token", ""), "/", cache.Put("k", nil, 0), "/", kept, "/", none)
	return nil
}

func (p *outside) OnRequest(r sdk.Request) sdk.Verdict {
	var out []string
	var res httpcall.Response
	var fields []httpcall.Field
	var payload []byte
	for deed := range strings.SplitSeq(r.Message(0).Text(), "\n") {
		verb, rest, _ := strings.Cut(deed, " ")
		words := strings.Split(rest, " ")
		says := func(v ...any) { out = append(out, strings.TrimSuffix(fmt.Sprintln(v...), "\n")) }
		switch verb {
		case "init":
			says(p.inInit)
		case "set":
			name, value, _ := strings.Cut(rest, " ")
			fields = append(fields, httpcall.Field{Name: name, Value: value})
		case "send":
			n, _ := strconv.Atoi(rest)
			payload = bytes.Repeat([]byte("x"), n)
		case "call": // METHOD URL [milliseconds]
			q := httpcall.Request{Method: words[0], URL: words[1], Header: fields, Body: payload}
			if len(words) > 2 {
				n, _ := strconv.Atoi(words[2])
				q.Timeout = time.Duration(n) * time.Millisecond
			}
			var err error
			if res, err = q.Do(); err != nil {
				says(err)
			} else {
				says(res.Status)
			}
		case "loop":
			n, failed := 0, error(nil)
			for ; failed == nil || rest == "forever"; n++ {
				_, failed = httpcall.Request{Method: "GET", URL: words[0]}.Do()
			}
			says(n, failed)
		case "body":
			says(string(res.Body()))
		case "length":
			says(len(res.Body()))
		case "header":
			says(res.Header(rest))
		case "attach": // NAME HEADER PREFIX
			says(secret.Attach(words[0], words[1], strings.Join(words[2:], " ")))
		case "put":
			key, value, _ := strings.Cut(rest, " ")
			says(cache.Put(key, []byte(value), time.Minute))
		case "big":
			n, _ := strconv.Atoi(rest)
			says(cache.Put("big", make([]byte, n), 0))
		case "get":
			v, ok := cache.Get(rest, nil)
			says(string(v), ok)
		case "request":
			b, ok := body.Request(nil)
			says(string(b), ok)
		case "piece":
			n, _ := strconv.Atoi(rest)
			var buf [4]byte
			got, all, err := body.ReadRequest(n, buf[:])
			says(string(buf[:got]), all, err)
		case "answer":
			_, _, err := body.ReadAnswer(0, nil)
			says(err)
		}
	}
	return sdk.Respond(strings.Join(out, "\n"))
}

func (p *outside) OnResponse(r sdk.Response) sdk.Verdict {
	b, ok := body.Answer(nil)
	return sdk.Block(0, fmt.Sprintln(len(b), string(b[:min(len(b), 9)]), ok))
}

func init() { sdk.Run(&outside{}) }

func main() {}
