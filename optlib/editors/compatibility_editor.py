"""The editor of the compatibility rules: choices that need, or rule out, a choice in another domain."""

from __future__ import annotations

from html import escape
from typing import Any

from ..catalogue import load_catalogue
from ..decisions import candidate_name, clashes
from ..model import Compatibility, Workbook
from ..words import listed
from ..workbook_file import WorkbookFile
from .field import Typed
from .fields import dropdown, title
from .form import Form
from .rows import RowKind, rows
from .status import html
from .tree import updated

_NAMES = ("when", "requires", "excludes")
_WHAT = "What a rule names is a candidate of a domain. A rule that the choices break is listed under what is open."


def compatibility_editor(file: WorkbookFile) -> Any:
    """Edit which choice requires or excludes which other, and see which rules the choices break."""
    form = Form(file)
    menus: list[Any] = []

    def controls(name: str) -> Typed:
        labels = (
            f"{name.capitalize()}: when this is chosen",
            f"{name.capitalize()} requires",
            f"{name.capitalize()} excludes",
        )
        fresh = tuple(dropdown(label, _choices(form.session.workbook)) for label in labels)
        menus.extend(fresh)
        return fresh

    form.follow(lambda workbook: _offer(menus, workbook))
    heads = ("When this is chosen", "it requires", "it excludes")
    kind = RowKind("rule", ("compatibility",), heads, controls, _show, _read, says=_sentence)
    return form.box(title("Choices that go together, or don't"), html(_WHAT, "optlib-hint"), rows(form, kind))


def _offer(menus: list[Any], workbook: Workbook) -> None:
    """Offer the candidates that there are now, keeping what is chosen."""
    options = _choices(workbook)
    for menu in menus:
        named = [*options, (menu.value, menu.value)] if menu.value not in [key for _, key in options] else options
        if list(menu.options) != named:
            kept = menu.value
            menu.options = named
            menu.value = kept


def _choices(workbook: Workbook) -> list[tuple[str, str]]:
    domains = load_catalogue().domains_of(workbook)
    choices = [
        (f"{candidate_name(workbook, domain_id, key)} · {domains[domain_id].name}", f"{domain_id}.{key}")
        for domain_id, options in workbook.options.items()
        for key in options.candidates
    ]
    return [("–", ""), *choices]


def _show(rule: Compatibility | None) -> Typed:
    return tuple(getattr(rule, name) for name in _NAMES) if rule else ("", "", "")


def _read(typed: Typed, former: Compatibility | None) -> Compatibility:
    when, requires, excludes = typed
    if not when:
        raise ValueError("choose first when it holds")
    if not requires and not excludes:
        raise ValueError("choose what it requires or excludes")
    rule: Compatibility = updated(former, Compatibility, when=when, requires=requires, excludes=excludes)
    return rule


def _sentence(workbook: Workbook, index: int) -> str:
    """What a rule says, in words, and whether the choices break it."""
    rule = workbook.compatibility[index]
    asks = [f"{_name(workbook, rule.requires)} has to be chosen too"] if rule.requires else []
    asks += [f"{_name(workbook, rule.excludes)} can't be chosen"] if rule.excludes else []
    said = escape(f"When {_name(workbook, rule.when)} is chosen, {listed(asks)}.")
    is_broken = clashes(workbook.model_copy(update={"compatibility": (rule,)}))
    return f"<span class='optlib-badge optlib-fail'>broken now</span> {said}" if is_broken else said


def _name(workbook: Workbook, choice: str) -> str:
    domain_id, _, candidate_id = choice.partition(".")
    return candidate_name(workbook, domain_id, candidate_id)
