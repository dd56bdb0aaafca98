"""A small bot, so that what a page of tests teaches it, and what it does not know, stay what they are."""

from pathlib import Path

from tests.bots.conftest import write_project

DOMAIN = """\
intents: [greet, opening_hours, delivery, human]
responses:
  utter_greet: [{text: Hello from the grocer}]
  utter_opening_hours: [{text: We are open from eight to six.}]
  utter_delivery: [{text: We deliver on Tuesdays.}]
  utter_handoff: [{text: I am fetching somebody., custom: {data: {handoff: {reason: asked}}}}]
"""
NLU = """\
nlu:
  - intent: greet
    examples: |
      - hello
      - hello there
      - good morning
      - good evening
      - greetings to you
  - intent: opening_hours
    metadata: {title: "Opening hours"}
    examples: |
      - when are you open
      - what are your opening hours
      - are you open on sunday
      - when do you close
      - how long is the shop open today
  - intent: delivery
    metadata: {title: "Delivery"}
    examples: |
      - do you deliver
      - bring apples to my house
      - can you deliver vegetables
      - what does delivery cost
      - home delivery please
  - intent: human
    metadata: {title: "Talk to a person"}
    examples: |
      - a person please
      - let me talk to somebody
      - I want a human
      - connect me with your staff
      - talk to an agent
"""
RULES = """\
rules:
  - rule: greet
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: opening hours
    steps: [{intent: opening_hours}, {action: utter_opening_hours}]
  - rule: delivery
    steps: [{intent: delivery}, {action: utter_delivery}]
  - rule: a person
    steps: [{intent: human}, {action: utter_handoff}]
"""
CONFIG = """\
language: en
pipeline:
  - name: FallbackClassifier
    threshold: 0.75
"""
FRUIT = """\
# Fruit guide

## How do I ripen a pear?
Also: my pears are hard; soften a pear

Put it beside a banana for two days.

## Can I freeze berries?

Yes: wash them, dry them, and freeze them on a tray first.
"""


def write_grocer(folder: Path) -> Path:
    """The project in a folder that was not there."""
    write_project(folder, domain=DOMAIN, data_nlu=NLU, data_rules=RULES, config=CONFIG)
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "fruit.md").write_text(FRUIT)
    return folder
