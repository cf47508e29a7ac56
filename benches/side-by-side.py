#!/usr/bin/env python3
"""Runs pintle and the real Helm in turn on the same charts and prints how many times faster and smaller pintle is.

    side-by-side.py [--helm HELM] [--tool PINTLE] [--runs N] [--package | --dependencies] [PATH[:VALUES] ...]

Each program runs N times on each chart, the two taking turns; the figures are the median of wall time, process start
included, and the peak memory of one more run, under GNU time (a child of Python counts Python's own pages). A PATH that
is no chart stands for all charts below it. Without one: the example chart of tests/charts and the bundled charts. HELM
is also read from the environment. With --package the charts are packed instead of rendered, and the sizes of the
archives shown. Charts that Helm itself does not render, or pack, are left out. With --dependencies the work is
`dependency build` of a chart that depends on ten others, which a server of static files on this machine has.
"""
import argparse
import functools
import http.server
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(words):
    """Wall time of one run in milliseconds. Its output is thrown away, so that only the program is measured."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    program = shutil.which(words[0]) or words[0]
    start = time.perf_counter()
    child = os.posix_spawn(program, words, os.environ, file_actions=quiet)
    os.waitpid(child, 0)
    return (time.perf_counter() - start) * 1000


def result(words):
    """Exit code and output of one run."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout


def peak(words):
    """Peak memory of one run in KiB."""
    with tempfile.NamedTemporaryFile() as report:
        subprocess.run(['time', '-q', '-f', '%M', '-o', report.name, *words], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return int(report.read())


def charts_in(path):
    """The chart at `path`, or those below it that are not in another chart."""
    if not os.path.isdir(path) or os.path.exists(os.path.join(path, 'Chart.yaml')):
        return [path]
    folders = sorted(os.path.join(path, name) for name in os.listdir(path))
    return [chart for folder in folders if os.path.isdir(folder) for chart in charts_in(folder)]


def archive_size(output):
    """KiB of the archive that `package` says it made."""
    return os.path.getsize(output.decode().strip().rpartition(': ')[2]) / 1024


def compare(name, helm, tool, arguments, runs):
    """Prints one row; gives the two wall times, or None if Helm fails."""
    outputs, sizes = {}, {}
    for program in (helm, tool):
        outputs[program] = result([program, *arguments])
        if arguments[0] == 'package' and outputs[program][0] == 0:
            sizes[program] = archive_size(outputs[program][1])
    if outputs[helm][0] != 0:
        print('%-36s left out: Helm fails' % name)
        return None
    walls = {helm: [], tool: []}
    for _ in range(runs):
        for program in (helm, tool):
            walls[program].append(run([program, *arguments]))
    wall = {p: statistics.median(walls[p]) for p in walls}
    memory = {p: peak([p, *arguments]) for p in walls}
    same = 'same output' if outputs[helm] == outputs[tool] else 'OUTPUT DIFFERS'
    if len(sizes) == 2:
        same += ', archives %.0f and %.0f KiB' % (sizes[helm], sizes[tool])
    print('%-36s helm %7.1f ms %6.1f MiB   pintle %6.2f ms %5.1f MiB   %5.1fx faster, %4.1fx smaller, %s' % (
        name[-36:], wall[helm], memory[helm] / 1024, wall[tool], memory[tool] / 1024,
        wall[helm] / wall[tool], memory[helm] / memory[tool], same), flush=True)
    return wall[helm], wall[tool]


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def dependency_build(helm, tool, paths, runs):
    """Prints rows for `dependency build`: with nothing there, with charts gone but caches filled, and unchanged."""
    with tempfile.TemporaryDirectory() as folder:
        repository, umbrella = (os.path.join(folder, name) for name in ('repository', 'umbrella'))
        os.makedirs(umbrella)
        charts = [chart for path in paths for chart in charts_in(path.partition(':')[0])]
        packed = [chart for chart in charts if result([tool, 'package', chart, '-d', repository])[0] == 0][:10]
        result([tool, 'repo', 'index', repository])
        handler = functools.partial(QuietHandler, directory=repository)
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = 'http://127.0.0.1:%d' % server.server_address[1]
        dependencies = ''.join('- {name: %s, version: "*", repository: "%s"}\n' % (os.path.basename(chart), url)
                               for chart in packed)
        with open(os.path.join(umbrella, 'Chart.yaml'), 'w', encoding='utf-8') as file:
            file.write('apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies:\n' + dependencies)
        charts_folder = os.path.join(umbrella, 'charts')
        for program in (helm, tool):
            os.environ.update(homes(folder, program))
            result([program, 'repo', 'add', 'bench', url])
            if result([program, 'dependency', 'update', umbrella])[0] != 0:
                return print('left out: %s cannot get the dependencies' % program)
        for title, gone in (('cold', ['cache', charts_folder]), ('charts/ gone', [charts_folder]), ('unchanged', [])):
            walls = {helm: [], tool: []}
            for _ in range(runs):
                for program in (helm, tool):
                    os.environ.update(homes(folder, program))
                    for path in gone:
                        shutil.rmtree(os.path.join(folder, os.path.basename(program), path), ignore_errors=True)
                    walls[program].append(run([program, 'dependency', 'build', umbrella]))
                    assert len(os.listdir(charts_folder)) == len(packed), 'not all charts are there'
            wall = {p: statistics.median(walls[p]) for p in walls}
            print('dependency build of %d charts, %-13s helm %7.1f ms   pintle %6.2f ms   %5.1fx faster' % (
                len(packed), title, wall[helm], wall[tool], wall[helm] / wall[tool]), flush=True)
        server.shutdown()


def homes(folder, program):
    """Folders of a program's own."""
    home = os.path.join(folder, os.path.basename(program))
    return {'HELM_%s_HOME' % kind.upper(): os.path.join(home, kind) for kind in ('cache', 'config', 'data')}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--helm', default=os.environ.get('HELM', 'helm'))
    parser.add_argument('--tool', default=os.path.join(ROOT, 'target/release/pintle'))
    parser.add_argument('--runs', type=int, default=15)
    parser.add_argument('--package', action='store_true')
    parser.add_argument('--dependencies', action='store_true')
    parser.add_argument('paths', nargs='*')
    options = parser.parse_args()
    example = os.path.join(ROOT, 'tests/charts/lighthouse')
    paths = options.paths or [f'{example}:{example}/values.production.yaml', os.path.join(ROOT, 'charts')]
    if options.dependencies:
        return dependency_build(options.helm, options.tool, paths, options.runs)
    compare('version', options.helm, options.tool, ['version', '--template', '{{.Version}}'], options.runs)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            path, _, values = path.partition(':')
            for chart in charts_in(path):
                arguments = ['template', 'bench', chart] + (['-f', values] if values else [])
                if options.package:
                    arguments = ['package', chart, '-d', folder]
                rows.append(compare(os.path.relpath(chart, path) if chart != path else os.path.basename(path),
                                    options.helm, options.tool, arguments, options.runs))
    rows = [row for row in rows if row]
    if rows:
        helm, tool = (sum(walls) for walls in zip(*rows))
        print('%d charts: median %.1fx faster, in total %.1fx' % (
            len(rows), statistics.median(h / t for h, t in rows), helm / tool))


if __name__ == '__main__':
    sys.exit(main())
