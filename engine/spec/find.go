package spec

// Provider returns the provider of that type and name, or nil.
func (g *Gateway) Provider(typ ProviderType, name string) *Provider {
	for _, p := range g.Providers {
		if p.Type == typ && p.Name == name {
			return p
		}
	}
	return nil
}

// Model returns the model of that name, or nil. Aliases don't count.
func (g *Gateway) Model(name string) *Model {
	for _, m := range g.Models {
		if m.Name == name {
			return m
		}
	}
	return nil
}
