"""Business knowledge models, contexts and what asks them: what is refused, what it may cost, what is explained."""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from models.errors import BusinessError
from rules.dmn import read_definitions
from rules.engine import CompiledDecision
from tests.rules.tables import compiled, decision_xml

pytestmark = pytest.mark.behaviour("A1")


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def decision(logic: str, name: str = "decided") -> str:
    return f'<decision id="{name}" name="{name}">{logic}</decision>'


def given(name: str, kind: str) -> str:
    return f'<inputData id="i-{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def model(name: str, logic: str, *parameters: str) -> str:
    formal = "".join(
        f'<formalParameter name="{each.partition(":")[0]}" typeRef="{each.partition(":")[2]}"/>' for each in parameters
    )
    return (
        f'<businessKnowledgeModel id="m-{name}" name="{name}"><variable name="{name}"/>'
        f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic></businessKnowledgeModel>"
    )


def ask(name: str, **arguments: str) -> str:
    bindings = "".join(
        f'<binding><parameter name="{each}"/>{literal(text)}</binding>' for each, text in arguments.items()
    )
    return f"<invocation>{literal(name)}{bindings}</invocation>"


def context(*steps: tuple[str, str]) -> str:
    """Each step with its name, empty for the result, and its logic."""
    variables = [f'<variable name="{name}"/>' if name else "" for name, _ in steps]
    entries = zip(variables, (logic for _, logic in steps), strict=True)
    return f"<context>{''.join(f'<contextEntry>{each}{logic}</contextEntry>' for each, logic in entries)}</context>"


def number_type(name: str, allowed: str) -> str:
    values = f"<allowedValues><text>{allowed}</text></allowedValues>"
    return f'<itemDefinition name="{name}"><typeRef>number</typeRef>{values}</itemDefinition>'


def bands(column: str = "amount", policy: str = "UNIQUE") -> str:
    rows = (("small", "&lt; 100", '"clerk"'), ("large", ">= 100", '"controller"'), ("all", "< 0", '"nobody"'))
    return (
        f'<decisionTable hitPolicy="{policy}"><input label="Amount"><inputExpression typeRef="number"><text>{column}'
        "</text></inputExpression></input><output/>"
        + "".join(
            f'<rule id="{identity}"><inputEntry><text>{test.replace("< ", "&lt; ")}</text></inputEntry>'
            f"<outputEntry><text>{output}</text></outputEntry></rule>"
            for identity, test, output in rows
        )
        + "</decisionTable>"
    )


def ready(*body: str) -> CompiledDecision:
    return compiled(decision_xml(given("net", "number") + "".join(body)))


WHO = model("who", bands(), "amount:number")


def problems(*body: str) -> dict[str, str]:
    with pytest.raises(BusinessError) as caught:
        ready(*body)
    return {finding.field: finding.problem for finding in caught.value.findings}


@pytest.mark.parametrize(
    "logic", [ask("who", amount="net * 2"), literal("who(net * 2)"), literal("who(amount: net * 2)")]
)
def test_the_rows_that_matched_in_a_business_knowledge_model_are_explained(logic: str) -> None:
    evaluation = ready(decision(logic), WHO).evaluate({"net": 70})
    assert (evaluation.result, evaluation.matched) == ("controller", ("who.large",))
    assert evaluation.reasons == ("who: Amount is at least 100.",)
    assert [each.name for each in ready(decision(logic), WHO).inputs] == ["net"]


def test_a_decisions_own_rows_come_before_those_of_the_models_that_its_cells_ask() -> None:
    table = (
        '<decisionTable><input><inputExpression><text>net</text></inputExpression></input><output/><rule id="one">'
        "<inputEntry><text>-</text></inputEntry><outputEntry><text>who(net) + who(net + 100)</text></outputEntry>"
        "</rule></decisionTable>"
    )
    evaluation = ready(decision(table), WHO).evaluate({"net": 1})
    assert evaluation.matched == ("one", "who.small", "who.large")
    assert evaluation.result == "clerkcontroller"


def test_no_row_is_named_where_the_decisions_own_table_has_none() -> None:
    table = (
        "<decisionTable><input><inputExpression><text>who(net)</text></inputExpression></input><output/><rule>"
        '<inputEntry><text>"nobody"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>'
    )
    evaluation = ready(decision(table), WHO).evaluate({"net": 1})
    assert (evaluation.result, evaluation.matched, evaluation.reasons) == (None, (), ())


def test_the_rows_of_a_table_in_a_context_are_explained_by_its_step() -> None:
    evaluation = ready(decision(context(("role", bands("net"))))).evaluate({"net": 1})
    assert (evaluation.result, evaluation.matched) == ({"role": "clerk"}, ("decided.role.small",))


def test_rows_behind_a_required_decision_are_not_those_of_the_decision_itself() -> None:
    first = decision(ask("who", amount="net"), "first")
    assert ready(decision(literal("first")), first, WHO).evaluate({"net": 1}).matched == ()


def test_a_model_speaks_of_nothing_but_its_parameters() -> None:
    assert (
        "speaks of 'net'"
        in problems(decision(literal("double(1)")), model("double", literal("n + net"), "n:number"))["double"]
    )


def test_models_that_ask_themselves_are_refused() -> None:
    found = problems(
        decision(literal("a(net)")),
        model("a", literal("if n > 0 then b(n - 1) else 0"), "n:number"),
        model("b", ask("a", n="n"), "n:number"),
    )
    assert found == {"a": "asks itself or too many others: a -> b -> a; write it without recursion"}


@pytest.mark.parametrize(
    ("logic", "said"),
    [
        (ask("whom", amount="1"), "invokes 'whom', which is no business knowledge model of the file; it has 'who'"),
        (ask("who", sum="1"), "gives 'who' 'sum'; it takes 'amount'"),
        (ask("who"), "gives 'who' nothing; it takes 'amount'"),
        (literal("who()"), "gives 'who' 0 arguments; 'who' takes 'amount'"),
        (literal("who(sum: 1)"), "gives 'who' the argument 'sum'; 'who' takes 'amount', each once"),
        (literal("whom(1)"), "calls 'whom', which is no function of tables"),
        (
            literal("who"),
            "speaks of 'who', which is no input or decision here; write \"who\" in quotes if it is a text",
        ),
        ("<relation/>", "is made with a boxed relation, which is not supported; use a decision table"),
    ],
)
def test_a_model_that_is_asked_wrongly_is_refused_by_place(logic: str, said: str) -> None:
    assert problems(decision(logic), WHO) == {"decided": said}


@pytest.mark.parametrize(
    ("body", "place", "said"),
    [
        (model("floor", literal("n"), "n:number"), "floor", "has the name of a function of FEEL; give it another"),
        (model("floor", "<functionDefinition/>", "n:number"), "floor", "is made with a boxed functionDefinition"),
        (model("who", "", "n:number"), "who", "has no decision table and no expression"),
        (model("who", literal("n"), "n:tMoney"), "who.n", "has the type 'tMoney', which is neither"),
    ],
)
def test_a_model_that_cannot_run_is_refused_by_name(body: str, place: str, said: str) -> None:
    name = "floor" if 'name="floor"' in body else "who"
    found = problems(decision(ask(name, n="1")), body)
    assert found[place].startswith(said)


def test_functions_in_other_languages_are_refused() -> None:
    java = model("who", literal("n"), "n:number").replace("<encapsulatedLogic>", '<encapsulatedLogic kind="Java">')
    assert problems(decision(ask("who", n="1")), java)["who"].startswith("is made with a function in Java")


def test_a_model_that_nobody_asks_keeps_nothing_from_running() -> None:
    assert ready(decision(literal("net")), model("odd", "<relation/>")).evaluate({"net": 1}).result == Decimal(1)


def test_an_argument_of_another_kind_is_refused_with_its_place() -> None:
    with pytest.raises(BusinessError) as caught:
        ready(decision(ask("who", amount='"much"')), WHO).evaluate({"net": 1})
    assert caught.value.code == "rules.bad_input"
    assert str(caught.value.findings[0]) == "who.amount: is given a string; a number is expected"


def test_an_argument_that_is_not_allowed_is_refused_and_null_is_not() -> None:
    kind = number_type("tScore", "[0..99]")
    decided = ready(kind, decision(ask("grade", n="net / 0 + 0 * net")), model("grade", literal("n"), "n:tScore"))
    assert decided.evaluate({"net": 1}).result is None
    with pytest.raises(BusinessError, match="which is not allowed; expected is"):
        ready(kind, decision(ask("grade", n="net")), model("grade", literal("n"), "n:tScore")).evaluate({"net": 100})


def test_a_null_is_taken_where_the_allowed_values_name_it_and_nowhere_else() -> None:
    kinds = number_type("tScore", "[0..99], null") + number_type("tRank", "[0..99]")
    body = given("score", "tScore") + given("rank", "tRank") + decision(literal("if score = null then rank else score"))
    decided = compiled(decision_xml(kinds + body))
    assert decided.evaluate({"score": None, "rank": 7}).result == Decimal(7)
    for wrong in ({"score": 1, "rank": None}, {"rank": 1}):
        with pytest.raises(BusinessError, match=r"rank: is null|score: is missing"):
            decided.evaluate(wrong)


def called_twice(name: str) -> str:
    return literal(f"{name}(n) + {name}(n)")


def asked_twice(name: str) -> str:
    return context(("x", ask(name, n="n")), ("", ask(name, n="n + x")))


@pytest.mark.parametrize("ask_again", [called_twice, asked_twice])
def test_models_that_ask_others_twice_and_twice_again_meet_the_budget(ask_again: Callable[[str], str]) -> None:
    chain = [model(f"m{level}", ask_again(f"m{level - 1}"), "n:number") for level in range(1, 40)]
    decided = ready(decision(literal("m39(net)")), model("m0", literal("n"), "n:number"), *chain)
    before = time.process_time()
    with pytest.raises(BusinessError) as caught:
        decided.evaluate({"net": 1})
    assert caught.value.code == "rules.too_large"
    assert time.process_time() - before < 1


@pytest.mark.parametrize("around", ["-" * 55 + "{}", "[" * 50 + "{}" + "]" * 50])
def test_models_that_ask_others_from_deep_inside_an_expression_meet_the_budget(around: str) -> None:
    chain = [model(f"m{level}", literal(around.format(f"m{level - 1}(n)")), "n:number") for level in range(1, 45)]
    decided = ready(decision(literal("m44(net)")), model("m0", literal("n"), "n:number"), *chain)
    with pytest.raises(BusinessError) as caught:
        decided.evaluate({"net": 1})
    assert caught.value.code == "rules.too_large"


def test_a_chain_of_too_many_models_is_refused() -> None:
    chain = [model(f"m{level}", literal(f"m{level - 1}(n)"), "n:number") for level in range(1, 60)]
    found = problems(decision(literal("m59(net)")), model("m0", literal("n"), "n:number"), *chain)
    assert any("too many others" in problem for problem in found.values())


def test_the_version_follows_the_models_that_take_part_and_no_others() -> None:
    body = decision(ask("who", amount="net"))
    version = ready(body, WHO).version
    assert ready(body, WHO, model("other", literal("1"))).version == version
    assert ready(body, WHO.replace("100", "101")).version != version
    assert ready(body, WHO.replace('name="amount" typeRef="number"', 'name="amount"')).version != version
    assert ready(decision(ask("who", amount="net + 0")), WHO).version != version


@pytest.mark.parametrize(
    ("logic", "said"),
    [
        ("<context/>", "has no entry"),
        (context(("", literal("1")), ("", literal("2"))), "without a name"),
        (context(("a", literal("1")), ("a", literal("2"))), "'a' more than once"),
        (literal("1") + "<context/>", "more than one kind of logic"),
        ("<invocation/>", "invokes nothing"),
        ("<context><contextEntry>" * 30 + literal("1") + "</contextEntry></context>" * 30, "more than 20 levels deep"),
    ],
)
def test_boxes_that_do_not_hold_together_are_refused_by_place(logic: str, said: str) -> None:
    with pytest.raises(BusinessError, match=said) as caught:
        read_definitions(decision_xml(decision(logic)))
    assert all(finding.field.startswith("decided") for finding in caught.value.findings)


def test_a_step_may_use_those_before_it_and_not_those_after() -> None:
    logic = context(("a", literal("b")), ("b", literal("1")))
    assert problems(decision(logic))["decided.a"].startswith("speaks of 'b'")


def test_a_step_hides_an_input_of_the_same_name() -> None:
    logic = context(("net", literal("net * 2")), ("", literal("net + 1")))
    assert ready(decision(logic)).evaluate({"net": 3}).result == Decimal(7)
