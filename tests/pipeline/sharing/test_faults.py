"""When something goes wrong: each row of the table in docs/sharing.md, caused, seen, and mended as it says."""

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import Project
from tests.pipeline.repro import UP_TO_DATE
from tests.pipeline.sharing import servers
from tests.pipeline.sharing.test_verify import damage, stored
from transfer.project import cache_objects

pytestmark = pytest.mark.slow


def mend(project: Project, commands: list[str]) -> None:
    assert commands
    for command in commands:
        project.run("sh", "-c", command)


def started(project: Project, *command: str, until: str) -> subprocess.Popen:
    """A command at work, its output read until a line starts with `until`."""
    said_at_once = project.environment | {"PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = subprocess.Popen(command, cwd=project.folder, env=said_at_once, text=True, **pipes)
    for line in running.stdout:
        if line.startswith(until):
            return running
    raise AssertionError(running.communicate()[1])


def mounted(folder: Path, *options: str):
    if subprocess.run(["mount", *options, str(folder)], capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")


def test_the_remote_dies_in_mid_push_and_in_mid_pull(again, other, readme, tmp_path):
    again.environment["AWS_MAX_ATTEMPTS"] = "1"  # or half a minute goes by
    with servers.s3(tmp_path) as (address, server):
        gate = servers.Gate(int(address.rsplit(":", 1)[1]))
        servers.s3_remote(again, f"http://127.0.0.1:{gate.port}")
        again.commit("share")
        gate.shut_after(up=20_000_000)
        seen = again.run("dvc", "push", "--run-cache", code=255).stderr
        gate.open()
        mend(again, readme.on(seen, "dvc push"))

        # A server that is there, but answers nothing.
        server.send_signal(signal.SIGSTOP)
        waiting = subprocess.Popen(["dvc", "push"], cwd=again.folder, env=again.environment, stderr=subprocess.PIPE)
        time.sleep(5)
        assert waiting.poll() is None
        waiting.send_signal(signal.SIGINT)
        server.send_signal(signal.SIGCONT)
        assert waiting.wait(timeout=60) != 0
        mend(again, readme.on("dvc push", "nothing happens"))

        second = other()
        servers.s3_key(second)
        second.environment["AWS_MAX_ATTEMPTS"] = "1"
        gate.shut_after(down=20_000_000)
        seen = second.run("dvc", "pull", "--run-cache", code=255).stderr
        assert all(
            map(cache_objects.matches_hash, cache_objects.stored_objects(second.folder / ".dvc/cache/files/md5"))
        )
        gate.open()
        mend(second, readme.on(seen, "dvc pull"))
        gate.shut()
    assert second.files("models", "data/prepared", "reports") == again.files("models", "data/prepared", "reports")
    assert UP_TO_DATE in second.run("dvc", "status").stdout


def test_objects_in_the_cache_are_corrupted_truncated_and_deleted(shared, readme):
    cache, before = shared.folder / ".dvc/cache", shared.files("models", "data/features")
    files = ("models/finetuned/model.keras", "models/head/model.keras", "data/features/test.npy")
    corrupted, truncated, deleted = (stored(cache, shared, file) for file in files)
    damage(corrupted, b"?" + corrupted.read_bytes()[1:])
    damage(truncated, truncated.read_bytes()[:1000])
    shutil.rmtree(shared.folder / "models/head")
    shared.run("dvc", "checkout")
    # DVC takes them on trust, and has brought the truncated one to the workspace.
    assert UP_TO_DATE in shared.run("dvc", "status").stdout
    assert (shared.folder / files[1]).stat().st_size == 1000
    assert "Everything is up to date" in shared.run("dvc", "push").stdout
    said = shared.transfer("verify", code=2).stdout
    assert all(str(path.relative_to(cache)) in said for path in (corrupted, truncated))
    assert "FAILED  workspace: 6 of 7 outputs are as dvc.lock says; not models/head" in said
    for path, output in ((corrupted, "models/finetuned"), (truncated, "models/head")):
        mend(shared, readme.on(said, "hash to their names", OBJECT=str(path), OUTPUT=output))

    deleted.unlink()
    shutil.rmtree(shared.folder / "data/features")
    seen = shared.run("dvc", "checkout", code=255).stderr
    mend(shared, readme.on(seen, "Checkout failed"))
    assert shared.files("models", "data/features") == before
    assert all(map(cache_objects.matches_hash, cache_objects.stored_objects(cache / "files/md5")))

    # What is spoiled in the workspace alone comes back from the cache.
    damage(shared.folder / files[0], b"?")
    seen = "FAILED  workspace: 6 of 7 outputs are as dvc.lock says; not models/finetuned"
    mend(shared, readme.on(seen, "outputs are as", OUTPUT="models/finetuned"))
    assert shared.files("models", "data/features") == before


def test_two_runs_at_once(again, readme):
    first = started(again.cold(), "dvc", "repro", "-s", "-f", "train-head", until="Running stage")
    try:
        time.sleep(0.5)
        seen = again.run("dvc", "repro", "-s", "-f", "train-head", code=255).stderr
        assert str(first.pid) in seen
    finally:
        assert first.wait() == 0
    mend(again, readme.on(seen, "is busy"))
    assert again.run("git", "status", "--porcelain").stdout == ""


def test_dvc_is_killed_and_its_stage_lives_on(again, readme):
    before = again.files("models")
    first = started(again.cold(), "dvc", "repro", "-s", "-f", "finetune", until="unfrozen")
    *_, stage = psutil.Process(first.pid).children(recursive=True)  # below the shell, where that stays
    first.kill()
    first.wait()
    stage.suspend()  # so that it lives as long as the test wants
    seen = again.run("dvc", "repro", "-s", "-f", "finetune", code=255).stderr
    listing, *rest = readme.on(seen, "another run of")
    assert str(stage.pid) in again.run("sh", "-c", listing).stdout
    stage.resume()
    psutil.wait_procs([stage])
    mend(again, rest)
    assert again.files("models") == before and again.run("git", "status", "--porcelain").stdout == ""


def test_the_disk_is_full_in_mid_push(again, other, readme, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted(disk, "-t", "tmpfs", "-o", "size=20m", "tmpfs")
    try:
        again.run("dvc", "remote", "add", "-d", "team", str(disk / "remote"))
        again.commit("share")
        seen = again.run("dvc", "push", "--run-cache", code=1).stderr
        stored_ = disk / "remote/files/md5"
        assert all(map(cache_objects.matches_hash, cache_objects.stored_objects(stored_)))
        subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
        mend(again, readme.on(seen, "No space left", REMOTE=str(disk / "remote")))
        assert not [
            path
            for path in stored_.rglob("*")
            if path.is_file() and path not in set(cache_objects.stored_objects(stored_))
        ]
        second = other()
        second.run("dvc", "pull")
        assert second.files("models") == again.files("models")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_shared_cache_that_one_may_only_read(again, readme, tmp_path):
    """Links into it work, a stage replaces its links and never writes through them; new results need another place."""
    cache, before = tmp_path / "cache", again.files("models")
    shutil.move(again.folder / ".dvc/cache", cache)
    again.run("dvc", "config", "--local", "cache.dir", str(cache))
    again.run("dvc", "config", "--local", "cache.type", "symlink")
    mounted(cache, "--bind", str(cache))
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(cache)], check=True)
        shutil.rmtree(again.folder / "models")
        again.run("dvc", "checkout")
        assert (again.folder / "models/head/model.keras").is_symlink() and again.files("models") == before
        assert UP_TO_DATE in again.run("dvc", "repro").stdout
        again.set(**{"head.l2": [0.25]})
        seen = again.run("dvc", "repro", "train-head", code=255).stderr
        mend(again, readme.on(seen, "Read-only", CACHE=str(cache)))
        again.run("dvc", "repro", "train-head")
        assert all(map(cache_objects.matches_hash, cache_objects.stored_objects(cache / "files/md5")))
        assert again.files("models/backbone") == {k: v for k, v in before.items() if "backbone" in k}
        assert again.files("models/head") != {k: v for k, v in before.items() if "/head/" in k}
    finally:
        subprocess.run(["umount", str(cache)], check=True)


def test_git_does_not_know_who_runs_an_experiment(again, readme):
    again.environment = {name: value for name, value in again.environment.items() if not name.startswith("GIT_")}
    again.environment |= {"GIT_CONFIG_NOSYSTEM": "1"}
    again.set(**{"seed.training": 8})  # what is not committed yet goes along, as a commit of the stash
    seen = again.run("dvc", "exp", "run", "--queue", "-S", "finetune.epochs=0", code=255).stderr
    mend(again, readme.on(seen, "Git user name"))
    again.run("dvc", "exp", "run", "--queue", "-S", "finetune.epochs=0")


def test_every_line_of_the_table_has_a_test(readme):
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    used = set(re.findall(r"readme\.on\([^\"]*(?:\"[^\"]*\", )?\"([^\"]+)\"", tests))
    assert [row[0] for row in readme.rows if not any(word in row[0] for word in used)] == []
