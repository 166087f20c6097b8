# SPDX-License-Identifier: Apache-2.0
"""The completion scripts in the shells that read them: bash, zsh and fish, with the real program's tree.

    completion_test.py PORTCULLIS

Each question is a line as it is typed, and what the shell offers for its last word. A shell that is not installed makes
the whole test skipped (77), never passed.
"""
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Callable

PROGRAM = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else Path("portcullis")
SHELLS = ("bash", "zsh", "fish")
PATIENCE = 20.0  # seconds, for a machine that does much else


def script(shell: str) -> str:
    return subprocess.run([str(PROGRAM), "completion", shell], capture_output=True, text=True, check=True).stdout


def run(command: list[str], folder: Path) -> list[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def offers_of_bash(line: str, folder: Path) -> list[str]:
    """Splits the line as readline does, at spaces and '=', and calls what `complete` was told."""
    words = line.replace("=", " = ").split(" ")
    words = [word for i, word in enumerate(words) if word or i == len(words) - 1]
    quoted = " ".join(f"'{word}'" for word in words)
    asking = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _portcullis; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    command = ["bash", "--norc", "--noprofile", "-uc", f'source "$0"; {asking}', str(folder / "script.bash")]
    return [word for word in run(command, folder) if word]


def offers_of_fish(line: str, folder: Path) -> list[str]:
    """fish answers such questions itself; a description follows a tab."""
    asking = f"source script.fish; complete -C '{line}'"
    offers = [each.split("\t")[0] for each in run(["fish", "--no-config", "-c", asking], folder)]
    before = line.split(" ")[-1].split("=")[0] + "="
    return [each[len(before):] if each.startswith(before) else each for each in offers]


ZSH_START = """
PS1='' PS2='' RPS1=''; unset zle_bracketed_paste; cd {folder}
autoload -Uz compinit && compinit -u -D
compadd() {{
  local -a hits
  [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\\ * ]] || {{ builtin compadd -A hits "$@"; print -rl -- $hits >>{folder}/offers }}
  builtin compadd "$@"
}}
source script.zsh
zle-line-init() {{ print >{folder}/ready }}
zle -N zle-line-init
"""


class Zsh:
    """zsh completes only on a terminal: it gets one, the line is typed there, and compadd notes what is offered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = {"PATH": os.environ["PATH"], "TERM": "vt100", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], environment)
        self.type(f"source {self.folder}/start.zsh\n")

    def type(self, keys: str) -> None:
        """Types, and reads what comes back until zsh waits for the next line: what is typed sooner the terminal
        would take for itself."""
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        os.write(self.terminal, keys.encode())
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            assert time.monotonic() < deadline, f"zsh does not answer to {keys!r}"
            if select.select([self.terminal], [], [], 0.05)[0]:
                os.read(self.terminal, 65536)

    def offers(self, line: str) -> list[str]:
        offers = self.folder / "offers"
        offers.write_text("")
        # Control-U takes the line away again.
        self.type(f"{line}\t\x15:\n")
        return [each for each in offers.read_text().splitlines() if each]

    def end(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


class Completion(unittest.TestCase):
    folder: Path
    zsh: Zsh

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        for shell in SHELLS:
            (cls.folder / f"script.{shell}").write_text(script(shell))
        (cls.folder / "start.zsh").write_text(ZSH_START.format(folder=cls.folder))
        (cls.folder / "policies").mkdir()
        (cls.folder / "pods.yaml").touch()
        cls.zsh = Zsh(cls.folder)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.zsh.end()

    def offers(self, shell: str, line: str) -> set[str]:
        ask: dict[str, Callable[[], list[str]]] = {
            "bash": lambda: offers_of_bash(line, self.folder),
            "fish": lambda: offers_of_fish(line, self.folder),
            "zsh": lambda: self.zsh.offers(line),
        }
        return {each.rstrip("/") for each in ask[shell]()}

    def check(self, line: str, *expected: str) -> None:
        for shell in SHELLS:
            with self.subTest(shell=shell, line=line):
                self.assertEqual(self.offers(shell, line), set(expected))

    def check_some(self, line: str, *expected: str) -> None:
        for shell in SHELLS:
            with self.subTest(shell=shell, line=line):
                self.assertLessEqual(set(expected), self.offers(shell, line))

    def test_commands(self) -> None:
        self.check("portcullis cle", "cleanup")
        self.check_some("portcullis ", "run", "render", "cleanup", "completion", "man", "version")

    def test_options(self) -> None:
        self.check("portcullis run --log-", "--log-format", "--log-level")
        self.check_some("portcullis cleanup --", "--stay", "--ct-mark-mask", "--help")

    def test_values_to_choose_from(self) -> None:
        self.check("portcullis run --log-format ", "text", "json")
        self.check("portcullis run --log-level de", "debug")

    def test_values_behind_an_equals_sign(self) -> None:
        self.check("portcullis run --log-level=", "debug", "info", "warning", "error")
        self.check("portcullis run --log-format=j", "json")

    def test_values_that_only_the_person_knows(self) -> None:
        self.check("portcullis run --node-name ")

    def test_arguments_to_choose_from(self) -> None:
        self.check("portcullis completion ", "bash", "zsh", "fish")

    def test_files(self) -> None:
        self.check("portcullis render -f po", "policies", "pods.yaml")
        self.check("portcullis render --filename po", "policies", "pods.yaml")

    def test_no_files_where_none_are_wanted(self) -> None:
        self.check("portcullis version po")

    def test_an_options_value_is_no_command(self) -> None:
        self.check("portcullis run --node-name render --log-f", "--log-format")

    def test_after_other_options(self) -> None:
        self.check("portcullis run --log-level=debug --node-name n --log-format ", "text", "json")
        self.check("portcullis render -f a -f po", "policies", "pods.yaml")

    def test_the_scripts_are_read_without_a_word(self) -> None:
        for shell, check in (("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")):
            with self.subTest(shell):
                self.assertEqual(run([shell, check, str(self.folder / f"script.{shell}")], self.folder), [])


if __name__ == "__main__":
    missing = [shell for shell in SHELLS if not shutil.which(shell)]
    if missing:
        print(f"skipped: {', '.join(missing)} is not installed; tools/install-deps.sh people")
        sys.exit(77)
    unittest.main()
