"""Treaties and directives, assessments by others, published figures, claims, terms, texts read, second codings, the build."""

from __future__ import annotations

from typing import Any

from ..common import ON as IN_FORCE
from ..common import Rows, build_info, rows_of
from ..pages import literature, treaties
from .contract import Asked, Column, Endpoint, NotFound, Parameter
from .jurisdictions import SOURCE

INSTRUMENT = (
    Column("id", "string", "Id of the instrument."),
    Column("title", "string", "Full title."),
    Column("short_title", "string", "Usual name."),
    Column("kind", "string", "treaty or directive."),
    Column("adopted", "day", "Day of adoption."),
    Column("in_force", "day", "Day of its entry into force.", nullable=True),
    Column("transposed_by", "day", "Last day to make a directive national law; null for a treaty.", nullable=True),
    Column("complete_to", "day", "Day to which the list of parties that was read is complete; null: it is not.", nullable=True),
    Column("status_note", "string", "What is known of the list of parties."),
    Column("parties", "integer", "Parties on the day."),
    Column("unknown", "integer", "States whose relation to it on the day is not known."),
)
PROVISION = (
    Column("article", "string", "Article."),
    Column("says", "string", "What it says on our questions, in our words."),
)
RELATION = (
    Column("instrument", "string", "Id of the instrument."),
    Column("jurisdiction", "string", "Code."),
    Column("name", "string", "Name."),
    Column("state", "string", "party, not a party, or unknown: no list that was read reaches the day."),
    Column("signed", "day", "Day of signature.", nullable=True),
    Column("act", "string", "ratification, accession and the like; empty where there is none."),
    Column("deposited", "day", "Day of the deposit; see deposited_precision.", nullable=True),
    Column("deposited_precision", "string", "day, month, year or by; empty without a day."),
    Column("in_force", "day", "Day from which it is bound.", nullable=True),
    Column("in_force_stated", "boolean", "Whether the list states that day; else it is computed from the final clauses."),
    Column("denounced", "day", "Day of withdrawal.", nullable=True),
    Column("territories", "string", "Territories it is extended to or kept from."),
    Column("note", "string", "Declarations and doubts."),
    Column("source", "string", "The list that shows it."),
)


async def instruments(database: Any, asked: Asked) -> Rows:
    return await treaties.instruments(database, asked.on)


async def instrument(database: Any, asked: Asked) -> dict[str, Any]:
    known = {row["id"]: row for row in await instruments(database, asked)}
    id = asked["id"]
    if id not in known:
        raise NotFound("instrument", id, known)
    one = await treaties.instrument(database, id, asked.on)
    states = await ratifications(database, Asked(asked.on, asked.on_given, {"instrument": [id]}))
    return {**known[id], "provisions": one["provisions"], "states": states}


async def ratifications(database: Any, asked: Asked) -> Rows:
    """Every state's relation to every instrument on the day."""
    codes, ids = asked["jurisdiction"] or [], asked["instrument"] or []
    rows = await rows_of(
        database,
        f"""
        SELECT treaty_status.instrument, treaty_status.jurisdiction, jurisdictions.name, treaty_status.state, ratifications.signed,
               coalesce(ratifications.act, '') AS act, ratifications.deposited, coalesce(ratifications.deposited_precision, '') AS deposited_precision,
               ratifications.in_force, coalesce(ratifications.in_force_stated, 0) AS in_force_stated, ratifications.denounced,
               coalesce(ratifications.territories, '') AS territories, coalesce(ratifications.note, '') AS note, coalesce(sources.title, '') AS source
          FROM treaty_status
          JOIN jurisdictions ON jurisdictions.code = treaty_status.jurisdiction
          LEFT JOIN ratifications ON ratifications.instrument = treaty_status.instrument AND ratifications.jurisdiction = treaty_status.jurisdiction
          LEFT JOIN sources ON sources.id = treaty_status.source
         WHERE {IN_FORCE.format(table="treaty_status")} AND (:state IS NULL OR treaty_status.state = :state)
         ORDER BY treaty_status.instrument, treaty_status.jurisdiction
        """,
        on=asked.on,
        state=asked["state"],
    )
    return [row for row in rows if (not codes or row["jurisdiction"] in codes) and (not ids or row["instrument"] in ids)]


ASSESSED = (
    Column("assessment", "string", "Id of the assessment."),
    Column("title", "string", "Its title."),
    Column("publisher", "string", "Who made it; it is not a finding of Regimes."),
    Column("jurisdiction", "string", "Code."),
    Column("year", "integer", "Year of publication."),
    Column("value", "string", "Id of what it says."),
    Column("label", "string", "What it says."),
    Column("source", "string", "The text that shows it."),
)


async def assessments(database: Any, asked: Asked) -> Rows:
    codes = asked["jurisdiction"] or []
    rows = await rows_of(
        database,
        """
        SELECT assessments.id AS assessment, assessments.title, assessments.publisher, external_assessments.jurisdiction, year, value,
               assessment_values.label, sources.title AS source
          FROM external_assessments
          JOIN assessments ON assessments.id = external_assessments.assessment
          JOIN assessment_values USING (assessment, value)
          JOIN sources ON sources.id = external_assessments.source
         WHERE :year IS NULL OR year = :year
         ORDER BY assessments.id, external_assessments.jurisdiction, year
        """,
        year=asked["year"],
    )
    return [row for row in rows if not codes or row["jurisdiction"] in codes]


CITED = (
    Column("title", "string", "The text."),
    Column("pinpoint", "string", "Page or paragraph."),
    Column("url", "string", "Its address, where the record names one."),
)
ESTIMATE = (
    Column("id", "string", "Id of the estimate."),
    Column("title", "string", "Its title."),
    Column("publisher", "string", "Who published it."),
    Column("published", "day", "When: a day, month or year."),
    Column("reference_period", "string", "The time it is about."),
    Column("counted", "string", "What was counted."),
    Column(
        "figures",
        "array",
        "Its figures.",
        columns=(
            Column("measure", "string", "What the figure measures."),
            Column("persons", "integer", "Number of persons.", nullable=True),
            Column("share", "number", "A share.", nullable=True),
            Column("low", "number", "Lower end of its range.", nullable=True),
            Column("high", "number", "Upper end of its range.", nullable=True),
            Column("note", "string", "What a reader must know."),
        ),
    ),
    Column("limits", "string", "What limits it."),
    Column("citations", "array", "What it rests on.", columns=CITED),
)
CLAIM = (
    Column("id", "string", "Id of the claim."),
    Column("claim", "string", "The claim as it is made."),
    Column("said_by", "string", "Who makes it."),
    Column("side", "string", "against_sex_work, for_sex_work or neutral."),
    Column("found", "string", "What the sources say."),
    Column("population", "string", "Whom the figure is about."),
    Column("verdict", "string", "supported, overstated, miscounts, not_measurable or contested."),
    Column("reason", "string", "Why."),
    Column("citations", "array", "What it rests on.", columns=CITED),
)
TERM = (
    Column("id", "string", "Id of the term."),
    Column("term", "string", "The term."),
    Column("also", "string", "Other words for it."),
    Column("definition", "string", "What it means, in our words."),
    Column("contested", "string", "Who contests it, and why."),
    Column(
        "provisions",
        "array",
        "What instruments say.",
        columns=(
            Column("article", "string", "Article."),
            Column("says", "string", "What it says."),
            Column("title", "string", "The text."),
        ),
    ),
    Column("citations", "array", "What it rests on.", columns=CITED),
)


async def estimates(database: Any, asked: Asked) -> Rows:
    return (await literature.figures(database))[0]


async def claims(database: Any, asked: Asked) -> Rows:
    return (await literature.figures(database))[1]


async def terms(database: Any, asked: Asked) -> Rows:
    return await literature.terms(database)


async def term(database: Any, asked: Asked) -> dict[str, Any]:
    known = {row["id"]: row for row in await terms(database, asked)}
    if asked["id"] not in known:
        raise NotFound("term", asked["id"], known)
    return known[asked["id"]]


TEXT = (
    *SOURCE[:1],
    Column("jurisdiction", "string", "Whose law it was read for; null: for treaties, figures or terms.", nullable=True),
    *SOURCE[1:],
    Column("answers", "integer", "Answers, of all time, that cite it."),
)


async def sources(database: Any, asked: Asked) -> Rows:
    codes = asked["jurisdiction"] or []
    rows = await rows_of(
        database,
        """
        SELECT sources.*, (SELECT count(DISTINCT answer) FROM citations WHERE citations.source = sources.id) AS answers
          FROM sources WHERE :kind IS NULL OR kind = :kind ORDER BY sources.id
        """,
        kind=asked["kind"],
    )
    return [row for row in rows if not codes or row["jurisdiction"] in codes]


SECOND = (
    Column("jurisdiction", "string", "Code."),
    Column("variable", "string", "Id of the question."),
    Column("law_of", "day", "The day whose law was coded."),
    Column("coded_on", "day", "The day of the second coding."),
    Column("blind", "boolean", "Whether the second coder had not seen the record."),
    Column("first_value", "string", "The first answer, before any settlement; null: there was none.", nullable=True),
    Column("second_value", "string", "The second answer; null: the second coder could give none.", nullable=True),
    Column("outcome", "string", "agreed, disagreed, or one missing."),
    Column("kept", "string", "What the settlement kept: first, second, neither, gap; empty where both agreed."),
    Column("because", "string", "Why, from the text."),
)
AGREEMENT = (
    Column("variable", "string", "Id of the question."),
    Column("compared", "integer", "Pairs of answers compared."),
    Column("agreed", "integer", "Pairs that are the same."),
    Column("missing", "integer", "Pairs in which one coder could give no answer."),
    Column("share", "number", "agreed as a share of compared; null where nothing was compared.", nullable=True),
    Column("alpha", "number", "Krippendorff's alpha, nominal; null where it is not defined.", nullable=True),
)


async def second_codings(database: Any, asked: Asked) -> Rows:
    codes = asked["jurisdiction"] or []
    rows = await rows_of(database, "SELECT * FROM second_codings ORDER BY rowid")
    return [row for row in rows if not codes or row["jurisdiction"] in codes]


async def agreement(database: Any, asked: Asked) -> Rows:
    return await rows_of(database, "SELECT * FROM agreement ORDER BY rowid")


async def build(database: Any, asked: Asked) -> dict[str, Any]:
    found = await build_info(database)
    rows = [{"table": key.removeprefix("rows."), "rows": int(text)} for key, text in found.items() if key.startswith("rows.")]
    return {**{name: found[name] for name in ("data_version", "content_hash", "commit", "commit_date")}, "tables": rows}


CODES = Parameter("jurisdiction", "Codes of jurisdictions.", example="SE,DE", known="jurisdiction", many=True)
ENDPOINTS = (
    Endpoint("instruments", "/instruments", "Treaties and directives, with their parties on a day.", INSTRUMENT, instruments, dated=True),
    Endpoint(
        "instrument",
        "/instruments/{id}",
        "One instrument: what it says on our questions, and every state's relation to it on a day.",
        (
            *INSTRUMENT,
            Column("provisions", "array", "What it says on our questions.", columns=PROVISION),
            Column("states", "array", "Every state's relation to it.", columns=RELATION),
        ),
        instrument,
        many=False,
        dated=True,
    ),
    Endpoint(
        "ratifications",
        "/ratifications",
        "Every state's relation to every instrument on a day.",
        RELATION,
        ratifications,
        (
            Parameter("instrument", "Ids of instruments.", example="palermo_protocol", known="instrument", many=True),
            CODES,
            Parameter("state", "Only this relation.", choices=("party", "not a party", "unknown")),
        ),
        dated=True,
    ),
    Endpoint(
        "assessments",
        "/assessments",
        "Other people's assessments by jurisdiction and year; not findings of Regimes.",
        ASSESSED,
        assessments,
        (CODES, Parameter("year", "Year of publication.", "integer", "2024")),
    ),
    Endpoint("estimates", "/estimates", "Published estimates of forced labour, trafficking and sex work.", ESTIMATE, estimates),
    Endpoint("claims", "/claims", "Popular claims, checked against published figures.", CLAIM, claims),
    Endpoint("terms", "/terms", "The glossary.", TERM, terms),
    Endpoint("term", "/terms/{id}", "One term of the glossary.", TERM, term, many=False),
    Endpoint(
        "sources",
        "/sources",
        "Every text that was read.",
        TEXT,
        sources,
        (CODES, Parameter("kind", "Kind of text.", example="statute", known="source kind")),
    ),
    Endpoint("second_codings", "/second_codings", "Second codings, and how each difference was settled.", SECOND, second_codings, (CODES,)),
    Endpoint("agreement", "/agreement", "How far first and second codings agree, by question.", AGREEMENT, agreement),
    Endpoint(
        "build",
        "/build",
        "What the data are: version, content hash, commit, counts.",
        (
            Column("data_version", "string", "Version of the data."),
            Column("content_hash", "string", "SHA-256 of the content."),
            Column("commit", "string", "Commit of the records; empty without git."),
            Column("commit_date", "string", "Its day; empty without git."),
            Column("tables", "array", "Rows by table.", columns=(Column("table", "string", "Table."), Column("rows", "integer", "Rows."))),
        ),
        build,
        many=False,
    ),
)
