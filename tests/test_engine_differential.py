"""The forking engine gives the outputs that papermill's usual engine gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from papermill.exceptions import PapermillExecutionError

from .conftest import EXAMPLES, NOTEBOOKS
from .engines import alike, executed, written

RAISES = "raises-exception"
AWKWARD: dict[str, list[str | tuple[str, str]]] = {
    "display updates": [
        "handle = display('first', display_id=True)\ndisplay('second', display_id='named')",
        "handle.update({'text': 'changed'})\ndisplay('third', display_id='named', update=True)",
        "from IPython.display import HTML, update_display\nupdate_display(HTML('<b>x</b>'), display_id='named')",
        "update_display(1, display_id='unknown')\ndisplay('again', display_id='named')",
    ],
    "clearing": [
        "from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')",
        "print('c')\nclear_output(wait=True)\nprint('d')\ndisplay(1)",
        "shown = display('e', display_id=True)\nclear_output()\ndisplay('f', display_id=shown.display_id)",
        "shown.update('g')",
        "print('h')\nclear_output(wait=True)",
    ],
    "await": [
        "import asyncio\nawait asyncio.sleep(0)\n'slept'",
        "async def count():\n    for number in range(3):\n        yield number\n[number async for number in count()]",
        "seen = []\nasync def later():\n    await asyncio.sleep(0.05)\n    seen.append(1)\n"
        "task = asyncio.create_task(later())",
        "await task\nseen",
        ("await asyncio.wait_for(asyncio.sleep(9), 0.01)", RAISES),
        ("asyncio.run(later())", RAISES),
        "async with asyncio.timeout(5):\n    print('inside')",
    ],
    "rich outputs": [
        "from IPython.display import HTML, JSON, Image, Javascript, Latex, Markdown, SVG\nHTML('<p>ä</p>')",
        "Markdown('*m*')",
        "display(Latex('$x$'), JSON({'a': [1, None]}), Javascript('1'), metadata={'m': 1})",
        "import base64\npng = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
        "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==')\nImage(data=png)",
        "display({'text/plain': 'raw', 'application/x-own+json': {'deep': [1, {'x': 2}]}}, raw=True)",
        "class Both:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'text/html': '<i>b</i>', 'text/plain': 'b'}, {'text/html': {'isolated': True}}\nBoth()",
        "class Shows:\n    def _ipython_display_(self):\n        print('shown by itself')\nShows()",
        "import pandas\npandas.DataFrame({'a': [1.5, None], 'b': ['x', '<y>']})",
        "list(range(2000))",
        "float('nan'), float('inf'), b'bytes', {1: 2}",
        "1;",
        "None",
    ],
    "figures": [
        "import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1, 2]))",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "plt.plot([2, 1]);",
        "import matplotlib\nmatplotlib.get_backend()",
    ],
    "errors": [
        ("1 / 0", RAISES),
        ("def outer():\n    inner()\n\n\ndef inner():\n    raise KeyError('ключ')\n\n\nouter()", RAISES),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('two') from error", RAISES),
        ("def (", RAISES),
        ("if True:\nprint(1)", RAISES),
        ("import nowhere_to_be_found", RAISES),
        ("class Bad:\n    def __repr__(self):\n        raise RuntimeError('no repr')\nBad()", RAISES),
        ("class Own(Exception):\n    def __str__(self):\n        return 'own\\nlines'\nraise Own", RAISES),
        ("raise ExceptionGroup('several', [ValueError(1), TypeError('t')])", RAISES),
        ("raise SystemExit(3)", RAISES),
        ("raise KeyboardInterrupt", RAISES),
        ("import warnings\nwarnings.warn('careful')\n%nonsense", RAISES),
        "print('goes on')",
    ],
    "programs": [
        "import os, subprocess, sys\nprint('one')\nos.system('echo two; echo zwei >&2')",
        "subprocess.run(['sh', '-c', 'echo four; echo fünf'], check=True).returncode",
        "!echo six && echo sieben >&2",
        "lines = !printf 'a\\nb'\nlines",
        "%%bash\necho in bash\nexit 0",
        "subprocess.run([sys.executable, '-c', 'print(1)'], check=True, capture_output=True, text=True).stdout",
        # A kernel of papermill's reads this in a thread, which may be late for the cell's own result.
        "import time\nwritten = os.write(1, b'below\\n')\ntime.sleep(1)",
        ("%%bash\nexit 3", RAISES),
    ],
    "magics": [
        "%%capture kept\nprint('kept')\ndisplay(1)",
        "kept.stdout, len(kept.outputs)",
        "%%writefile made.py\nvalue = 7\nprint('run')",
        "%run made.py\nvalue",
        "from made import value as imported\nimported",
        "%env OPTLIB_TEST=1\nimport os\nos.environ['OPTLIB_TEST']",
        "%who int",
        "%precision 3\n3.14159",
        "%history -n 1-3",
        "%%html\n<b>bold</b>",
        "%pwd",
        "%cd -q ..\n%dhist",
        "len?",
        "%alias_magic t time",
        "%config InlineBackend.figure_format",
    ],
    "who am I": [
        "type(get_ipython()).__name__, 'IPKernelApp' in get_ipython().config, __name__, '__file__' in globals()",
        "import sys\nsys.path",
        "sorted(name for name in globals() if not name.startswith('_i'))",
        "import os\nsorted(set(os.environ) - {'JPY_PARENT_PID', 'JPY_SESSION_NAME', 'PYDEVD_USE_FRAME_EVAL'})",
        "get_ipython().kernel.implementation, get_ipython().kernel.language_info['name']",
        "Out[1][0], In[1][:4], _5[0], __",
        "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.writable()",
        "import __main__\n__main__.sys is sys",
    ],
    "text": [
        "print('ünïcødé 🎉 \\u2028 \\x1b[31mred\\x1b[0m')\nprint('a\\rb\\rc')\nprint('x\\b\\by', end='')",
        "import sys\nsys.stdout.write('no end')",
        "import sys\nfor number in range(3):\n    print(number)\n    print(number, file=sys.stderr)",
        "print('x' * 3_000_000)",
        "from tqdm import tqdm\nfor _ in tqdm(range(3), bar_format='{n_fmt}', file=sys.stdout):\n    pass",
        "import logging\nlogging.warning('logged')\nlogging.getLogger('x').error('too')",
        "print(1, 2, sep='\\0')\nsys.stdout.writelines(['a', 'b'])",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as caught:\n    print('caught')\n"
        "caught.getvalue()",
        "try:\n    sys.stdout.write(1)\nexcept TypeError as error:\n    print(error)",
    ],
    "asking": [
        ("input('name? ')", RAISES),
        ("import getpass\ngetpass.getpass()", RAISES),
        ("import sys\nsys.stdin.read()", RAISES),
    ],
    "widgets": [
        "import ipywidgets\nslider = ipywidgets.IntSlider(3)\nslider",
        "slider.value = 5\nslider.value",
        "box = ipywidgets.VBox([ipywidgets.Label('l'), slider])\ndisplay(box)",
        "out = ipywidgets.Output()\nout",
        "with out:\n    print('inside')\n    display('shown inside')",
        "@ipywidgets.interact(x=(0, 5))\ndef show(x):\n    return x * 2",
        "image = ipywidgets.Image(value=b'\\x00\\x01', format='png')\nimage",
        "slider.close()",
        "import anywidget, traitlets\nclass Own(anywidget.AnyWidget):\n    _esm = 'export default {}'\n"
        "    value = traitlets.Int(0).tag(sync=True)\nOwn(value=2)",
    ],
    "threads and processes": [
        "import threading\nthread = threading.Thread(target=lambda: print('from a thread'))\n"
        "thread.start()\nthread.join()",
        # ipykernel's own watcher of the file descriptor takes a moment
        "import os, time\nif os.fork() == 0:\n    os.write(1, b'from a fork\\n')\n    os._exit(0)\n"
        "_ = os.wait()\ntime.sleep(2)",
        "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    print(pool.map(abs, [-1, -2]))",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n"
        "    total = sum(pool.map(len, ['a', 'bb']))\ntotal",
    ],
    "an error that ends it": ["print('before')", "raise ValueError('here')", "print('never')"],
    "an exit that is one": ["print('before')\nraise SystemExit(0)", "print('never')"],
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_notebooks_come_out_alike(name: str, tmp_path: Path) -> None:
    """Both engines leave the same outputs, counts and widgets, and raise the same error."""
    results = []
    for engine in ("nbclient", "optlib"):
        folder = tmp_path / "same" / "work"
        folder.mkdir(parents=True)
        path, error = written(folder, *AWKWARD[name]), None
        try:
            notebook = executed(path, engine)
        except PapermillExecutionError as raised:
            error = (raised.cell_index, raised.exec_count, raised.source, raised.ename, raised.evalue)
            notebook = _left(path)
        results.append((alike(notebook), error))
        shutil.rmtree(tmp_path / "same")
    (usual, usual_error), (ours, our_error) = results
    for before, after in zip(usual["notebook"]["cells"], ours["notebook"]["cells"], strict=True):
        assert after == before
    assert ours == usual
    assert our_error == usual_error


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_shipped_notebooks_come_out_alike(path: Path, tmp_path: Path) -> None:
    """Every shipped notebook, on a full workbook, gives the same through both engines, also with cells of one's own."""
    notebook = executed_with_own_cells(path, tmp_path, "nbclient")
    assert executed_with_own_cells(path, tmp_path, "optlib") == notebook


def executed_with_own_cells(path: Path, folder: Path, engine: str) -> dict[str, object]:
    """A shipped notebook with two cells added, run on the example that decides all domains."""
    import nbformat
    from nbformat.v4 import new_code_cell

    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell("print(file.workbook.project.name)\nfile.workbook.quality.level", id="own-one"))
    notebook.cells.append(new_code_cell("optlib.rank_domain(file.workbook, 'tooling').to_frame()", id="own-two"))
    copy = folder / path.name
    nbformat.write(notebook, copy)
    parameters = {"workbook_path": str(EXAMPLES / "optlib.yaml"), "as_of": "2026-11-23"}
    return alike(executed(copy, engine, parameters=parameters))


def _left(path: Path) -> object:
    import nbformat

    return nbformat.read(path.with_name("executed.ipynb"), as_version=4)
