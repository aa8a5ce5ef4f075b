"""Whole decision files at random, for what has to come back as it was."""

from typing import Any

from hypothesis import strategies as st

from rules.definitions import (
    Aggregation,
    Binding,
    BoxedContext,
    ContextEntry,
    Decision,
    DecisionTable,
    Definitions,
    HitPolicy,
    InputClause,
    InputData,
    Invocation,
    ItemDefinition,
    KnowledgeModel,
    OutputClause,
    Parameter,
    Rule,
)

_PROSE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("=+-@'\"_x000D_&<>"), max_size=12
)
LINES = st.lists(_PROSE, max_size=2).map("\n".join).map(str.strip)
LINE = _PROSE.map(lambda text: " ".join(text.split()))
NAMES = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True).filter(
    lambda name: name not in ("if", "then", "else", "and", "or", "in", "between", "true", "false", "null", "not")
)
NUMBERS = st.decimals(-99_999, 99_999, places=2, allow_nan=False).map(lambda number: f"{number:f}") | st.integers(
    -10, 10
).map(str)
DAYS = st.dates().filter(lambda day: day.year >= 1000).map(lambda day: f'date("{day}")')
TEXTS = ("goods", "it", "not_required", "not required", "a, b", "-", "none", "yes", "5000", "no_order")


def _quoted(text: str) -> str:
    return f'"{text}"'


_LITERALS = {
    "number": NUMBERS,
    "date": DAYS,
    "boolean": st.sampled_from(["true", "false"]),
    "string": st.sampled_from(TEXTS).map(_quoted),
    "": NUMBERS | st.sampled_from(TEXTS).map(_quoted),
}
_FREE = st.sampled_from(["? > 1", "null", "amount", "amount * 2", 'feel: "x"', "/* why */ 5", "> ", "100,200", "1.125"])


@st.composite
def _condition(draw: st.DrawFn, kind: str) -> str:
    form = draw(st.sampled_from(["dash", "free", "several", "not"]))
    if form == "dash":
        return draw(st.sampled_from(["-", ""]))
    if form == "free":
        return draw(_FREE)
    tests = draw(st.sampled_from([", ", ","])).join(draw(_test(kind)) for _ in range(draw(st.integers(1, 3))))
    return f"not({tests})" if form == "not" else tests


@st.composite
def _test(draw: st.DrawFn, kind: str) -> str:
    literal, sign = draw(_LITERALS[kind]), draw(st.sampled_from(["", "< ", "<= ", "> ", "!= ", "= ", "[", "("]))
    if sign in ("[", "("):
        return f"{sign}{literal}..{draw(_LITERALS[kind])}{draw(st.sampled_from('])['))}"
    return f"{sign}{literal}"


@st.composite
def _result(draw: st.DrawFn, kind: str, is_list: bool) -> str:
    literals = _LITERALS[kind]
    if is_list:
        return draw(st.lists(literals, max_size=3).map(lambda items: f"[{', '.join(items)}]") | _FREE)
    return draw(st.one_of(literals, _FREE, st.just("")))


@st.composite
def _table(draw: st.DrawFn) -> DecisionTable:
    kinds = draw(st.lists(st.sampled_from([*_LITERALS]), min_size=1, max_size=3))
    results = draw(st.lists(st.tuples(st.sampled_from([*_LITERALS]), st.booleans()), min_size=1, max_size=2))
    allowed = st.sampled_from(["", ", ".join(map(_quoted, TEXTS)), '"unlimited", >= 0'])
    notes = draw(st.lists(LINE, max_size=2))
    ids = draw(st.lists(NAMES, max_size=4, unique=True))
    inputs = tuple(
        InputClause(label=draw(LINE), expression=draw(NAMES), type_ref=kind, allowed_values=draw(allowed))
        for kind in kinds
    )
    outputs = tuple(
        OutputClause(
            name=f"result_{place}",
            label=draw(LINE),
            type_ref="tList" if is_list else kind,
            allowed_values="" if is_list else draw(allowed),
            default=draw(st.none() | _result(kind, is_list).map(str.strip)),
        )
        for place, (kind, is_list) in enumerate(results)
    )
    rules = tuple(
        Rule(
            id=id_,
            inputs=tuple(draw(_condition(kind)).strip() for kind in kinds),
            outputs=tuple(draw(_result("string" if is_list else kind, is_list)).strip() for kind, is_list in results),
            annotations=tuple(draw(st.lists(LINES, max_size=2))),
            description=draw(LINES),
        )
        for id_ in ids
    )
    policy = draw(st.sampled_from(HitPolicy))
    aggregation = draw(st.sampled_from(Aggregation)) if policy is HitPolicy.COLLECT else None
    return DecisionTable(
        hit_policy=policy,
        aggregation=aggregation,
        inputs=inputs,
        outputs=outputs,
        annotations=tuple(notes),
        rules=rules,
    )


@st.composite
def _logic(draw: st.DrawFn, boxes: int = 2) -> dict[str, Any]:
    """The fields of what may stand in a box."""
    kind = draw(st.sampled_from(["expression", "table", "invocation", "context"][: 4 if boxes else 2]))
    if kind == "expression":
        return {"expression": draw(st.sampled_from(["amount + 1", "fee(amount)", "fee(rate: 2, of: amount)", ""]))}
    if kind == "table":
        return {"table": draw(_table())}
    names = draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    parts = [draw(_logic(boxes - 1)) for _ in names]
    if kind == "invocation":
        bindings = tuple(Binding(parameter=name, **part) for name, part in zip(names, parts, strict=True))
        return {"invocation": Invocation(knowledge=draw(NAMES), bindings=bindings)}
    entries = [ContextEntry(name=name, type_ref="number", **part) for name, part in zip(names, parts, strict=True)]
    if draw(st.booleans()):
        entries.append(ContextEntry(**draw(_logic(boxes - 1))))
    return {"context": BoxedContext(entries=tuple(entries))}


@st.composite
def _knowledge(draw: st.DrawFn) -> tuple[KnowledgeModel, ...]:
    names = draw(st.lists(NAMES.map("model_{}".format), max_size=2, unique=True))
    return tuple(
        KnowledgeModel(
            id=f"id_{name}",
            name=name,
            description=draw(LINES),
            type_ref=draw(st.sampled_from(["", "number", "tParts"])),
            parameters=tuple(
                Parameter(name=each, type_ref="number") for each in draw(st.lists(NAMES, max_size=2, unique=True))
            ),
            required_knowledge=tuple(f"id_{other}" for other in names[:place]),
            **draw(_logic()),
        )
        for place, name in enumerate(names)
    )


@st.composite
def definitions(draw: st.DrawFn) -> Definitions:
    """Not always sound: the cells of a draft need not be. Everything a reader would change is left out."""
    names = draw(st.lists(NAMES.map("decision_{}".format), min_size=1, max_size=2, unique=True))
    inputs = draw(st.lists(NAMES.map("input_{}".format), max_size=3, unique=True))
    knowledge = draw(_knowledge())
    decisions = tuple(
        Decision(
            id=f"id_{name}",
            name=name,
            description=draw(LINES),
            required_knowledge=tuple(model.id for model in knowledge),
            **logic,
            required_inputs=tuple(f"id_{data}" for data in inputs),
            required_decisions=tuple(f"id_{other}" for other in names[:place]),
        )
        for place, name in enumerate(names)
        for logic in [{"table": draw(_table())} if place == 0 else draw(_logic())]
    )
    items = (
        ItemDefinition(name="tList", type_ref="string", is_collection=True, allowed_values='"goods","no_order"'),
        ItemDefinition(name="tParts", components=(ItemDefinition(name="part", type_ref="number"),)),
    )
    return Definitions(
        name=draw(LINE),
        namespace="urn:test",
        description=draw(LINES),
        items=items,
        inputs=tuple(
            InputData(id=f"id_{data}", name=data, type_ref="number", description=draw(LINES)) for data in inputs
        ),
        decisions=decisions,
        knowledge=knowledge,
    )
