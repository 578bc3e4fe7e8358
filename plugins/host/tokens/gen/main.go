// Command gen makes package tokens' tables of OpenAI's vocabularies. Its arguments are files named as OpenAI names them,
// cl100k_base.tiktoken and o200k_base.tiktoken, which aren't kept here; what it writes is.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/yett-gateway/yett/plugins/host/tokens"
)

// sums are the files' SHA-256, as OpenAI's library tiktoken has them.
var sums = map[string]string{
	"cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
	"o200k_base":  "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}

func main() {
	for _, path := range os.Args[1:] {
		if err := pack(path); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
	}
}

func pack(path string) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(path), ".tiktoken")
	if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != sums[name] {
		return fmt.Errorf("%s isn't OpenAI's file", path)
	}
	var list [][]byte
	for lines := bufio.NewScanner(bytes.NewReader(file)); lines.Scan(); {
		word, rank, _ := strings.Cut(lines.Text(), " ")
		token, err := base64.StdEncoding.DecodeString(word)
		if err != nil || len(token) == 0 || len(token) > tokens.MaxToken || rank != fmt.Sprint(len(list)) {
			return fmt.Errorf("%s: token %d: %q", path, len(list), lines.Text())
		}
		list = append(list, token)
	}
	return os.WriteFile(name+".table", tokens.Table(list), 0o644)
}
