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
    window_from TEXT NOT NULL,
    checked TEXT NOT NULL,
    from_secondary_sources INTEGER NOT NULL CHECK (from_secondary_sources IN (0, 1))
);
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    jurisdiction TEXT NOT NULL REFERENCES jurisdictions(code),
    title TEXT NOT NULL,
    title_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    acts TEXT NOT NULL,
    language TEXT NOT NULL,
    url TEXT NOT NULL,
    version TEXT,
    version_precision TEXT NOT NULL,
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
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    from_precision TEXT NOT NULL CHECK (from_precision IN ('day', 'month', 'year', 'by')),
    until_precision TEXT NOT NULL CHECK (until_precision IN ('', 'day', 'month', 'year')),
    note TEXT NOT NULL,
    grade TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C')),
    absence INTEGER NOT NULL CHECK (absence IN (0, 1)),
    confidence TEXT NOT NULL CHECK (confidence IN ('', 'low', 'medium')),
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
    kind TEXT NOT NULL CHECK (kind IN ('label', 'flags', 'checklist')),
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

-- Queries of the site: one jurisdiction, one question over all, what holds on a day, what changed since.
CREATE INDEX answers_by_jurisdiction ON answers (jurisdiction, variable, valid_from);
CREATE INDEX answers_by_variable ON answers (variable, value, jurisdiction);
CREATE INDEX answers_inherited ON answers (inherited_from) WHERE inherited_from IS NOT NULL;
CREATE INDEX answer_values_by_value ON answer_values (variable, value);
CREATE INDEX citations_by_source ON citations (source);
CREATE INDEX sources_by_jurisdiction ON sources (jurisdiction);
CREATE INDEX searches_by_jurisdiction ON searches (jurisdiction, act);
CREATE INDEX results_by_jurisdiction ON reading_results (jurisdiction, reading, item, valid_from);
CREATE INDEX results_by_reading ON reading_results (reading, item, result);
CREATE INDEX changes_by_day ON changes (changed_on);
CREATE INDEX changes_by_jurisdiction ON changes (jurisdiction);

-- Answers that hold on the day their record was last checked: a fixed day, so the view needs no clock.
CREATE VIEW answers_in_force AS
SELECT answers.id, answers.jurisdiction, jurisdictions.name, answers.variable, variables.pillar, variables.core,
       answers.value, answers.number, answers.label, answers.valid_from, answers.valid_until, answers.from_precision,
       (SELECT group_concat(sources.title || ' ' || citations.pinpoint, '; ')
          FROM citations JOIN sources ON sources.id = citations.source
         WHERE citations.answer = answers.id) AS cited,
       answers.note, answers.grade, answers.checked, answers.text_version, answers.inherited_from
  FROM answers
  JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
  JOIN variables ON variables.id = answers.variable
 WHERE answers.valid_from <= jurisdictions.checked
   AND (answers.valid_until IS NULL OR answers.valid_until >= jurisdictions.checked);

-- How much of each pillar is answered, per jurisdiction, of the law variables coded by hand.
CREATE VIEW coverage AS
SELECT jurisdictions.code AS jurisdiction, jurisdictions.name, pillars.id AS pillar,
       count(answers_in_force.id) AS answered,
       (SELECT count(*) FROM variables
         WHERE variables.pillar = pillars.id AND basis = 'law' AND derived_from = '') AS questions,
       coalesce(sum(answers_in_force.core), 0) AS core_answered,
       (SELECT count(*) FROM variables WHERE variables.pillar = pillars.id AND core = 1) AS core_questions,
       coalesce(sum(answers_in_force.grade = 'A'), 0) AS grade_a,
       coalesce(sum(answers_in_force.grade = 'B'), 0) AS grade_b,
       coalesce(sum(answers_in_force.grade = 'C'), 0) AS grade_c
  FROM jurisdictions
  CROSS JOIN pillars
  LEFT JOIN answers_in_force
    ON answers_in_force.jurisdiction = jurisdictions.code AND answers_in_force.pillar = pillars.id
   AND answers_in_force.variable IN (SELECT id FROM variables WHERE basis = 'law')
 GROUP BY jurisdictions.code, pillars.id
 ORDER BY jurisdictions.name, pillars.position;

-- Answers in force by the age of the wording they rest on, oldest first.
CREATE VIEW stale AS
SELECT jurisdiction, name, variable, label, text_version, checked, grade, cited
  FROM answers_in_force
 ORDER BY coalesce(text_version, ''), checked, jurisdiction, variable;
