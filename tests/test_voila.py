"""`optlib edit --app` in a real Voilà: who may open it, that forms save in it, how it looks, what it leaves behind."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from optlib import load_catalogue, open_workbook
from optlib.starting import new_workbook

from .conftest import EXAMPLES
from .lab import App, app, shown

pytestmark = pytest.mark.browser

NOTEBOOKS = (*(phase.notebook for phase in load_catalogue().phases), "decision_report")
FIRST = NOTEBOOKS[0]
VOILAS = ("voila/tree", f"voila/render/{FIRST}.ipynb", "voila/api/contents/", "voila/files/private.txt")
JUPYTERS = ("api/contents", "api/terminals", "api/sessions", "files/private.txt", "tree", "lab")
SECRET = "Nobody else may read this name"  # noqa: S105 - a project's name


def a_workbook(folder: Path) -> Path:
    """A new workbook whose project has a name that can be searched for."""
    path = folder / "grants.yaml"
    new_workbook(path)
    path.write_text(path.read_text("utf-8").replace('name: ""', f"name: {SECRET}", 1), encoding="utf-8")
    assert open_workbook(path).workbook.project.name == SECRET
    return path


def kernels(running: App) -> list[psutil.Process]:
    """The kernels that the app has started and that still run."""
    return [child for child in psutil.Process(running.process.pid).children() if child.status() != "zombie"]


def answer(url: str, **headers: str) -> tuple[int, str]:
    """The status and the text of what an address answers to somebody without a browser."""
    try:
        with urlopen(Request(url, headers=headers), timeout=30) as response:  # noqa: S310 - our own server
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def kernel_of(page: Page) -> str:
    """The id of the kernel that a page has."""
    return str(page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"))


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something comes true before long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook in a folder with other things that are nobody's business."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "private.txt").write_text("private", encoding="utf-8")
    return a_workbook(folder)


@pytest.fixture(scope="module")
def running(workbook: Path) -> Iterator[App]:
    """The app on the workbook, with a notebook of somebody's own beside the phases."""
    with app(workbook) as served:
        notebooks = workbook.with_name("grants-notebooks")
        shutil.copyfile(notebooks / f"{FIRST}.ipynb", notebooks / "mine.ipynb")
        yield served


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on the full example."""
    path = shutil.copy(EXAMPLES / "optlib.yaml", tmp_path_factory.mktemp("full") / "full.yaml")
    with app(Path(path)) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without cookies."""
    page = browser.new_page()
    yield page
    page.close()


def test_the_list_of_the_phases_is_shown_to_who_has_the_token(page: Page, running: App) -> None:
    """It names the project and every phase, with what is open; the token is out of the address bar at once."""
    page.goto(running.at())
    expect(page.get_by_role("heading", name=SECRET)).to_be_visible()
    assert [link.get_attribute("href") for link in page.get_by_role("link").all()] == list(NOTEBOOKS)
    expect(page.get_by_text("Not required at the level prototype").first).to_be_visible()
    assert "token" not in page.url


@pytest.mark.parametrize("path", ["", FIRST, "api/kernels", "alive/x", "../private.txt", "nothing", *VOILAS, *JUPYTERS])
@pytest.mark.parametrize("token", ["", "?token=wrong", "?token="])
def test_without_the_token_there_is_nothing(running: App, path: str, token: str) -> None:
    """Whatever is asked for: refused in words, with no word of the workbook, and no kernel is started for it."""
    before = len(kernels(running))
    status, text = answer(f"{running.host}/{path}{token}")
    assert status in (403, 404)
    assert not any(word in text for word in (SECRET, "private", "Traceback"))
    assert len(kernels(running)) <= max(before, 1)


def test_who_lacks_the_token_is_told_what_to_open(page: Page, running: App) -> None:
    """The page says that the token is missing and where it stands."""
    page.goto(running.host)
    expect(page.get_by_role("heading", name="This address lacks its token")).to_be_visible()


@pytest.mark.parametrize("path", ["mine", "mine.ipynb", "..%2Fprivate.txt", "nothing", *VOILAS, *JUPYTERS])
def test_nothing_but_the_phases_and_the_report_can_be_opened(running: App, path: str) -> None:
    """Neither another notebook nor a list of files nor any other part of Jupyter's server is there."""
    status, text = answer(f"{running.host}/{path}", Authorization=f"token {running.token}")
    assert status == 404
    assert "private" not in text


def test_a_kernel_is_out_of_reach_without_the_token(browser: Browser, page: Page, running: App) -> None:
    """Neither the web socket of a page's kernel nor the address that ends it answers a stranger."""
    shown(page, running.at("decision_report"))
    kernel = kernel_of(page)
    stranger = browser.new_page()
    stranger.goto(running.host)
    for path in (f"api/kernels/{kernel}", f"api/kernels/{kernel}/channels", f"alive/{kernel}"):
        assert stranger.request.get(f"{running.host}/{path}").status == 403
    assert stranger.request.post(f"{running.host}/voila/api/shutdown/{kernel}").status == 403
    assert stranger.request.delete(f"{running.host}/api/kernels/{kernel}").status == 403
    opened = """url => new Promise(done => {
        const socket = new WebSocket(url); socket.onopen = () => done(true); socket.onerror = () => done(false); })"""
    channels = f"{running.host.replace('http', 'ws')}/api/kernels/{kernel}/channels"
    assert stranger.evaluate(opened, channels) is False
    assert page.evaluate(opened, channels) is True
    stranger.close()


def test_a_page_can_run_no_code(page: Page, running: App, tmp_path: Path) -> None:
    """What Jupyter's server would run, a page of the app asks for in vain: it may talk to its widgets only."""
    shown(page, running.at("decision_report"))
    target = tmp_path / "made"
    code = f"open({str(target)!r}, 'w').close()"
    page.evaluate(
        """async ({kernel, code}) => {
            const socket = new WebSocket(`ws://${location.host}/api/kernels/${kernel}/channels`);
            await new Promise(done => socket.onopen = done);
            const header = {msg_id: 'x', username: '', session: 'y', date: '', msg_type: 'execute_request'};
            const content = {code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false};
            socket.send(JSON.stringify({header, parent_header: {}, metadata: {}, content, channel: 'shell'}));
            await new Promise(done => setTimeout(done, 2000));
        }""",
        {"kernel": kernel_of(page), "code": code},
    )
    assert not target.exists()


def test_only_this_machine_can_reach_it(running: App) -> None:
    """It listens on 127.0.0.1 alone, and answers to no other name, which a page elsewhere could have given it."""
    port = int(running.host.rsplit(":", 1)[1])
    listening = [each for each in psutil.Process(running.process.pid).net_connections() if each.status == "LISTEN"]
    assert {each.laddr.ip for each in listening} == {"127.0.0.1"}
    assert port in {each.laddr.port for each in listening}
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=5)
    assert answer(running.at(), Host=f"attacker.example:{port}")[0] == 403


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_phase_is_shown_whole(page: Page, full: App, notebook: str) -> None:
    """Title, forms and figures of each are there without code, an error, or a request to another machine."""
    faults: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    shown(page, full.at(notebook))
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator(".optlib-editor").first).to_be_visible()
    if notebook in NOTEBOOKS[1:3]:
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_attached()
    assert page.locator(".optlib-stopped, .jp-InputArea-editor").count() == 0
    assert faults == []
    assert [url for url in asked if not url.startswith((full.host, "data:", "blob:"))] == []


def test_the_phases_lead_from_one_to_the_next(page: Page, running: App) -> None:
    """Each page names all phases, marks its own, and ends with a link to the next."""
    shown(page, running.at(FIRST))
    expect(page.locator(".optlib-places [aria-current=page]")).to_have_text("Phase 0: Project basics")
    page.get_by_role("link", name="Next: Phase 1: Core technical").click()
    expect(page.get_by_role("heading", name="Phase 1: Core technical")).to_be_visible()
    assert page.url == f"{running.host}/{NOTEBOOKS[1]}"


def test_a_form_saves_into_the_file(page: Page, running: App, workbook: Path) -> None:
    """What is typed in the app is in the file."""
    shown(page, running.at(FIRST))
    field = page.get_by_label("Owner", exact=True).first
    field.fill("Grants team")
    field.press("Enter")
    assert eventually(lambda: open_workbook(workbook).workbook.project.owner == "Grants team")


def test_the_board_saves_into_the_file(page: Page, running: App, workbook: Path) -> None:
    """A candidate added on the board of the app and scored by the keyboard is in the file, and its view is there."""
    shown(page, running.at(NOTEBOOKS[1]))
    board = page.locator(".optlib-board", has=page.get_by_label("Weight of Durability as a number")).first
    board.get_by_placeholder("a known candidate").fill("PostgreSQL")
    page.keyboard.press("Enter")
    page.keyboard.type("4")
    page.keyboard.press("Tab")
    assert eventually(lambda: "data_state" in scored(workbook))
    expect(page.get_by_role("rowheader", name="PostgreSQL").first).to_be_visible()


def scored(path: Path) -> set[str]:
    """The domains of a workbook in which somebody has a score."""
    options = open_workbook(path).workbook.options
    return {domain for domain, each in options.items() if any(one.scores for one in each.candidates.values())}


def test_what_was_typed_last_is_saved_when_the_page_is_closed(browser: Browser, running: App, workbook: Path) -> None:
    """Closing the page right after the last key loses nothing."""
    context = browser.new_context()
    context.new_page()  # a browser that stays open
    page = context.new_page()
    shown(page, running.at(FIRST))
    field = page.get_by_label("Driver", exact=True).first
    field.fill("Typed at the last moment")
    field.press("Tab")
    page.close(run_before_unload=True)
    assert eventually(lambda: open_workbook(workbook).workbook.people.driver == "Typed at the last moment")
    context.close()


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Each theme that a reader's system may have."""
    return str(request.param)


@pytest.fixture(scope="module")
def themed(browser: Browser, running: App, scheme: str) -> Iterator[Page]:
    """The page of the report on a system with this theme."""
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    shown(page, running.at("decision_report"))
    yield page
    context.close()


def test_the_theme_is_the_readers(themed: Page, running: App, scheme: str) -> None:
    """Without an option the list and the phases are light or dark as the reader's system is."""
    assert (brightness(themed) < 0.3) == (scheme == "dark")
    assert themed.evaluate("document.body.dataset.jpThemeLight") == str(scheme == "light").lower()
    phases = themed.context.new_page()
    phases.goto(running.at())
    assert (brightness(phases) < 0.3) == (scheme == "dark")
    phases.close()


def test_the_pages_of_the_app_are_accessible(browser: Browser, themed: Page, running: App, scheme: str) -> None:
    """Nothing is found by axe in the list of the phases, in what refuses, nor in what a phase's page adds."""
    for part in ("nav.optlib-places", "nav#optlib-contents", ".optlib-next"):
        assert Axe().run(themed, context=part).response["violations"] == []
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    for address in (running.host, running.at()):
        page.goto(address)
        assert Axe().run(page).response["violations"] == []


def brightness(page: Page) -> float:
    """How bright the page's ground is, from 0 to 1."""
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", ground)[:3]) / (3 * 255)


def test_a_theme_can_be_chosen(browser: Browser, tmp_path: Path) -> None:
    """`--theme dark` is dark on a light system too."""
    with app(a_workbook(tmp_path), "--theme", "dark") as running:
        context = browser.new_context(color_scheme="light")
        page = context.new_page()
        page.goto(running.at())
        assert brightness(page) < 0.3
        shown(page, running.at("decision_report"))
        assert brightness(page) < 0.3
        context.close()


def test_a_kernel_ends_with_its_page(browser: Browser, running: App) -> None:
    """Closing a page ends the kernel that it had."""
    context = browser.new_context()  # a page without one takes the browser's profile along, and its last request
    page = context.new_page()
    shown(page, running.at("decision_report"))
    own = kernel_of(page)
    assert any(own in part for kernel in kernels(running) for part in kernel.cmdline())
    page.close(run_before_unload=True)
    assert eventually(lambda: not any(own in part for kernel in kernels(running) for part in kernel.cmdline()))
    context.close()
    context.close()


def test_a_kernel_of_a_page_that_vanished_ends_too(browser: Browser, tmp_path: Path) -> None:
    """When the browser crashes nobody says good-bye; the kernel is ended after a while, the waiting one isn't."""
    soon = ("--MappingKernelManager.cull_idle_timeout=4", "--MappingKernelManager.cull_interval=1")
    with app(a_workbook(tmp_path), "--", *soon) as running:
        page = browser.new_page()
        shown(page, running.at("decision_report"))
        assert eventually(lambda: len(kernels(running)) == 2)
        page.close()
        assert eventually(lambda: len(kernels(running)) == 1)
        time.sleep(6)
        assert len(kernels(running)) == 1


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_when_the_app_ends(tmp_path: Path, ending: signal.Signals) -> None:
    """Ctrl+C, the end of the session and a kill all end the kernels."""
    with app(a_workbook(tmp_path)) as running:
        assert eventually(lambda: len(kernels(running)) == 1)
        left = kernels(running)
        running.process.send_signal(ending)
        running.process.wait(timeout=30)
        assert running.process.returncode == (-ending if ending == signal.SIGKILL else 0)
        assert eventually(lambda: not any(kernel.is_running() for kernel in left))


def test_a_page_says_that_its_app_has_ended(browser: Browser, tmp_path: Path) -> None:
    """The kernel of a page ends with the app, and the page says that it isn't connected."""
    with app(a_workbook(tmp_path)) as running:
        page = browser.new_page()
        shown(page, running.at("decision_report"))
        left = kernels(running)
        running.process.send_signal(signal.SIGINT)
        running.process.wait(timeout=30)
        assert eventually(lambda: not any(kernel.is_running() for kernel in left))
        expect(page.get_by_role("alert")).to_contain_text("what you enter now is not saved", timeout=30_000)


def test_a_page_says_when_its_kernel_is_gone(page: Page, running: App) -> None:
    """A kernel that was killed isn't started anew behind the forms' back; the page says that nothing is saved."""
    before = set(kernels(running))
    shown(page, running.at("decision_report"))
    expect(page.get_by_role("alert")).to_be_hidden()
    for kernel in before | set(kernels(running)):
        kernel.kill()
    expect(page.get_by_role("alert")).to_contain_text("Not connected", timeout=30_000)


def test_a_broken_workbook_is_said_in_words(page: Page, tmp_path: Path) -> None:
    """The list and the phases name the line and show no traceback; once it is repaired they are there again."""
    path = a_workbook(tmp_path)
    sound = path.read_text(encoding="utf-8")
    with app(path) as running:
        path.write_text(sound.replace("level: prototype", "level: hopeful", 1), encoding="utf-8")
        page.goto(running.at())
        expect(page.get_by_role("heading", name="The workbook can't be read")).to_be_visible()
        expect(page.get_by_text(re.compile(r"grants\.yaml:\d+: quality\.level"))).to_be_visible()
        page.goto(running.at(FIRST))
        stopped = page.get_by_role("alert")
        expect(stopped.filter(has_text=re.compile(r"grants\.yaml:\d+: quality\.level"))).to_be_visible()
        assert "Traceback" not in page.content()
        path.write_text(sound, encoding="utf-8")
        shown(page, running.at(FIRST))
        expect(page.locator(".optlib-editor").first).to_be_visible()
        assert "Traceback" not in running.log.read_text(encoding="utf-8")


def test_a_cell_of_somebodys_own_that_fails_is_said_in_words(page: Page, tmp_path: Path) -> None:
    """The page says what the cell said and where to look, and shows what came before it."""
    path = a_workbook(tmp_path)
    with app(path) as running:
        notebook = tmp_path / "grants-notebooks" / "decision_report.ipynb"
        text = notebook.read_text(encoding="utf-8")
        notebook.write_text(text.replace("views.how_made(file, today)", "file.nothing_like_it"), encoding="utf-8")
        page.goto(running.at("decision_report"))
        expect(page.get_by_text("has no attribute 'nothing_like_it'")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("heading", name="Summary")).to_be_visible()
        assert "Traceback" not in page.content()
