// Judges a log in files (see ../crates/src/lib.rs) with the packages of Go's checksum database: the
// log's signature, both kinds of proofs from the tiles, and the receipts. These packages know no
// cosignatures and ignore them.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"judges/note"
	"judges/tlog"
)

// files are tiles named as c2sp.org/tlog-tiles names them, without the height.
type files struct{ folder string }

func (f files) Height() int { return 8 }

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(f.folder, path))
		if err != nil {
			return nil, err
		}
		read = append(read, bytes)
	}
	return read, nil
}

func main() {
	receipts, size, err := judge(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "Go sumdb:", err)
		os.Exit(1)
	}
	fmt.Printf("Go sumdb: %d entries, %d receipts\n", size, receipts)
}

func judge(folder string) (receipts int, size int64, err error) {
	keys, err := logKeys(filepath.Join(folder, "policy"))
	if err != nil {
		return 0, 0, err
	}
	newest, err := checkpointFile(filepath.Join(folder, "checkpoint"), keys)
	if err != nil {
		return 0, 0, err
	}
	earlier, err := checkpointFile(filepath.Join(folder, "checkpoint.earlier"), keys)
	if err != nil {
		return 0, 0, err
	}
	reader := tlog.TileHashReader(newest, files{folder})
	continued, err := tlog.ProveTree(newest.N, earlier.N, reader)
	if err != nil {
		return 0, 0, err
	}
	if err := tlog.CheckTree(continued, newest.N, newest.Hash, earlier.N, earlier.Hash); err != nil {
		return 0, 0, fmt.Errorf("the earlier checkpoint: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.tlog-proof"))
	if err != nil {
		return 0, 0, err
	}
	for _, name := range names {
		index, leaf, err := receipt(name, keys)
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
		// The same entry, by a proof from the tiles.
		proof, err := tlog.ProveRecord(newest.N, index, reader)
		if err != nil {
			return 0, 0, err
		}
		if err := tlog.CheckRecord(proof, newest.N, newest.Hash, index, leaf); err != nil {
			return 0, 0, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	return len(names), newest.N, nil
}

func logKeys(policy string) (note.Verifiers, error) {
	text, err := os.ReadFile(policy)
	if err != nil {
		return nil, err
	}
	var keys []note.Verifier
	for _, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "log" {
			continue
		}
		key, err := note.NewVerifier(words[1])
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return note.VerifierList(keys...), nil
}

func checkpointFile(name string, keys note.Verifiers) (tlog.Tree, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return tlog.Tree{}, err
	}
	tree, err := checkpoint(text, keys)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return tree, nil
}

func checkpoint(text []byte, keys note.Verifiers) (tree tlog.Tree, err error) {
	opened, err := note.Open(text, keys)
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != opened.Sigs[0].Name {
		return tree, fmt.Errorf("not a checkpoint of the key's log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// receipt checks a file of c2sp.org/tlog-proof by its own checkpoint.
func receipt(name string, keys note.Verifiers) (index int64, leaf tlog.Hash, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, leaf, err
	}
	head, signed, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, leaf, fmt.Errorf("not a proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return 0, leaf, err
	}
	leaf = tlog.RecordHash(entry)
	if index, err = strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64); err != nil {
		return 0, leaf, err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, leaf, err
		}
		proof = append(proof, hash)
	}
	tree, err := checkpoint([]byte(signed), keys)
	if err != nil {
		return 0, leaf, err
	}
	return index, leaf, tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf)
}
