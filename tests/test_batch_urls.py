"""Workbooks and reports behind URLs: a store is as good as a folder, also where it goes away for a while."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from threading import Timer
from typing import Any

import pytest
import s3fs
from click.testing import CliRunner

from optlib import OptlibError
from optlib.batch import remote
from optlib.batch.results import Result
from optlib.batch.run import Batch, How, run_batch
from optlib.batch.urls import beside, name_of, without_secrets
from optlib.cli import main
from optlib.engine.preloaded import close_preloaded

from .conftest import EXAMPLES, TODAY
from .stores import HOST, Store, Way, free_port, served
from .test_batch import WORKBOOK, wait_for_end_of, write_notebooks

PNG = b"\x89PNG\r\n\x1a\n" + b"plan"


@pytest.fixture(scope="module")
def server() -> Iterator[Store]:
    """A store that answers on this machine."""
    store = Store()
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, server: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder to work in and the credentials of the store; afterwards no process and no temporary folder is left."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # what is tried again is tried again by optlib
    go_to(server.port, monkeypatch)
    write_notebooks()
    yield
    close_preloaded()
    wait_for_end_of(tmp_path)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.fixture
def bucket(server: Store) -> Bucket:
    """An empty bucket."""
    return Bucket(server, f"bucket-{token_hex(8)}")


class Bucket:
    """A bucket as its owner sees it, whatever the way of a batch to it."""

    def __init__(self, server: Store, name: str) -> None:
        self.files = s3fs.S3FileSystem(endpoint_url=server.url, use_listings_cache=False)
        self.files.mkdir(name)
        self.name = name

    def __getitem__(self, path: str) -> bytes:
        return bytes(self.files.cat_file(f"{self.name}/{path}"))

    def __setitem__(self, path: str, content: bytes | str) -> None:
        self.files.pipe_file(f"{self.name}/{path}", content.encode() if isinstance(content, str) else content)

    def url(self, path: str = "") -> str:
        """The URL of an object."""
        return f"s3://{self.name}/{path}"

    def below(self, path: str) -> dict[str, Any]:
        """What is known of each object below a path."""
        start = f"{self.name}/{path}"
        return {name.removeprefix(f"{start}/"): info for name, info in self.files.find(start, detail=True).items()}

    def projects(self, *names: str) -> str:
        """Workbooks of these names, and the pattern that finds them."""
        for name in names:
            self[f"teams/{name}.yaml"] = WORKBOOK.format(name)
        return self.url("teams/**/*.yaml")


def go_to(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have s3:// mean a port of this machine, also for what was opened before."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{HOST}:{port}")
    remote._remote.cache_clear()
    s3fs.S3FileSystem.clear_instance_cache()


def batch(*arguments: str, out: str, tell: Any = lambda *_: None, **how: Any) -> tuple[Batch, dict[str, Result]]:
    """A batch and its results by report."""
    done = run_batch(arguments, out, replace(How(TODAY, Path("notebooks"), light=True, workers=1), **how), tell)
    return done, {result.report: result for result in done.results}


def statuses(results: dict[str, Result]) -> dict[str, str]:
    """What became of each report."""
    return {report: result.status for report, result in results.items()}


def test_a_report_is_the_same_wherever_its_workbook_lies(bucket: Bucket, tmp_path: Path) -> None:
    """A workbook of this disk and its copy in a store, into the store: the same bytes, with index and results there."""
    local = tmp_path / "pep374_dvcs.yaml"  # in no repository, whose commit its report would name
    local.write_bytes((EXAMPLES / local.name).read_bytes())
    bucket["teams/vcs/pep374_dvcs.yaml"] = local.read_bytes()
    done, results = batch(str(local), bucket.url("teams/**/*.yaml"), out=bucket.url("reports"), notebooks=None)
    assert statuses(results) == {"pep374_dvcs.report.html": "made", "vcs/pep374_dvcs.report.html": "made"}
    assert results["vcs/pep374_dvcs.report.html"].workbook == bucket.url("teams/vcs/pep374_dvcs.yaml")
    report = bucket["reports/vcs/pep374_dvcs.report.html"]
    assert b"A distributed VCS for the Python project" in report
    assert report == bucket["reports/pep374_dvcs.report.html"]
    assert done.index == bucket.url("reports/index.html")
    assert b'href="vcs/pep374_dvcs.report.html"' in bucket["reports/index.html"]
    assert json.loads(bucket["reports/results.json"])["made"] == 2
    info = bucket.files.info(f"{bucket.name}/reports/index.html")
    assert info["ContentType"] == "text/html"


def test_what_is_unchanged_is_left_alone_there_too(bucket: Bucket) -> None:
    """The same batch puts no report again; a changed workbook, picture or report makes just that one again."""
    pattern, out = bucket.projects("a", "b", "c", "d"), bucket.url("reports")
    bucket["teams/c.yaml"] = WORKBOOK.format("c") + "context: {goals: ['![plan](plan.png)']}\n"
    batch(pattern, out=out)
    before = {name: info["LastModified"] for name, info in bucket.below("reports").items()}
    assert set(statuses(batch(pattern, out=out)[1]).values()) == {"unchanged"}
    after = {name: info["LastModified"] for name, info in bucket.below("reports").items()}
    written = {name for name, time_of in after.items() if time_of != before[name]}
    assert written <= {"index.html", "results.json", ".optlib-batch/README.txt"}
    bucket["teams/a.yaml"] = WORKBOOK.format("A2")
    bucket["teams/plan.png"] = PNG
    bucket["reports/d.report.html"] = b"x" * len(bucket["reports/d.report.html"])
    assert statuses(batch(pattern, out=out)[1]) == {
        "a.report.html": "made",
        "b.report.html": "unchanged",
        "c.report.html": "made",
        "d.report.html": "made",
    }


def test_reports_can_be_moved_between_a_store_and_a_folder(bucket: Bucket) -> None:
    """What was made into a folder and copied to a store is unchanged there: its bytes are what counts."""
    Path("a.yaml").write_text(WORKBOOK.format("a"), encoding="utf-8")
    Path("b.yaml").write_text(WORKBOOK.format("b"), encoding="utf-8")
    batch("a.yaml", "b.yaml", out="out")
    for path in (path for path in Path("out").rglob("*") if path.is_file()):
        bucket[f"moved/{path.relative_to('out').as_posix()}"] = path.read_bytes()
    assert set(statuses(batch("a.yaml", "b.yaml", out=bucket.url("moved"))[1]).values()) == {"unchanged"}


def test_a_poisoned_one_fails_alone_there_too(bucket: Bucket) -> None:
    """What is no workbook, and what isn't there, is said with its URL; the other is made."""
    bucket["teams/bad.yaml"] = "format: decision-workbook/1\nquality: {level: heroic}\n"
    bucket["teams/good.yaml"] = WORKBOOK.format("good")
    names = [bucket.url(f"teams/{name}.yaml") for name in ("bad", "good", "gone")]
    done, results = batch(*names, out="out")
    assert list(statuses(results).values()).count("made") == 1
    assert results["bad.report.html"].error.startswith(f"{bucket.url('teams/bad.yaml')}:2")
    assert results["gone.report.html"].error == f"{bucket.url('teams/gone.yaml')}: there is no such file"
    assert done.exit == 1


def test_pictures_are_fetched_with_their_workbook(bucket: Bucket) -> None:
    """A picture that a text names is in the report, though a file is missing where another name has its folder."""
    text = "project: {name: a, summary: '![plan](plans/first.png) and [all](plans)'}"
    bucket["teams/a.yaml"] = WORKBOOK.format("a").replace("project: {name: a}", text)
    bucket["teams/plans/first.png"] = PNG
    _, results = batch(bucket.url("teams/a.yaml"), out=bucket.url("reports"), notebooks=None)
    assert statuses(results) == {"a.report.html": "made"}
    assert b"data:image/png;base64," in bucket["reports/a.report.html"]


@pytest.mark.parametrize("kind", ["refuses", "hangs"])
def test_a_store_that_is_away_for_a_while_loses_nothing(
    bucket: Bucket, server: Store, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Cut off, or without an answer, for seconds in the middle of a batch: every report is there once it is back."""
    pattern = bucket.projects("a", "b", "c")
    ways = [Way(server.port)]
    go_to(ways[0].port, monkeypatch)
    monkeypatch.setattr(remote, "_ANSWER", 1.5)

    def go_away(_: Result, done: int, __: int) -> None:
        if done == 1 and kind == "hangs":
            server.hang()
            Timer(5, server.go_on).start()
        elif done == 1:
            ways[0].cut()
            Timer(5, lambda: ways.append(Way(server.port, ways[0].port))).start()

    start = time.monotonic()
    done, results = batch(pattern, out=bucket.url("reports"), tell=go_away)
    assert time.monotonic() - start > 5
    assert (done.exit, set(statuses(results).values())) == (0, {"made"})
    assert {f"{name}.report.html" for name in "abc"} <= set(bucket.below("reports"))
    ways[-1].cut()


def test_a_store_that_stays_away_is_a_failure_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """After that long, its workbooks have failed, each with the reason; where the reports were to go, the batch has."""
    go_to(free_port(), monkeypatch)
    monkeypatch.setattr(remote, "PATIENCE", 2)
    Path("a.yaml").write_text(WORKBOOK.format("a"), encoding="utf-8")
    done, results = batch("s3://far/x.yaml", "s3://far/y.yaml", out="out")
    assert (done.exit, set(statuses(results).values())) == (2, {"failed"})
    assert results["x.report.html"].error.startswith("s3://far/x.yaml: it can't be reached (Could not connect")
    with pytest.raises(OptlibError, match=r"s3://far/out/.*: it can't be reached .* run the same again"):
        batch("a.yaml", out="s3://far/out")


def test_a_store_may_be_away_for_more_than_a_minute() -> None:
    """A restart of a server or a network is no reason to lose a night's batch."""
    assert remote.PATIENCE >= 60


def test_an_interrupted_batch_waits_for_no_store(bucket: Bucket, server: Store) -> None:
    """After Ctrl-C nothing is tried again: the batch ends in seconds though its store is away."""
    pattern, way = bucket.projects("a", "b", "c"), Way(server.port)
    command = [sys.executable, "-m", "optlib.cli", "report", pattern, "-o", bucket.url("reports"), "--light", "-j", "1"]
    environment = os.environ | {"AWS_ENDPOINT_URL": f"http://{HOST}:{way.port}"}
    driver = subprocess.Popen(
        [*command, "--notebooks", "notebooks"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert driver.stderr is not None
    assert driver.stderr.readline().startswith("[1/3] Wrote a.report.html")
    way.cut()
    time.sleep(2)
    driver.send_signal(signal.SIGINT)
    said = driver.stderr.read()
    assert driver.wait(30) == 2, said
    assert "results.json: it can't be reached" in said
    driver.stderr.close()


def test_what_will_not_pass_is_said_at_once(bucket: Bucket, server: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An absent bucket, refused credentials and none at all are told in words, and not tried again."""
    start = time.monotonic()
    Path("a.yaml").write_text(WORKBOOK.format("a"), encoding="utf-8")
    with pytest.raises(OptlibError, match=r"s3://absent/out/.*: there is no such bucket; make it first"):
        batch("a.yaml", out="s3://absent/out")
    with pytest.raises(OptlibError, match=r"s3://absent/(\*\.yaml)?: there is no such bucket"):
        batch("s3://absent/*.yaml", out="out")
    with pytest.raises(OptlibError, match=r"teams/\*\.yaml: nothing matches this pattern"):
        batch(bucket.url("teams/*.yaml"), out="out")
    with server.refusing(), pytest.raises(OptlibError, match=r"access is refused \(The AWS Access Key.*check the cred"):
        batch("a.yaml", out=bucket.url("out"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    go_to(server.port, monkeypatch)
    with pytest.raises(OptlibError, match=r"access is refused \(Unable to locate credentials\)"):
        batch("a.yaml", out=bucket.url("out"))
    assert time.monotonic() - start < 30


def test_no_part_of_a_report_is_ever_there(bucket: Bucket, server: Store, tmp_path: Path) -> None:
    """The driver is killed while it puts a report: the old one is there whole, and the next batch makes the new one."""
    pattern, way = bucket.projects("a"), Way(server.port, most=20_000)
    bucket["reports/a.report.html"] = b"the old one"
    command = [sys.executable, "-m", "optlib.cli", "report", pattern, "-o", bucket.url("reports"), "--light"]
    command += ["--notebooks", "notebooks", "--as-of", TODAY.isoformat(), "-j", "1"]
    environment = os.environ | {"AWS_ENDPOINT_URL": f"http://{HOST}:{way.port}"}
    driver = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    assert way.is_stuck.wait(120)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    way.cut()
    wait_for_end_of(tmp_path)
    assert list(Path("tmp").iterdir()) == []
    assert bucket["reports/a.report.html"] == b"the old one"
    assert set(bucket.below("reports")) == {"a.report.html", ".optlib-batch/README.txt"}
    assert statuses(batch(pattern, out=bucket.url("reports"))[1]) == {"a.report.html": "made"}
    assert bucket["reports/a.report.html"].endswith(b"</html>")


def test_http_is_read_and_its_secrets_are_told_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    """A workbook and its picture come over http; user, password and signature are in no file and no message."""
    Path("web").mkdir()
    text = "project: {name: web, summary: '![plan](my%20plans/first.png)'}"
    Path("web/my file.yaml").write_text(WORKBOOK.format("web").replace("project: {name: web}", text), encoding="utf-8")
    Path("web/my plans").mkdir()
    Path("web/my plans/first.png").write_bytes(PNG)
    Path("web/bad.yaml").write_text("format: none\n", encoding="utf-8")
    with served(Path("web")) as host:
        start, end = f"http://user:geheim@{host}/", ".yaml?X-Amz-Signature=5ecret"
        names = [f"{start}{name}{end}" for name in ("my%20file", "bad", "none")]
        arguments = ["report", *names, "-o", "out", "--light", "--summary", "-j", "1"]
        result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    assert b"data:image/png;base64," in Path("out/my file.report.html").read_bytes()
    assert f"http://{host}/none.yaml: there is no such file" in result.output
    assert f"http://{host}/bad.yaml:1" in result.output
    said = [
        result.output,
        *capfd.readouterr(),
        *(path.read_text("utf-8") for path in Path("out").rglob("*.*") if path.is_file()),
    ]
    assert [word for word in ("geheim", "5ecret") for text in said if word in text] == []


def test_http_has_no_patterns_and_takes_no_reports() -> None:
    """What http can't do is said before anything is asked for."""
    with pytest.raises(OptlibError, match=r"https://host/\*\.yaml: a pattern can't be used over http, where nothing"):
        batch("https://host/*.yaml", out="out")
    with pytest.raises(OptlibError, match=r"https://host/out: reports can't be put there"):
        batch("a.yaml", "b.yaml", out="https://host/out")
    with pytest.raises(
        OptlibError, match=r"ftp://host/x\.yaml: ftp:// can't be used; what can is s3://, gs://, abfs://"
    ):
        batch("ftp://host/x.yaml", out="out")
    with pytest.raises(
        OptlibError, match=r"s3://b/teams/: is a folder; name the workbooks in it, for example 's3://b/"
    ):
        batch("s3://b/teams/", out="out")


@pytest.mark.parametrize("option", ["keep", "notebooks"])
def test_notebooks_lie_on_this_machine(option: str) -> None:
    """What can't be a URL says so, and makes no folder of that name."""
    result = CliRunner().invoke(main, ["report", "a.yaml", "b.yaml", "-o", "out", f"--{option}", "s3://bucket/there"])
    assert (result.exit_code, Path("s3:").exists()) == (2, False)
    assert f"--{option} can't be a URL; name a folder of this machine." in result.stderr


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed what a store needs is told how."""
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(OptlibError, match=r"gs://b/.* python -m pip install 'optlib\[gs\]'"):
        batch("gs://b/*.yaml", out="out")


def test_one_workbook_may_lie_behind_a_url(bucket: Bucket) -> None:
    """Its report goes to a file, here or in a store, and into this folder where nothing is said."""
    bucket["a.yaml"] = WORKBOOK.format("a")
    Path("b.yaml").write_text(WORKBOOK.format("b"), encoding="utf-8")
    more = ["--light", "--notebooks", "notebooks"]
    first = CliRunner().invoke(main, ["report", bucket.url("a.yaml"), *more, "--summary"])
    assert first.output.splitlines()[-2:] == ["Wrote a.report.html", "Wrote a.summary.html"]
    assert Path("a.report.html").read_bytes().endswith(b"</html>")
    second = CliRunner().invoke(main, ["report", "b.yaml", *more, "-o", bucket.url("b.html")])
    assert second.output.splitlines()[-1] == f"Wrote {bucket.url('b.html')}"
    assert bucket["b.html"].endswith(b"</html>")
    bucket["bad.yaml"] = "format: none\n"
    third = CliRunner().invoke(main, ["report", bucket.url("bad.yaml"), *more, "-o", "bad.html"])
    assert (third.exit_code, third.output.startswith(f"Error: {bucket.url('bad.yaml')}:1")) == (2, True)


def test_one_workbook_into_a_folder_of_a_store_is_a_batch(bucket: Bucket) -> None:
    """A URL that names no page is a folder: report, index and results are put there."""
    bucket["a.yaml"] = WORKBOOK.format("a")
    arguments = ["report", bucket.url("a.yaml"), "-o", bucket.url("out/"), "--light", "--notebooks", "notebooks"]
    result = CliRunner().invoke(main, arguments)
    assert f"Wrote {bucket.url('out/index.html')}" in result.output
    assert {"a.report.html", "index.html", "results.json"} <= set(bucket.below("out"))


def test_nobody_pays_for_urls_who_names_none() -> None:
    """The help and a batch of this disk import neither fsspec nor the library of any store."""
    Path("a.yaml").write_text("format: none\n", encoding="utf-8")
    shutil.copyfile("a.yaml", "b.yaml")
    script = """
import sys
from click.testing import CliRunner
from optlib.cli import main
assert CliRunner().invoke(main, ["report", "--help"]).exit_code == 0
assert CliRunner().invoke(main, ["report", "a.yaml", "b.yaml", "-o", "out", "-j", "1"]).exit_code == 2
assert not {"fsspec", "s3fs", "aiohttp", "tenacity"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:geheim@host:8443/a/b%20c.yaml?X-Amz-Signature=1#x", "https://host:8443/a/b%20c.yaml"),
        ("https://token@host?sig=1", "https://host"),
        ("s3://key:secret@bucket/x.yaml", "s3://bucket/x.yaml"),
        ("s3://bucket/x.yaml?X-Amz-Signature=1", "s3://bucket/x.yaml"),
        ("s3://bucket/teams/?.yaml", "s3://bucket/teams/?.yaml"),
        ("abfs://box@account.dfs.core.windows.net/x.yaml", "abfs://box@account.dfs.core.windows.net/x.yaml"),
    ],
)
def test_what_is_secret_in_a_url_is_not_shown(url: str, shown: str) -> None:
    """User, password and query go; a container before the @, and a ? in an object's name, stay."""
    assert without_secrets(url) == shown


def test_what_lies_beside_a_url_is_found_by_its_path() -> None:
    """The user's name stays, as it is needed there too; a signature goes, as it is for one file only."""
    assert beside("https://u:p@host/a/b.yaml?sig=1", "my plans/1.png") == "https://u:p@host/a/my%20plans/1.png"
    assert beside("s3://bucket/a/b.yaml", "my plans/1.png") == "s3://bucket/a/my plans/1.png"


@pytest.mark.parametrize("url", ["https://host/a/..%2F..%2Fetc%2Fpasswd", "https://host/..%5Cpasswd", "s3://b/a/x\0y"])
def test_no_name_of_a_file_leads_out_of_a_folder(url: str) -> None:
    """What a URL calls its file is one part of a path."""
    assert name_of(url) in {"passwd", "x_y"}
