"""A project that changes while its bot is talking: taken over between two turns, or refused with a reason."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from antiphon.bots.builtin import BuiltinBot, engine, kept, loaded, source, trainer
from antiphon.bots.builtin.watch import Watch
from antiphon.bots.port import BotFailed, MemoryTrackers
from tests.bots.conftest import Chat, ScriptedActions, texts, write_project

DOMAIN = """\
intents: [greet, size, bye]
slots:
  number: {type: text, mappings: [{type: from_text, conditions: [{active_loop: size_form}]}]}
forms:
  size_form: {required_slots: [number]}
responses:
  utter_greet: [{text: Hello}]
  utter_bye: [{text: Bye}]
  utter_ask_number: [{text: How many?}]
  utter_done: [{text: "{number} it is"}]
"""
NLU = """\
nlu:
  - intent: greet
    examples: |
      - hi
      - hello there
  - intent: bye
    examples: |
      - bye
      - see you
  - intent: size
    examples: |
      - I want some
      - some of them please
"""
RULES = """\
rules:
  - rule: greet
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: bye
    steps: [{intent: bye}, {action: utter_bye}]
  - rule: size
    steps: [{intent: size}, {action: size_form}, {active_loop: size_form}]
  - rule: sized
    condition: [{active_loop: size_form}]
    steps: [{action: size_form}, {active_loop: null}, {action: utter_done}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(tmp_path / "bot", domain=DOMAIN, data_nlu=NLU, data_rules=RULES)


@pytest.fixture
async def bot(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BuiltinBot]:
    monkeypatch.setattr(engine, "LOOK_S", 0.05)
    started = BuiltinBot(folder, ScriptedActions(), MemoryTrackers())
    await started.start()
    running = asyncio.create_task(started.run())
    yield started
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await started.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - nobody tells of a file that was read
            await asyncio.sleep(0.02)


def edit(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


async def test_a_new_example_is_learned_while_the_chats_go_on(bot: BuiltinBot, folder: Path) -> None:
    talking = Chat(bot)
    await talking.says("/size")
    edit(folder / "data" / "nlu.yml", "- bye\n", "- bye\n      - so long and thanks for all the fish\n")
    await until(lambda: bot.about().state == "training")
    assert texts(await Chat(bot, "other").says("/greet")) == ["Hello"], "who talks meanwhile is answered"
    await until(lambda: bot.about().state == "ready")
    assert next(one for one in bot.about().intents if one.name == "bye").examples == 3
    found = await Chat(bot, "third").says("so long and thanks for all the fish")
    assert (texts(found), found.intent) == (["Bye"], "bye")
    assert texts(await talking.says("seven")) == ["seven it is"], "and the form waits where it was"


async def test_a_broken_project_leaves_the_old_one_running_and_says_where(
    bot: BuiltinBot, folder: Path
) -> None:
    rules = folder / "data" / "rules.yml"
    edit(rules, "utter_bye}", "utter_nothing}")
    await until(lambda: bot.about().state == "failed")
    assert bot.about().sentence.startswith("data/rules.yml:5: ")
    assert texts(await Chat(bot).says("bye")) == ["Bye"]
    edit(rules, "utter_nothing}", "utter_greet}")
    await until(lambda: bot.about().state == "ready")
    assert bot.about().sentence == ""
    assert texts(await Chat(bot, "later").says("/bye")) == ["Hello"]


async def test_an_article_alone_does_not_train(
    bot: BuiltinBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaded, "train_apart", None)  # here nothing is trained
    monkeypatch.setattr(loaded, "load", None)
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "shop.md").write_text("## Where can I park?\n\nBehind the shop.\n")
    bot.look()
    await until(lambda: bot.about().articles == 1)
    assert "Behind the shop." in texts(await Chat(bot).says("where can I park my car"))[0]
    (folder / "knowledge" / "shop.md").write_bytes(b"## \xff")
    await until(lambda: bot.about().state == "failed")
    assert bot.about().sentence == "knowledge/shop.md:1: not UTF-8: invalid start byte"


async def test_a_form_that_went_ends_the_conversations_that_were_in_it_with_words(
    bot: BuiltinBot, folder: Path
) -> None:
    talking = Chat(bot)
    await talking.says("/size")
    edit(folder / "domain.yml", "forms:\n  size_form: {required_slots: [number]}\n", "")
    edit(folder / "domain.yml", "[{active_loop: size_form}]", "[]")
    rules = folder / "data" / "rules.yml"
    rules.write_text(rules.read_text()[: rules.read_text().index("  - rule: size\n")])
    bot.look()
    await until(lambda: not bot._loaded.project.domain.forms)  # type: ignore[union-attr]  # it has started
    assert texts(await talking.says("/greet")) == ["Hello"]


async def test_training_that_fails_keeps_the_old_project(
    bot: BuiltinBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise BotFailed("training failed: no memory")

    monkeypatch.setattr(loaded, "train_apart", fails)
    edit(folder / "data" / "nlu.yml", "- hi\n", "- hi\n      - good evening\n")
    await until(lambda: bot.about().state == "failed")
    assert bot.about().sentence == "training failed: no memory"
    assert texts(await Chat(bot).says("hi")) == ["Hello"]


async def test_who_is_cancelled_takes_the_training_along(folder: Path, tmp_path: Path) -> None:
    training = asyncio.create_task(trainer.train_apart(folder, tmp_path / "cache", None))
    await asyncio.sleep(0.1)
    training.cancel()
    async with asyncio.timeout(5):
        assert isinstance((await asyncio.gather(training, return_exceptions=True))[0], asyncio.CancelledError)


def test_a_file_that_is_only_touched_has_not_changed(folder: Path) -> None:
    watch = Watch(folder)
    assert watch.changed()
    assert not watch.changed()
    (folder / "domain.yml").touch()
    (folder / "notes.txt").write_text("not ours")
    assert not watch.changed()
    shutil.move(folder / "data" / "nlu.yml", folder / "data" / "words.yml")
    assert watch.changed()


def test_what_was_learned_before_is_not_learned_again(folder: Path, tmp_path: Path) -> None:
    examples = loaded.read_project(folder).examples.examples
    assert not trainer.is_kept(examples, tmp_path / "cache")
    kept.load_or_train(examples, tmp_path / "cache")
    assert trainer.is_kept(examples, tmp_path / "cache")


def test_files_that_have_not_changed_are_not_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = source.Reader()
    before = loaded.read_project(folder, None, reader.read)
    read: list[str] = []
    whole = source.read_yaml
    monkeypatch.setattr(source, "read_yaml", lambda file, shown: (read.append(shown), whole(file, shown))[1])
    edit(folder / "data" / "nlu.yml", "- hi\n", "- hi\n      - good evening\n")
    after = loaded.read_project(folder, None, reader.read)
    assert read == ["data/nlu.yml"]
    assert len(after.examples.examples) == len(before.examples.examples) + 1
    assert after.fragments == before.fragments
