#!/usr/bin/env python3
"""Runs pintle and the real Helm in turn on the same charts and prints how many times faster and smaller pintle is.

    side-by-side.py [--helm HELM] [--tool PINTLE] [--runs N] [CHART[:VALUES] ...]

Each program runs N times on each chart, the two taking turns; the figures are the median of wall time and the peak
memory of one more run, under GNU time (a child of Python counts Python's own pages). Without charts: the example chart of tests/charts. HELM is also read from the environment.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(words):
    """Wall time in milliseconds, exit code and output of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = child.stdout.read()
    code = child.wait()
    return (time.perf_counter() - start) * 1000, (code, output)


def peak(words):
    """Peak memory of one run in KiB."""
    with tempfile.NamedTemporaryFile() as report:
        subprocess.run(['time', '-q', '-f', '%M', '-o', report.name, *words], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return int(report.read())


def compare(name, helm, tool, arguments, runs):
    walls = {helm: [], tool: []}
    outputs = {}
    for _ in range(runs):
        for program in (helm, tool):
            wall, outputs[program] = run([program, *arguments])
            walls[program].append(wall)
    wall = {p: statistics.median(walls[p]) for p in walls}
    memory = {p: peak([p, *arguments]) for p in walls}
    same = 'same output' if outputs[helm] == outputs[tool] else 'OUTPUT DIFFERS'
    print('%-36s helm %7.1f ms %6.1f MiB   pintle %6.2f ms %5.1f MiB   %5.1fx faster, %4.1fx smaller, %s' % (
        name, wall[helm], memory[helm] / 1024, wall[tool], memory[tool] / 1024,
        wall[helm] / wall[tool], memory[helm] / memory[tool], same))
    return wall[helm] / wall[tool]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--helm', default=os.environ.get('HELM', 'helm'))
    parser.add_argument('--tool', default=os.path.join(ROOT, 'target/release/pintle'))
    parser.add_argument('--runs', type=int, default=15)
    parser.add_argument('charts', nargs='*')
    options = parser.parse_args()
    example = os.path.join(ROOT, 'tests/charts/lighthouse')
    charts = options.charts or ['%s:%s/values.production.yaml' % (example, example)]
    compare('version', options.helm, options.tool, ['version', '--template', '{{.Version}}'], options.runs)
    ratios = []
    for chart in charts:
        path, _, values = chart.partition(':')
        arguments = ['template', 'bench', path] + (['-f', values] if values else [])
        ratios.append(compare(os.path.basename(path), options.helm, options.tool, arguments, options.runs))
    print('median over charts: %.1fx faster' % statistics.median(ratios))


if __name__ == '__main__':
    sys.exit(main())
