"""What is legal in a taxonomy but may surprise: what a cloud loses of it, types nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tagguard.selectors import Selector, unknown_types
from tagguard.taxonomy import clouds
from tagguard.taxonomy.document import RequiredWhen, TaxonomyRecord
from tagguard.taxonomy.standard import Taxonomy


def notes(taxonomy: Taxonomy) -> Iterator[str]:
    """Name what does not apply on a cloud or loses its meaning there, and types nobody knows."""
    values = {key.name: key.values for key in taxonomy.keys.values() if key.values is not None}
    yield from clouds.notes(taxonomy.record, values)
    for name, near in sorted(unknown_types(_types(_selectors(taxonomy.record))).items()):
        yield f"the catalog knows no resource type `{name}`{near}"


def _selectors(record: TaxonomyRecord) -> Iterator[Selector]:
    yield from (*record.scope.include, *record.scope.exclude)
    for key in record.keys.values():
        if key is not None and isinstance(key.required, RequiredWhen):
            when = key.required.when
            yield from [when] if isinstance(when, Selector) else when


def _types(selectors: Iterable[Selector]) -> Iterator[str]:
    for selector in selectors:
        yield from selector.types
        inner = selector.not_
        yield from _types([inner] if isinstance(inner, Selector) else inner or ())
