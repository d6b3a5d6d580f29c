"""No secret gets into a commit by `git add -A`, wherever the tools that know it put it."""

import shutil

import pytest

from tests.pipeline.sharing import servers
from tests.wiring import ROOT

SECRET = "wJalr" + "XUtnFEMI"  # not in one piece, for this file is committed too


@pytest.mark.parametrize(
    "file",
    [
        ".env",
        ".env.production",
        ".aws/credentials",
        "credentials.json",
        "credentials-team.json",
        "deploy.pem",
        "keys/team.key",
        "id_ed25519",
        "keys/id_rsa",
        ".dvc/tmp/gdrive-user-credentials.json",
        ".dvc/cache/token",
    ],
)
def test_files_that_hold_secrets_are_ignored(project, file):
    path = project.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SECRET)
    project.commit("everything")
    assert SECRET not in project.run("git", "log", "-p").stdout
    assert project.run("git", "check-ignore", "-q", file).returncode == 0


def test_what_dvc_is_told_with_local_is_ignored(project):
    project.run("dvc", "remote", "add", "-d", "team", f"s3://{servers.BUCKET}/path")
    for name in ("access_key_id", "secret_access_key", "session_token"):
        project.run("dvc", "remote", "modify", "--local", "team", name, SECRET)
    assert SECRET in (project.folder / ".dvc/config.local").read_text()
    project.commit("everything")
    committed = project.run("git", "log", "-p").stdout
    assert "url = s3://" in committed and SECRET not in committed


def test_an_experiment_carries_none_either(project):
    """Experiments commit on their own, and are pushed."""
    project.run("dvc", "remote", "add", "-d", "team", f"s3://{servers.BUCKET}/path")
    project.commit("share")
    project.run("dvc", "remote", "modify", "--local", "team", "secret_access_key", SECRET)
    (project.folder / ".env").write_text(SECRET)
    project.run("dvc", "exp", "run", "--queue", "-S", "seed.data=8")
    stashed = project.run("git", "log", "-p", "--all", "-m").stdout
    assert "data: 8" in stashed and SECRET not in stashed


def test_the_shipped_configuration_holds_none():
    text = (ROOT / ".dvc" / "config").read_text()
    assert not [word for word in ("password", "secret", "access_key", "token", "keyfile", "@") if word in text]


def test_ignored_names_hide_nothing_of_the_project(project):
    """A pattern that is too wide would keep a file of ours out of the next commit, silently."""
    shutil.rmtree(project.folder / ".git")
    project.run("git", "init", "-q")
    project.run("git", "add", "-A")
    listed = set(project.run("git", "ls-files").stdout.splitlines())
    there = {str(path.relative_to(project.folder)) for path in project.folder.rglob("*") if path.is_file()}
    hidden = {name for name in there - listed if not name.startswith(".git/")}
    assert not {name for name in hidden if not name.startswith(".dvc/tmp")}
