"""``python -m colophon.demo.people``: people and works to look around with, for `make up DEMO=1`."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Seed an empty database through the running stack; leave one in use as it is."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from colophon.demo import material, scenario
    from colophon.demo.seeding import PASSWORD, PEOPLE, seed

    with connection.cursor() as cursor:
        cursor.execute("select accounts_founded()")
        if cursor.fetchone()[0]:
            return 0
    story = scenario.Story(cast=seed(settings.COLOPHON_ORIGIN))
    scenario.prepare(story)
    scenario.refused_before_any_engine(story, prompt=scenario.BANNED_PROMPT, inputs=[])
    for number, prompt in enumerate(
        (scenario.SCENE_PROMPT, "a castle at night", "a temple at dawn")
    ):
        work = scenario.generate(
            story, engine="house_scene", prompt=prompt, title=prompt.title()[:40], seed=number
        )
        release = scenario.ask_release(story, work, destinations=scenario.EVERYWHERE)
        if number == 0:
            scenario.clear(story, release)
            scenario.publish(story, release)
    crop = material.mirrored_crop(scenario.registered_picture())
    near = scenario.bring_in(story, name="crop.png", data=crop, title="Village, cropped", share=0)
    scenario.ask_release(story, near, destinations=["EU"])
    tale = material.COPIED_TEXT.encode()
    text = scenario.bring_in(story, name="tale.txt", data=tale, title="A tale", share=0)
    scenario.ask_release(story, text, destinations=["EU"])
    people = ", ".join(f"{part}@demo.test" for part, _, _ in PEOPLE)
    print(f"Sign in at {settings.COLOPHON_ORIGIN}/login as {people} with “{PASSWORD}”.")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colophon.settings.local")
    sys.exit(main())
