"""Sends the same requests to the witness of this project and to aics-witness, and compares what they
answer: `python3 witness.py FOLDER VERIFIER`, with the folder that `specimen` made.
"""

import http.client
import pathlib
import socket
import subprocess
import sys
import tempfile

folder = pathlib.Path(sys.argv[1]).resolve()
verifier = pathlib.Path(sys.argv[2]).resolve()
policy = [line.split() for line in (folder / "policy").read_text().splitlines()]
[log_key] = [words[1] for words in policy if words[:1] == ["log"]]
origin = log_key.split("+")[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, body):
    """Status, type and text of the answer, of a 200 its size in bytes alone."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/add-checkpoint", body)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status == 409:
        return 409, answer.headers["content-type"], text
    return (200, len(text)) if answer.status == 200 else (answer.status,)


def run(*words):
    subprocess.run(words, check=True, capture_output=True, cwd=scratch)


with tempfile.TemporaryDirectory() as scratch:
    ours, theirs = free_port(), free_port()
    run(verifier, "witness", "init", "--state", "w.json", "--name", "w.example/w1")
    run(verifier, "witness", "add-log", "--state", "w.json", "--key", log_key)
    aics = (sys.executable, "-m", "aics_witness")
    config = ("-c", "aics.json")
    run(*aics, "init", *config, "--name", "w.example/w1", "--listen", f"127.0.0.1:{theirs}")
    run(*aics, "add-log", *config, "--origin", origin, "--vkey", log_key)
    listen = ("--state", "w.json", "--listen", f"127.0.0.1:{ours}")
    servers = [
        subprocess.Popen([verifier, "witness", "serve", *listen], cwd=scratch, stderr=subprocess.DEVNULL),
        subprocess.Popen([*aics, "serve", *config], cwd=scratch, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),
    ]
    try:
        for port, server in zip((ours, theirs), servers):
            while True:
                assert server.poll() is None, "a witness has ended"
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
        requests = sorted((folder / "requests").iterdir())
        for request in requests:
            body = request.read_bytes()
            due = int(request.name.split("-")[1])
            answers = ask(ours, body), ask(theirs, body)
            assert answers[0] == answers[1], (request.name, answers)
            assert answers[0][0] == due, (request.name, answers)
        print(f"aics-witness: {len(requests)} answers are the same")
    finally:
        for server in servers:
            server.kill()
            server.wait()
