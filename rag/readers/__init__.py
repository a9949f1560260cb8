"""Question and passages to spans, and how sure of the first. The only importer of the reading network."""

from rag.readers.calibration import Calibration
from rag.readers.evidence import EvidenceReader

__all__ = ["Calibration", "EvidenceReader"]
