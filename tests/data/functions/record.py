#!/usr/bin/env python3
"""Records anew, with the Helm of the first argument, what the templates in lists-dicts-dates.jsonl give.

Each template is the body of a define in a chart without values; what is recorded is its output, or the last line of
the error less its position.
"""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FILE = pathlib.Path(__file__).with_name("lists-dicts-dates.jsonl")


def run(helm: str, template: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        chart = pathlib.Path(folder, "chart")
        (chart / "templates").mkdir(parents=True)
        (chart / "Chart.yaml").write_text("apiVersion: v2\nname: vec\nversion: 0.1.0\n")
        (chart / "templates/_case.tpl").write_text('{{ define "case" }}' + template + "{{ end }}")
        (chart / "templates/out.yaml").write_text('out: {{ include "case" . | b64enc }}\n')
        env = {"TZ": "UTC", "HOME": folder, "PATH": os.environ["PATH"]}
        done = subprocess.run([helm, "template", "rel", chart], env=env, capture_output=True, text=True)
    if done.returncode == 0:
        output = re.search(r"^out: (.*)$", done.stdout, re.MULTILINE)
        return {"output": base64.b64decode(output[1]).decode() if output else ""}
    error = done.stderr.split("\n\nUse --debug")[0].strip().splitlines()[-1].strip()
    return {"error": re.sub(r"^.*error calling (?!include)", "error calling ", error)}


cases = [json.loads(line) for line in FILE.read_text().splitlines()]
with FILE.open("w") as out:
    for case in cases:
        recorded = {"template": case["template"], **run(sys.argv[1], case["template"])}
        out.write(json.dumps(recorded, ensure_ascii=False) + "\n")
