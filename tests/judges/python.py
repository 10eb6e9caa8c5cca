"""Judges a log in files (see crates/src/lib.rs): `python3 python.py FOLDER`.

pymerkle computes the root from the leaves of the tiles of level 0; aics-tlog checks the newest
checkpoint with the signatures of log and witness, and each receipt by a proof from the tiles.
"""

import base64
import pathlib
import subprocess
import sys
import tempfile

from pymerkle import InmemoryTree

folder = pathlib.Path(sys.argv[1])
origin, size, root = (folder / "checkpoint").read_text().split("\n")[:3]
policy = [line.split() for line in (folder / "policy").read_text().splitlines()]
log_keys = [words[1] for words in policy if words[:1] == ["log"]]
witness_keys = [words[2] for words in policy if words[:1] == ["witness"]]


class Leaves(InmemoryTree):
    """A tree whose leaves are given as hashes."""

    def hash_buff(self, data):
        return data


def path_of(number):
    text = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        text = f"x{number % 1000:03}/{text}"
    return text


tree = Leaves(algorithm="sha256")
for number in range((int(size) + 255) // 256):
    width = min(256, int(size) - 256 * number)
    partial = f".p/{width}" if width < 256 else ""
    tile = (folder / "tile/0" / (path_of(number) + partial)).read_bytes()
    for begin in range(0, 32 * width, 32):
        tree.append_entry(tile[begin : begin + 32])
assert base64.b64encode(tree.get_root()).decode() == root, "another root"
print(f"pymerkle: {size} entries")


def aics(*words):
    command = [sys.executable, "-m", "aics_tlog", *words]
    return subprocess.run(command, capture_output=True, text=True)


keys = [word for key in log_keys[:1] for word in ("--log-key", key)]
witnesses = [word for key in witness_keys for word in ("--witness-key", key)]
checkpoint = str(folder / "checkpoint")
quorum = len(witness_keys)
for wanted, exit_code in [(quorum, 0), (quorum + 1, 1)]:
    done = aics(
        *("verify-checkpoint", "--note", checkpoint, *keys, *witnesses),
        *("--quorum", str(wanted)),
    )
    assert done.returncode == exit_code, (wanted, done)

count = 0
for receipt in folder.glob("*.tlog-proof"):
    _, extra, index = receipt.read_text().split("\n")[:3]
    with tempfile.NamedTemporaryFile() as leaf:
        leaf.write(base64.b64decode(extra.removeprefix("extra ")))
        leaf.flush()
        done = aics(
            *("verify-inclusion", "--leaf", leaf.name),
            *("--index", index.removeprefix("index ")),
            *("--checkpoint", checkpoint, *keys, "--tiles", str(folder)),
        )
        assert done.returncode == 0, (receipt.name, done)
        count += 1
assert count > 0, "there is no receipt"
print(f"aics-tlog: {quorum} of {quorum} witnesses, {count} receipts")
