"""Write the files that are printed from the code, or, with --check, say which of them are stale.

Each target is what one command prints; there is no other way to make it. (`frames.gen.ts` follows from
`schema.json` and is written and checked by `npm run gen`.)
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS: dict[str, list[str]] = {
    "docs/kpis.md": ["-m", "antiphon.metrics.docs"],
    "docs/lifecycle.md": ["-m", "antiphon.domain.lifecycle"],
    "docs/openapi.json": ["-m", "antiphon", "openapi"],
    "docs/parity.md": ["-m", "tests.bots.parity"],
    "docs/protocol.md": ["-m", "antiphon.gateway.docs"],
    "widget/src/protocol/schema.json": ["-m", "antiphon.gateway.frames"],
}


def printed(command: list[str]) -> str:
    ran = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(f"python {' '.join(command)} failed:\n{ran.stderr}")
    return ran.stdout


def stale(target: str, text: str) -> bool:
    path = ROOT / target
    return not path.exists() or path.read_text() != text


def main(check: bool) -> int:
    found = {target: text for target, command in TARGETS.items() if stale(target, text := printed(command))}
    for target, text in found.items():
        if check:
            print(f"{target} is not what the code says: run `make docs` and commit it")
        else:
            (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / target).write_text(text)
            print(f"wrote {target}")
    return int(check and bool(found))


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
