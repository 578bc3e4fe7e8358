package hcl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

// has tells whether the plugin exports a hook.
func (i *PluginInfo) has(hook string) bool { return slices.Contains(i.Hooks, hook) }

// checkStreams reports a stage that looks at whole answers and not at streamed ones: a client who asks for
// a stream would go past it. For a guard that is an error, and a condition that asks about streams says that it is
// meant. A mode that the plugin has no hook for can't work either.
func checkStreams(s *spec.Stage, info *PluginInfo, b *block) {
	if info.Stream != "" && info.Stream != "observe" && !info.has("on_delta") {
		b.report(Diagnostic{
			Summary: "stage that can't see streams",
			Detail:  fmt.Sprintf("plugin.%s says that it takes part in streams by %q, and has no hook on_delta to do it with.", s.Plugin.Ref(), info.Stream),
			Hint:    "Tell the plugin's author.",
			Range:   b.at("use"),
		})
		return
	}
	if !info.has("on_response") || info.has("on_delta") || s.Plugin.Kind == "router" {
		return
	}
	if s.When != nil && strings.Contains(s.When.Source(), "request.stream") {
		return
	}
	d := Diagnostic{
		Summary: "guard that streams go past",
		Detail:  fmt.Sprintf("plugin.%s looks at whole answers (on_response) and not at streamed ones (on_delta): whoever asks for a stream isn't guarded.", s.Plugin.Ref()),
		Hint:    "Use a plugin that has on_delta. If it is meant, say so: when = !request.stream",
		Range:   b.at("use"),
	}
	if s.Plugin.Kind != "guard" {
		d.Severity, d.Summary = Warning, "stage that streams go past"
		d.Detail = fmt.Sprintf("plugin.%s changes whole answers (on_response) and not streamed ones (on_delta).", s.Plugin.Ref())
	}
	b.report(d)
}

// maxHeld is the most that the stages of a pipeline may hold back of one text together, in bytes: what four stages may
// that hold all that the host lets them. A reader who waits for more than that doesn't read a stream.
const maxHeld = 256 << 10

// checkDelays adds up what the stages of each pipeline hold back of streams, and refuses chains that hold back too
// much. A stage with a condition counts: there are requests that it is part of.
func (l *loader) checkDelays() {
	for _, p := range l.gateway.Pipelines {
		p.Delay = spec.Delay{}
		var last *spec.Stage
		for _, s := range p.Stages {
			info := l.infoOf(s)
			if info == nil {
				continue
			}
			if info.has("on_tool_call") {
				p.Delay.Calls = append(p.Delay.Calls, s)
			}
			switch {
			case !info.has("on_delta"):
			case info.Stream == "buffer" && info.Asks:
				p.Delay.Asked = append(p.Delay.Asked, s)
			case info.Stream == "buffer":
				p.Delay.Whole = append(p.Delay.Whole, s)
			case info.Stream == "transform":
				p.Delay.Bytes += info.Hold
				last = s
			}
		}
		if p.Delay.Bytes <= maxHeld {
			continue
		}
		b := l.facts.stages[last]
		b.report(Diagnostic{
			Summary: "stages hold back too much of a stream",
			Detail: fmt.Sprintf("With this stage the pipeline %q may hold back %d bytes of each text; at most %d are allowed, since nobody could read along.",
				p.Name, p.Delay.Bytes, maxHeld),
			Hint:  "Take a stage out, or put it into another route's pipeline.",
			Range: b.header(),
		})
	}
}

// infoOf is what a stage's plugin says of itself, nil if that isn't known.
func (l *loader) infoOf(s *spec.Stage) *PluginInfo {
	if s.Plugin == nil {
		return nil
	}
	return l.facts.plugins[s.Plugin].info
}
