# SPDX-License-Identifier: Apache-2.0
"""The manual page as the linters of two implementations see it: without a word, of style either.

    man_lint_test.py PORTCULLIS
"""
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

PROGRAM = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else Path("portcullis")
LINTERS = {
    "mandoc": ["mandoc", "-T", "lint"],
    "man": ["man", "--warnings", "--local-file", "-Tutf8", "-"],
}


class Lint(unittest.TestCase):
    def test_each_linter_is_content(self) -> None:
        page = subprocess.run([str(PROGRAM), "man"], capture_output=True, text=True, check=True).stdout
        for name, command in LINTERS.items():
            with self.subTest(name):
                done = subprocess.run(command, input=page, capture_output=True, text=True, check=False)
                self.assertEqual(done.stderr, "")
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    missing = [name for name in LINTERS if not shutil.which(name)]
    if missing:
        print(f"skipped: {', '.join(missing)} is not installed; tools/install-deps.sh people")
        sys.exit(77)
    unittest.main()
