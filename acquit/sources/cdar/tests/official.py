"""The official XSD and Schematron of the life cycle (FNFE-MPE), which lie outside this repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

RULES = Path(__file__).parents[4].parent / "shared" / "data" / "einvoice" / "fnfe_cdar_xsd_schematron"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def faults(content: bytes) -> list[str]:
    """Return all that the XSD and the Schematron find wrong; skip the test where they are absent."""
    if not RULES.is_dir():
        pytest.skip("the official XSD and Schematron of the life cycle lie outside this repository")
    schema, transform, processor = _official()
    document = etree.fromstring(content)
    found = [] if schema.validate(document) else [str(error) for error in schema.error_log]
    report = transform.transform_to_string(xdm_node=processor.parse_xml(xml_text=content.decode("utf-8-sig")))
    failed = etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
    return found + [f"{one.get('id')}: {' '.join(''.join(one.itertext()).split())[:200]}" for one in failed]


@cache
def _official() -> tuple[etree.XMLSchema, Any, Any]:
    saxonche = pytest.importorskip("saxonche", reason="saxonche runs the official Schematron")
    schema = etree.XMLSchema(
        etree.parse(RULES / "1xsd-CDAR_D22B_uncoupled" / "CrossDomainAcknowledgementAndResponse_100pD22B.xsd")
    )
    processor = saxonche.PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    transform = compiler.compile_stylesheet(
        stylesheet_file=str(RULES / "2xslt" / "BR-FR-CDV-Schematron-CDAR.xslt")
    )
    return schema, transform, processor
