-- The contract of regimes.db. Dates are ISO text; an open end is NULL. One type a column.
CREATE TABLE pillars (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    position INTEGER NOT NULL
);
CREATE TABLE variables (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    pillar TEXT NOT NULL REFERENCES pillars(id),
    position INTEGER NOT NULL,
    section TEXT NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('law', 'practice')),
    core INTEGER NOT NULL CHECK (core IN (0, 1)),
    applies_to TEXT NOT NULL CHECK (applies_to IN ('adult', 'child', 'any')),
    type TEXT NOT NULL CHECK (type IN ('choice', 'multi', 'integer')),
    unit TEXT NOT NULL,
    question TEXT NOT NULL,
    coding_rules TEXT NOT NULL,
    why_it_matters TEXT NOT NULL,
    expected_in TEXT NOT NULL,
    anchors TEXT NOT NULL,
    derived_from TEXT NOT NULL
);
CREATE TABLE variable_values (
    variable TEXT NOT NULL REFERENCES variables(id),
    value TEXT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    choose_when TEXT NOT NULL,
    exclusive INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
    absence INTEGER NOT NULL CHECK (absence IN (0, 1)),
    PRIMARY KEY (variable, value)
);
CREATE TABLE jurisdictions (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('country', 'territory', 'subnational', 'supranational')),
    parent TEXT REFERENCES jurisdictions(code),
    follows TEXT REFERENCES jurisdictions(code),
    code_standard TEXT NOT NULL,
    region TEXT NOT NULL,
    subregion TEXT NOT NULL,
    languages TEXT NOT NULL,
    legal_tradition TEXT NOT NULL,
    legal_tradition_source TEXT NOT NULL,
    status_note TEXT NOT NULL,
    window_from TEXT,
    checked TEXT,
    from_secondary_sources INTEGER NOT NULL CHECK (from_secondary_sources IN (0, 1))
);
CREATE TABLE jurisdiction_names (
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, language)
);
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    jurisdiction TEXT REFERENCES jurisdictions(code),
    title TEXT NOT NULL,
    title_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    acts TEXT NOT NULL,
    language TEXT NOT NULL,
    url TEXT NOT NULL,
    version TEXT,
    version_precision TEXT NOT NULL,
    newer_version TEXT,
    read_form TEXT NOT NULL,
    read_at TEXT NOT NULL,
    read_on TEXT NOT NULL,
    grade TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C')),
    note TEXT NOT NULL
);
CREATE TABLE answers (
    id TEXT PRIMARY KEY,
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    variable TEXT NOT NULL REFERENCES variables(id),
    value TEXT NOT NULL,
    number INTEGER,
    label TEXT NOT NULL,
    unchecked TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    from_precision TEXT NOT NULL CHECK (from_precision IN ('day', 'month', 'year', 'by')),
    until_precision TEXT NOT NULL CHECK (until_precision IN ('', 'day', 'month', 'year')),
    note TEXT NOT NULL,
    grade TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C')),
    absence INTEGER NOT NULL CHECK (absence IN (0, 1)),
    confidence TEXT NOT NULL CHECK (confidence IN ('', 'low', 'medium')),
    second_coding TEXT NOT NULL CHECK (second_coding IN ('', 'agreed', 'settled')),
    checked TEXT NOT NULL,
    text_version TEXT,
    inherited_from TEXT REFERENCES jurisdictions(code)
);
CREATE TABLE answer_values (
    answer TEXT NOT NULL REFERENCES answers(id),
    variable TEXT NOT NULL,
    value TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('true', 'unchecked')),
    PRIMARY KEY (answer, value),
    FOREIGN KEY (variable, value) REFERENCES variable_values(variable, value)
);
CREATE TABLE citations (
    answer TEXT NOT NULL REFERENCES answers(id),
    position INTEGER NOT NULL,
    source TEXT NOT NULL REFERENCES sources(id),
    pinpoint TEXT NOT NULL,
    PRIMARY KEY (answer, position)
);
CREATE TABLE searches (
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    act TEXT NOT NULL,
    source TEXT REFERENCES sources(id),
    pinpoint TEXT NOT NULL,
    searched_on TEXT,
    state TEXT NOT NULL CHECK (state IN ('searched', 'no such act', 'not held')),
    note TEXT NOT NULL
);
CREATE TABLE gaps (
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    variable TEXT NOT NULL REFERENCES variables(id),
    reason TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, variable)
);
CREATE TABLE readings (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('label', 'flags', 'checklist', 'scenarios')),
    position INTEGER NOT NULL,
    description TEXT NOT NULL,
    limits TEXT NOT NULL,
    shown_with TEXT REFERENCES readings(id)
);
CREATE TABLE reading_items (
    reading TEXT NOT NULL REFERENCES readings(id),
    item TEXT NOT NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    provision TEXT NOT NULL,
    inputs TEXT NOT NULL,
    case_text TEXT NOT NULL,
    PRIMARY KEY (reading, item)
);
CREATE TABLE reading_labels (
    reading TEXT NOT NULL REFERENCES readings(id),
    result TEXT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    also_called TEXT NOT NULL,
    PRIMARY KEY (reading, result)
);
CREATE TABLE reading_results (
    id TEXT PRIMARY KEY,
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    reading TEXT NOT NULL,
    item TEXT NOT NULL,
    result TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    rule_row INTEGER NOT NULL,
    trace TEXT NOT NULL,
    FOREIGN KEY (reading, item) REFERENCES reading_items(reading, item),
    FOREIGN KEY (reading, result) REFERENCES reading_labels(reading, result)
);
CREATE TABLE near_misses (
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    reading TEXT NOT NULL,
    item TEXT NOT NULL,
    variable TEXT NOT NULL,
    answer_value TEXT NOT NULL,
    other_value TEXT NOT NULL,
    other_result TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, reading, item, variable, other_value),
    FOREIGN KEY (reading, item) REFERENCES reading_items(reading, item),
    FOREIGN KEY (reading, other_result) REFERENCES reading_labels(reading, result),
    FOREIGN KEY (variable, answer_value) REFERENCES variable_values(variable, value),
    FOREIGN KEY (variable, other_value) REFERENCES variable_values(variable, value)
);
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    variable TEXT NOT NULL REFERENCES variables(id),
    changed_on TEXT NOT NULL,
    precision TEXT NOT NULL,
    before TEXT NOT NULL REFERENCES answers(id),
    after TEXT NOT NULL REFERENCES answers(id),
    before_label TEXT NOT NULL,
    after_label TEXT NOT NULL
);
CREATE TABLE instruments (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    short_title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('treaty', 'directive')),
    adopted TEXT NOT NULL,
    in_force TEXT,
    transposed_by TEXT,
    depositary TEXT NOT NULL,
    url TEXT NOT NULL,
    complete_to TEXT,
    status_note TEXT NOT NULL
);
CREATE TABLE instrument_provisions (
    instrument TEXT NOT NULL REFERENCES instruments(id),
    position INTEGER NOT NULL,
    article TEXT NOT NULL,
    says TEXT NOT NULL,
    variables TEXT NOT NULL,
    PRIMARY KEY (instrument, position)
);
CREATE TABLE instrument_counts (
    instrument TEXT NOT NULL REFERENCES instruments(id),
    counted_on TEXT NOT NULL,
    published INTEGER NOT NULL,
    held INTEGER NOT NULL,
    PRIMARY KEY (instrument, counted_on)
);
CREATE TABLE ratifications (
    instrument TEXT NOT NULL REFERENCES instruments(id),
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    signed TEXT,
    act TEXT NOT NULL,
    deposited TEXT,
    deposited_precision TEXT NOT NULL,
    in_force TEXT,
    in_force_precision TEXT NOT NULL,
    in_force_stated INTEGER NOT NULL CHECK (in_force_stated IN (0, 1)),
    denounced TEXT,
    territories TEXT NOT NULL,
    note TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources(id),
    pinpoint TEXT NOT NULL,
    PRIMARY KEY (instrument, jurisdiction)
);
CREATE TABLE treaty_status (
    instrument TEXT NOT NULL REFERENCES instruments(id),
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    state TEXT NOT NULL CHECK (state IN ('party', 'not a party', 'unknown')),
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    source TEXT REFERENCES sources(id),
    PRIMARY KEY (instrument, jurisdiction, valid_from)
);
CREATE TABLE assessments (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    about TEXT NOT NULL
);
CREATE TABLE assessment_values (
    assessment TEXT NOT NULL REFERENCES assessments(id),
    value TEXT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (assessment, value)
);
CREATE TABLE assessment_years (
    assessment TEXT NOT NULL REFERENCES assessments(id),
    year INTEGER NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    note TEXT NOT NULL,
    PRIMARY KEY (assessment, year)
);
CREATE TABLE external_assessments (
    assessment TEXT NOT NULL REFERENCES assessments(id),
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    year INTEGER NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources(id),
    PRIMARY KEY (assessment, jurisdiction, year),
    FOREIGN KEY (assessment, value) REFERENCES assessment_values(assessment, value)
);
CREATE TABLE estimates (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    published TEXT NOT NULL,
    reference_period TEXT NOT NULL,
    counted TEXT NOT NULL,
    limits TEXT NOT NULL
);
CREATE TABLE estimate_figures (
    estimate TEXT NOT NULL REFERENCES estimates(id),
    position INTEGER NOT NULL,
    measure TEXT NOT NULL,
    persons INTEGER,
    share REAL,
    low REAL,
    high REAL,
    note TEXT NOT NULL,
    PRIMARY KEY (estimate, position)
);
CREATE TABLE claims (
    id TEXT PRIMARY KEY,
    claim TEXT NOT NULL,
    said_by TEXT NOT NULL,
    side TEXT NOT NULL,
    found TEXT NOT NULL,
    population TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE claim_estimates (
    claim TEXT NOT NULL REFERENCES claims(id),
    estimate TEXT NOT NULL REFERENCES estimates(id),
    PRIMARY KEY (claim, estimate)
);
CREATE TABLE terms (
    id TEXT PRIMARY KEY,
    term TEXT NOT NULL,
    also TEXT NOT NULL,
    definition TEXT NOT NULL,
    contested TEXT NOT NULL
);
CREATE TABLE term_provisions (
    term TEXT NOT NULL REFERENCES terms(id),
    position INTEGER NOT NULL,
    article TEXT NOT NULL,
    says TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources(id),
    PRIMARY KEY (term, position)
);
CREATE TABLE namings (
    id TEXT PRIMARY KEY,
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    map TEXT NOT NULL,
    as_of TEXT NOT NULL,
    says TEXT NOT NULL,
    result TEXT NOT NULL,
    because TEXT NOT NULL
);
CREATE TABLE item_variables (
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    variable TEXT NOT NULL REFERENCES variables(id),
    PRIMARY KEY (kind, item, variable)
);
CREATE TABLE item_citations (
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    position INTEGER NOT NULL,
    source TEXT NOT NULL REFERENCES sources(id),
    pinpoint TEXT NOT NULL,
    PRIMARY KEY (kind, item, position)
);
CREATE TABLE summary_phrases (
    sentence INTEGER NOT NULL,
    position INTEGER NOT NULL,
    variable TEXT NOT NULL REFERENCES variables(id),
    value TEXT NOT NULL,
    phrase TEXT NOT NULL,
    PRIMARY KEY (variable, value)
);
CREATE TABLE record_versions (
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    committed_on TEXT NOT NULL,
    revision TEXT NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, revision)
);
CREATE TABLE second_codings (
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    variable TEXT NOT NULL REFERENCES variables(id),
    law_of TEXT NOT NULL,
    coded_on TEXT NOT NULL,
    blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
    first_value TEXT,
    second_value TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('agreed', 'disagreed', 'one missing')),
    kept TEXT NOT NULL CHECK (kept IN ('', 'first', 'second', 'neither', 'gap')),
    because TEXT NOT NULL,
    cited TEXT NOT NULL,
    note TEXT NOT NULL,
    corrected TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, variable)
);
CREATE TABLE agreement (
    variable TEXT PRIMARY KEY REFERENCES variables(id),
    compared INTEGER NOT NULL,
    agreed INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    share REAL,
    alpha REAL
);
CREATE TABLE answer_history (
    answer TEXT PRIMARY KEY REFERENCES answers(id),
    created_on TEXT NOT NULL,
    changed_on TEXT NOT NULL
);
CREATE TABLE moved (
    kind TEXT NOT NULL CHECK (kind IN ('jurisdiction', 'variable')),
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    since TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (kind, old)
);
CREATE TABLE build_info (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE search_documents (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    jurisdiction TEXT REFERENCES jurisdictions(code),
    variable TEXT REFERENCES variables(id),
    title TEXT NOT NULL,
    body TEXT NOT NULL
);
