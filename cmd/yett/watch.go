package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/yett-gateway/yett/engine/spec"
)

// settle is how long files must be quiet before they are read: editors write in several steps.
const settle = 200 * time.Millisecond

// changes tells when a file of the configuration has changed.
type changes struct {
	C <-chan struct{}

	watcher *fsnotify.Watcher
	config  string
	names   chan map[string]bool
}

// watch watches the folders of a configuration's files, since files are often replaced rather than
// written, and mounted ones are swapped by a link. Without a configuration there is nothing to watch.
func watch(ctx context.Context, config string, s *spec.Gateway, log *slog.Logger) (*changes, error) {
	c := &changes{config: config, names: make(chan map[string]bool, 1)}
	if config == "" {
		return c, nil
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return c, err
	}
	out := make(chan struct{}, 1)
	c.C, c.watcher = out, w
	c.update(s)
	go c.run(ctx, out, log)
	return c, nil
}

// update watches the files that s was read from.
func (c *changes) update(s *spec.Gateway) {
	if c.watcher == nil || s == nil {
		return
	}
	names := map[string]bool{}
	for _, f := range append(append([]string{c.config}, s.Files...), s.References...) {
		names[filepath.Clean(f)] = true
		c.watcher.Add(filepath.Dir(f)) //nolint:errcheck // a folder that is gone is noticed on reload
	}
	c.watcher.Add(c.config) //nolint:errcheck // as above; a folder given as configuration shows new files
	select {
	case <-c.names:
	default:
	}
	c.names <- names
}

func (c *changes) run(ctx context.Context, out chan<- struct{}, log *slog.Logger) {
	defer c.watcher.Close()
	names := map[string]bool{}
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	for {
		select {
		case names = <-c.names:
		case e := <-c.watcher.Events:
			if e.Op != fsnotify.Chmod && c.concerns(names, e.Name) {
				timer.Reset(settle)
			}
		case err := <-c.watcher.Errors:
			log.Warn("watching files", "error", err)
		case <-timer.C:
			select {
			case out <- struct{}{}:
			default:
			}
		case <-ctx.Done():
			return
		}
	}
}

// concerns tells whether a change of name may change the configuration: one of its files, a new file in
// its folder, or the link by which a mounted folder is swapped.
func (c *changes) concerns(names map[string]bool, name string) bool {
	name = filepath.Clean(name)
	return names[name] || filepath.Base(name) == "..data" ||
		filepath.Dir(name) == filepath.Clean(c.config) && filepath.Ext(name) == ".hcl"
}
