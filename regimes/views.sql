-- Indexes and views, made after the rows are in.

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
CREATE INDEX ratifications_by_jurisdiction ON ratifications (jurisdiction);
CREATE INDEX treaty_status_by_jurisdiction ON treaty_status (jurisdiction, instrument);
CREATE INDEX external_by_jurisdiction ON external_assessments (jurisdiction, assessment, year);
CREATE INDEX item_variables_by_variable ON item_variables (variable);
CREATE INDEX item_citations_by_source ON item_citations (source);
CREATE INDEX changes_by_day ON changes (changed_on);
CREATE INDEX changes_by_jurisdiction ON changes (jurisdiction);

-- Answers that hold on the day their record was last checked: a fixed day, so the view needs no clock.
CREATE VIEW answers_in_force AS
SELECT answers.id, answers.jurisdiction, jurisdictions.name, answers.variable, variables.pillar, variables.core,
       answers.value, answers.number, answers.label, answers.unchecked, answers.valid_from, answers.valid_until, answers.from_precision,
       (SELECT group_concat(sources.title || ' ' || citations.pinpoint, '; ')
          FROM citations JOIN sources ON sources.id = citations.source
         WHERE citations.answer = answers.id) AS cited,
       answers.note, answers.grade, answers.second_coding, answers.checked, answers.text_version, answers.inherited_from
  FROM answers
  JOIN jurisdictions ON jurisdictions.code = answers.jurisdiction
  JOIN variables ON variables.id = answers.variable
 WHERE answers.valid_from <= answers.checked
   AND (answers.valid_until IS NULL OR answers.valid_until >= answers.checked);

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
   AND answers_in_force.variable IN (SELECT id FROM variables WHERE basis = 'law' AND derived_from = '')
 GROUP BY jurisdictions.code, pillars.id
 ORDER BY jurisdictions.name, pillars.position;

-- Answers in force by the age of the wording they rest on, oldest first.
CREATE VIEW stale AS
SELECT jurisdiction, name, variable, label, text_version, checked, grade, cited
  FROM answers_in_force
 ORDER BY coalesce(text_version, ''), checked, jurisdiction, variable;
