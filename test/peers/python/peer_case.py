"""Tells the harness what became of each case: one line of JSON after a marker, on standard output."""

import contextlib
import json
import traceback

MARKER = "::peer-case:: "


def report(verdict: str, name: str, detail: str = "") -> None:
    print(MARKER + json.dumps({"verdict": verdict, "name": name, "detail": detail}), flush=True)


class Detail:
    text = ""


@contextlib.contextmanager
def case(name: str):
    """One case: ok when the body ends, FAILED with the error otherwise; `detail.text` is shown with an ok."""
    detail = Detail()
    try:
        yield detail
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        cause = f"; cause: {error.__cause__!r}" if error.__cause__ else ""
        line = " ".join(f"{type(error).__name__}: {error}{cause}".split())
        report("FAILED", name, f"{line[:500]} ({where.name}, line {where.lineno})")
    else:
        report("ok", name, detail.text)


def equal(found, wanted, what: str) -> None:
    if found != wanted:
        raise AssertionError(f"{what}: expected {wanted!r}, found {found!r}")


@contextlib.contextmanager
def refused(*words: str):
    """The body must be refused with a message that contains every word."""
    try:
        yield
    except Exception as error:
        text = str(error)
        missing = [word for word in words if word not in text]
        if missing:
            raise AssertionError(f"refused, but {missing} is not in: {text}") from error
    else:
        raise AssertionError(f"not refused; expected {list(words)}")
