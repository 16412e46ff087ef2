"""What every output says of the data: its name, its licence, and what it is not."""

TITLE = "Regimes: how the law treats trafficking in persons, adult sex work and the protection of victims"
AUTHOR = "The Regimes contributors"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_ID = "CC-BY-4.0"
LICENCE_TITLE = "Creative Commons Attribution 4.0 International"
SUMMARY = (
    "Answers on trafficking in persons, adult sex work and victim protection in law, jurisdiction by jurisdiction and day "
    "by day, each with the article it rests on, its dates and a grade of evidence."
)
KEYWORDS = ["trafficking in persons", "sex work", "prostitution law", "victim protection", "comparative law"]
NOT_ADVICE = "Nothing here is legal advice."
