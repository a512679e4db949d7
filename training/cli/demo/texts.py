"""What the demo's course teaches with: the words of its slides, its handout in two languages, and its notes.

They follow what the World Health Organization and national lines for prevention recommend to media and communities, in
our own words; a real program would use its own.
"""

from typing import Any

AUTHOR = "Awareness Month, trainers' team"

SLIDES: dict[str, Any] = {
    "title": "Safe messaging about suicide",
    "author": AUTHOR,
    "language": "en",
    "slides": [
        {
            "heading": "What we do today",
            "points": ["What research says", "Words that help, words that harm", "We rewrite your own posts"],
            "quote": "",
        },
        {
            "heading": "Why words matter",
            "points": [
                "Reports that dwell on a death can be followed by more deaths",
                "Stories of people who got through a crisis can prevent some",
                "A post is a report: it is read alone, at night, by somebody who struggles",
            ],
            "quote": "",
        },
        {
            "heading": "Leave out",
            "points": ["How and where", "Notes that were left", "One single cause", "Pictures of the place"],
            "quote": "“Nobody saw it coming” helps nobody who reads it.",
        },
        {
            "heading": "Say instead",
            "points": [
                "That it can be prevented, and that feelings pass",
                "Which signs to notice, and how to ask",
                "Where there is help now, by name and number",
            ],
            "quote": "“She told a friend. They called together.”",
        },
        {
            "heading": "In the comments",
            "points": ["Answer early, in public, kindly", "Take details away", "Hand on to the line, and stay"],
            "quote": "",
        },
        {
            "heading": "Your turn",
            "points": ["One post, ten minutes, in pairs", "What did you take out? What did you add?"],
            "quote": "",
        },
    ],
}

HANDOUTS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Words that help",
        "author": AUTHOR,
        "language": "en",
        "lead": "One page to keep beside the keyboard.",
        "say_head": "Say",
        "say": [
            "“died by suicide”",
            "that many people think of it, and most of them live on",
            "what to do when somebody talks about it: ask, listen, stay, call",
            "where there is help now, with a number and when it answers",
        ],
        "avoid_head": "Leave out",
        "avoid": [
            "“committed”, “successful”, “failed attempt”",
            "how, where, with what",
            "a reason as if there were only one",
            "goodbye notes, pictures of places, scenes of grief",
        ],
        "last": "If reading this is hard today, put it away and talk to somebody. That is what the line is there for.",
    },
    "es": {
        "title": "Palabras que ayudan",
        "author": AUTHOR,
        "language": "es",
        "lead": "Una página para tener junto al teclado.",
        "say_head": "Diga",
        "say": [
            "«murió por suicidio»",
            "que muchas personas lo piensan y la mayoría sigue viviendo",
            "qué hacer cuando alguien habla de ello: preguntar, escuchar, quedarse, llamar",
            "dónde hay ayuda ahora, con un número y su horario",
        ],
        "avoid_head": "Deje fuera",
        "avoid": [
            "«cometió», «consumado», «intento fallido»",
            "cómo, dónde, con qué",
            "una razón, como si hubiera una sola",
            "notas de despedida, fotos de lugares, escenas de dolor",
        ],
        "last": "Si hoy cuesta leer esto, déjelo y hable con alguien. Para eso está la línea.",
    },
}

BEFORE_YOU_COME = """Please take ten minutes before we meet.

1. Watch the welcome.
2. Choose **one post of your own** about mental health, published or not.
3. Ask yourself: who might read it alone, at night?

Nobody will see your post unless you show it.
"""

RUN_SHEET = """| minute | what | who |
|---|---|---|
| 0 | Welcome; you may leave at any time | lead |
| 10 | What research says | lead |
| 35 | Pause. Ask who needs one | assistant |
| 40 | Rewriting in pairs | all |
| 75 | What did you take out? | lead |
| 85 | Where there is help | assistant |

One of you watches the chat the whole time, and somebody of the line is on call.
"""

RULES_OF_THE_HOUSE = """- Be kind. Somebody is reading who has a bad day.
- No details of how or where.
- Who asks for help gets an answer before anything else.
- Moderators may hide a comment without discussing it.
"""

MODERATING = """1. Test the delay and the word filter a quarter of an hour before.
2. Two moderators at any time; agree who takes the private messages.
3. Pin the number of the line before the first question.
4. If somebody is in danger: answer, stay, call the line on the second phone.
"""

READING = "https://www.who.int/publications/i/item/9789240076846"
