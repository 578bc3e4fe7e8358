package callout

import "net/netip"

// special are the networks of IANA's registries of special-purpose addresses, and multicast: what isn't a server on
// the public internet.
var special = prefixes(
	"0.0.0.0/8",       // this network; 0.0.0.0 is this machine
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // shared by carriers, and by clouds' own services
	"127.0.0.0/8",     // loopback
	"169.254.0.0/16",  // link-local: the metadata of clouds
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.31.196.0/24", // AS112
	"192.52.193.0/24", // AMT
	"192.88.99.0/24",  // 6to4 relays
	"192.168.0.0/16",  // private
	"192.175.48.0/24", // AS112
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved, and broadcast

	"2001::/23",         // protocol assignments: Teredo, ORCHID, AMT and others
	"2001:db8::/32",     // documentation
	"2002::/16",         // 6to4: holds an IPv4 address
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation
)

// global is where all addresses of IPv6 are that aren't special as a whole. Outside of it are loopback, v4-mapped,
// NAT64, unique local, link-local and multicast addresses.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(list ...string) (out []netip.Prefix) {
	for _, text := range list {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// public tells whether an address is a server on the public internet.
func public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" || a.Is6() && !global.Contains(a) {
		return false
	}
	return !within(special, a)
}

func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// listed tells whether the grant lists an address's network as one that isn't public and may be reached.
func (c *Caller) listed(a netip.Addr) bool { return within(c.private, a) }

// permitted tells whether calls may reach an address.
func (c *Caller) permitted(a netip.Addr) bool { return public(a) || c.listed(a) }
