package hcl

import (
	"fmt"
	"maps"

	"github.com/yett-gateway/yett/engine/spec"
)

// pipeline fills p, which was declared with its name.
func (b *block) pipeline(p *spec.Pipeline) {
	first := map[string]*block{}
	for _, s := range b.all("stage") {
		if len(s.labels) == 1 {
			if f := first[s.labels[0]]; f != nil {
				s.report(Diagnostic{
					Summary: "duplicate stage",
					Detail:  fmt.Sprintf("The pipeline has a stage %q already.", s.labels[0]),
					Hint:    "Give one of them another name.",
					Range:   s.header(),
					Related: []Related{{"first declared here", f.header()}},
				})
			} else {
				first[s.labels[0]] = s
			}
		}
		p.Stages = append(p.Stages, s.stage())
	}
	if len(p.Stages) == 0 {
		b.report(Diagnostic{
			Summary: "pipeline without a stage",
			Detail:  "An empty pipeline does nothing.",
			Hint:    `Add stage "NAME" { use = plugin.guard.pii }, or take the pipeline out.`,
			Range:   b.header(),
		})
	}
}

func (b *block) stage() *spec.Stage {
	s := &spec.Stage{Pos: specPos(b.header())}
	if len(b.labels) == 1 {
		s.Name = b.labels[0]
	}
	b.l.facts.stages[s] = b
	s.Plugin, _ = refer[*spec.Plugin](b, "use", "plugin")
	s.When = b.condition("when", inStage)
	own := b.json("config")
	if s.Plugin == nil {
		s.Config = object(own)
		return s
	}
	merged := maps.Clone(b.l.facts.plugins[s.Plugin].config)
	if merged == nil {
		merged = own
	} else {
		maps.Copy(merged, own)
	}
	s.Config = object(merged)
	return s
}

var pipelineSchema = &schema{
	name:   "pipeline",
	labels: []string{"name"},
	many:   true,
	doc:    "Stages that a request and its answer go through, in the order written.",
	blocks: []*schema{stageSchema},
}

var stageSchema = &schema{
	name:   "stage",
	labels: []string{"name"},
	many:   true,
	doc:    "One use of a plugin, at least one.",
	attributes: []attribute{
		{name: "use", typ: "reference to a plugin", required: true, doc: "The plugin."},
		{name: "when", typ: "condition", def: "always", doc: "Which requests the stage runs for."},
		{name: "config", typ: "object", def: "{}", doc: "Members of the plugin's configuration to replace."},
	},
}
