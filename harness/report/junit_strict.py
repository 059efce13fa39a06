"""junit-strict.xml: junit.xml without what the XSD of Jenkins' xUnit plugin (junit-10.xsd) does not allow.

Most readers want `file` and the properties of each test case; that one refuses the whole file for them.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

from harness.report import junit
from harness.results import archive
from harness.results.outcome import Run

FILE = "junit-strict.xml"
_OF_CASE = ("name", "classname", "time")
_OF_ALL = ("name", "time", "tests", "failures", "errors")


def write(run: Run, folder: Path) -> Path:
    """Write `junit-strict.xml` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / FILE, junit.encoded(render(run)))


def render(run: Run) -> Xml.Element:
    """The document, with all test cases and results of `junit.xml`."""
    root = junit.document(run)
    _keep(root, _OF_ALL)
    for case in root.iter("testcase"):
        _keep(case, _OF_CASE)
        for properties in case.findall("properties"):
            case.remove(properties)
    return root


def _keep(element: Xml.Element, names: tuple[str, ...]) -> None:
    for name in set(element.attrib) - set(names):
        del element.attrib[name]
