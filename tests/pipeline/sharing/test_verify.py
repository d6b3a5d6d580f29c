"""`make verify`: what it takes for sound, and what it finds that DVC does not look for."""

import json
import re

import pytest
import yaml
from dvc.repo import Repo

from tests.conftest import Project
from tests.pipeline.repro import OUTPUTS
from transfer.commands.verify import check_workspace
from transfer.project import cache_objects

pytestmark = pytest.mark.slow


def stored(cache, project: Project, file: str):
    """Where a cache, or a folder that is a remote, keeps one file of an output."""
    lock = yaml.safe_load((project.folder / "dvc.lock").read_text())["stages"]
    (output,) = [out for stage in lock.values() for out in stage["outs"] if file.startswith(f"{out['path']}/")]
    return cache_objects.stored_files(output["path"], output["md5"], cache / "files" / "md5")[file]


def damage(path, content: bytes) -> None:
    """Other bytes under the same name, read-only as DVC leaves its objects: then it takes them on trust."""
    path.chmod(0o644)
    path.write_bytes(content)
    path.chmod(0o444)


def test_a_sound_commit_pulls_tests_again_and_runs_again(shared):
    """What was run in warm processes (see tests/warm) verify runs again in real ones: the same bytes."""
    done = shared.transfer("verify", "--full")
    assert "FAILED" not in done.stdout and done.stderr == ""
    said = done.stdout.splitlines()
    assert "ok      models/finetuned: 5 objects from team as in dvc.lock" in said
    assert "ok      metrics: what is in Git hashes to what dvc.lock says" in said
    assert "ok      finetuned tested again: the same metrics (at most 0.0001)" in said
    outputs = [line.split()[0] for line in said if line.endswith(": the same bytes")]
    assert {f"{output}:" for output in OUTPUTS if output != "models"} < set(outputs)
    assert {"models/backbone:", "models/head:", "models/finetuned:"} < set(outputs)
    assert not [line for line in said if "other bytes" in line]
    assert "ok      full rerun: the same dvc.lock" in said
    assert shared.run("git", "status", "--porcelain").stdout == ""


def test_without_a_remote_a_forged_metric_is_found(again):
    path = again.folder / "metrics/head.json"
    metrics = json.loads(path.read_text())
    path.write_text(json.dumps(metrics | {"accuracy": 0.999}, indent=2) + "\n")
    again.commit("better")
    again.set(**{"seed.training": 8})
    done = again.transfer("verify", code=2)
    assert "note    1 changed files are not committed, and not looked at" in done.stdout
    assert "note    no remote is configured: outputs come from the cache here" in done.stdout
    wrong = [line.split(": ")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert wrong == ["FAILED  metrics", "FAILED  head tested again"]
    assert f"accuracy is {abs(0.999 - metrics['accuracy']):.2g} apart" in done.stdout
    assert "ok      finetuned tested again: " in done.stdout
    assert done.stderr.startswith("error: 2 of 13 checks failed: metrics, head tested again; ")


def test_what_the_remote_lost_or_spoiled_is_named_and_mended(shared, readme, tmp_path):
    remote = tmp_path / "remote"
    lost = stored(remote, shared, "models/head/model.keras")
    spoiled = stored(remote, shared, "models/finetuned/model.keras")
    whole = {path: path.read_bytes() for path in (lost, spoiled)}
    lost.unlink()
    damage(spoiled, whole[spoiled][:-1] + b"?")
    assert shared.run("dvc", "status").stdout.strip().endswith("up to date.")
    said = shared.transfer("verify", code=2).stdout
    # DVC keeps the list of a folder's files only once all of them are there, so the folder is what can be named.
    assert "FAILED  models/head: 0 of 1 objects are on team; not models/head (list: " in said
    assert "models/finetuned: 4 of 5 objects from team are whole; not models/finetuned/model.keras (files/md5/" in said
    assert "evaluate: not tested again" in said
    lists = dict(re.findall(r"^FAILED  (models/\w+): .*\(list: (\S+)\)$", said, re.MULTILINE))
    for command in [
        *readme.on(said, "are on", LIST=str(remote / lists["models/head"])),
        *readme.on(said, "are whole", LIST=str(remote / lists["models/finetuned"]), OBJECT=str(spoiled)),
    ]:
        shared.run("sh", "-c", command)
    assert {path: path.read_bytes() for path in whole} == whole


@pytest.mark.parametrize("content", [{"a": b"1", "b/ü.txt": b""}, {"only": b"x" * 3_000_000}])
def test_a_folder_hashes_as_dvc_hashes_it(project, content):
    for name, text in content.items():
        path = project.folder / "stuff" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    project.run("dvc", "add", "stuff")
    (out,) = yaml.safe_load((project.folder / "stuff.dvc").read_text())["outs"]
    assert cache_objects.content_hash(project.folder / "stuff") == out["md5"]
    cache = project.folder / ".dvc/cache/files/md5"
    assert all(map(cache_objects.matches_hash, cache_objects.stored_objects(cache)))
    assert set(cache_objects.stored_files("stuff", out["md5"], cache)) == {
        "stuff",
        *(f"stuff/{name}" for name in content),
    }
    assert cache_objects.content_hash(project.folder / "nothing") is None


def test_what_dvc_ignores_in_an_output_is_no_damage(again, monkeypatch):
    """As the page of `transfer review`, beside the report."""
    monkeypatch.chdir(again.folder)
    (again.folder / "reports/review.html").write_text("a page")
    said = {}
    with Repo() as here:
        check_workspace(here, lambda passed, place, text: said.update({place: (passed, text)}))
        assert said["workspace"][0], said
        (again.folder / "reports/other.html").write_text("no output of evaluate")
        check_workspace(here, lambda passed, place, text: said.update({place: (passed, text)}))
        assert not said["workspace"][0] and "not reports" in said["workspace"][1]
