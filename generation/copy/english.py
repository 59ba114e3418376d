"""The English grammar. It invites and addresses; facts come from the prompt alone.

Sentences are short and full of choices on purpose: two works should not share a long run of words.
"""

from __future__ import annotations

JOINT = " "

HEADLINE = {
    "warm": (
        "{title}[: an invitation|, and you|: come and see|, with you in mind]",
        "[Come to|See you at|Meet us at|Join us for|You are invited to] {title}",
        "{title}[: come as you are|: bring someone along|: be there]",
    ),
    "lively": (
        "[Ready for|Are you in for|Who is up for] {title}?",
        "{title}[: be there|: bring everyone|: come one, come all|: jump in]!",
        "[Hello,|Here comes|Make way for|Say yes to] {title}!",
    ),
    "formal": (
        "{title}[: an invitation|: announcement|: you are cordially invited]",
        "[Invitation to|Presenting|We present:] {title}",
    ),
    "plain": ("{title}", "{title}[: the details|: what to know]", "About {title}"),
}

STANDFIRST = (
    "{where}, {when}[: come and see|: you are invited|: bring a friend|].",
    "[Join us|Meet us|Find us|Come and find us] {where}[,|] {when}.",
    "{date}, {place}. [You are invited|Come and see for yourself|Consider this your invitation].",
    "{when}, {where}: [this is your invitation|come along|there is something to share].",
    "[Keep|Save|Set aside|Mark] {date}[ in your calendar| for it|].",
    "[Meet us|Join us|Find us|Come and see us] {where}.",
    "[Here is|This is] {subject}.",
    "[A small|An open|A short] invitation[, meant for you|, to be passed on|].",
)

SAYS = {
    "subject": (
        "{title} is {subject}[, and you are invited|, made to be shared|].",
        "[In short|In a few words|At its heart], {title} is {subject}.",
        "[Think of|Picture|Imagine] {subject}: that is {title}.",
        "[Expect|Look forward to|Get ready for] {subject}.",
    ),
    "audience": (
        "[It is|All this is|This is] meant for {audience}[, first of all|, and whoever they bring|].",
        "[Calling|A word to|To] {audience}: [this one is yours|we thought of you first|do come].",
        "[Are you among|Do you count yourself among] {audience}? [This is for you|Come along].",
        "[We had|We have] {audience} in mind[, friends included|, and all they know|].",
    ),
    "guests": (
        "[With|Taking part:|There too:] {guests}.",
        "[Among the names|The names to know]: {guests}.",
    ),
    "host": (
        "{host} [invites you|is your host|welcomes you].",
        "[Your host|The invitation comes from|Brought to you by]: {host}.",
    ),
    "place": ("[Place|Where|Venue]: {place}.", "[Find us|Meet us|You will find us] {where}."),
    "date": ("[Date|When]: {date}.", "[Note|Remember|Write down] the date: {date}."),
    "time": ("[Time|Hours|When to come]: {time}.",),
    "price": ("[Admission|Tickets|Entry]: {price}.",),
    "link": ("[More|Details|Find out more]: {link}",),
}

THOUGHTS = {
    "warm": (
        (
            "[Bring|Ask|Invite] [someone you like|an old friend|a neighbour|somebody new]"
            "[ along|; two see more|; it is better in company]."
        ),
        (
            "[Some|Certain|A few] [memories|stories|moments] [only happen|grow|take shape]"
            " [in company|when shared|among others]."
        ),
        (
            "[Leave|Put away] [the phone|the list|the hurry] [for a while|for once|for an hour]"
            "[ and look up|, then look around|]."
        ),
        "[Stay|Linger|Wait] [for the talk afterwards|longer than planned|as long as you like].",
        "[Curiosity|An open mind|Good humour|A question] [is welcome|is worth bringing|travels well].",
        "[We look forward to|We are glad of|We are curious about] [your company|your questions|you].",
        (
            "[Nothing|Little|No recording] [replaces|quite replaces|stands in for]"
            " [being there|the real thing|your own eyes]."
        ),
        "[Come early|Come late|Come for an hour]: [we are glad either way|it is up to you].",
        (
            "[Tell|Write to|Call] [somebody|a friend far away|your favourite colleague] about it"
            "[ today| now|]."
        ),
    ),
    "lively": (
        "[Clear your diary|Drop everything|Round up your friends] and [come along|join in|be part of it]!",
        "[No excuses|No dithering|No ifs]: [grab a friend|bring the gang|jump in].",
        "[Who is in|Who comes along|Are you with us]? [We are|You know you want to|Hands up].",
        "[Big smiles|Loud laughter|Happy noise|Silly hats] [welcome|encouraged|most welcome]!",
        "[Wear|Put on] [your brightest scarf|good shoes|whatever makes you grin].",
        "[Spread the word|Shout it out|Pass it on][, loudly|, twice|]!",
        "[Blink|Hesitate|Wait too long] and [you miss it|it is over|somebody else has the story].",
    ),
    "formal": (
        (
            "[We would be honoured|It would be our pleasure|We should be delighted] to"
            " [welcome you|receive you|count you among our guests]."
        ),
        "[Your presence|Your attention|Your company] [would do us honour|is valued|would please us].",
        "[Please|Kindly] [share|pass on] this invitation [with colleagues|in your circle|to friends].",
        "[We thank you|Accept our thanks] for [your interest|your kind attention|your support].",
        "[Questions|Enquiries|Replies] are [welcome|gladly answered|received with pleasure].",
        "[We commend|We recommend] it to [your attention|your calendar|your curiosity].",
    ),
    "plain": (
        "[Please pass this on|Tell others|Feel free to share this].",
        "[That is the plan|These are the details|That is what we know].",
        "[Questions are welcome|Ask us anything|Write if something is unclear].",
    ),
    "film": (
        (
            "[A film|A good film|The same film] [changes|looks different|lands differently] when"
            " [a whole row holds its breath|someone laughs first|strangers watch with you]."
        ),
        (
            "[Watch|See it] [closely|together|large], then [argue|talk|wonder]"
            " [about the ending|on the way home|over a drink]."
        ),
    ),
    "music": (
        (
            "[A song|Music|A melody] [goes further|sinks deeper|stays longer] when"
            " [nobody listens alone|somebody hums along|you hear it together]."
        ),
        "[Listen|Lean in|Close your eyes], [then tap along|then sing along|and let it carry you].",
    ),
    "art": (
        "[Pictures|Works of art|Good works] [reward|repay|answer] [a second look|slow eyes|patience].",
        "[Stand close|Step back|Walk around], [look again|ask what others see|trust your eyes].",
    ),
    "stage": (
        (
            "[A stage|A live performance|Every play] [needs|begins with|lives from]"
            " [its audience|people who watch|you]."
        ),
        "[Hold your breath|Laugh out loud|Applaud late]: [the players notice|all of it helps].",
    ),
    "books": (
        (
            "[A text|A story|A poem] [sounds different|opens up|gains a voice]"
            " [read aloud|in another's voice|among listeners]."
        ),
        "[Bring|Lend|Recommend] [a book you love|your favourite line|something you never finished].",
    ),
    "food": (
        "[A good taste|A good meal|An unfamiliar flavour] [is best shared|starts conversations].",
        "[Come hungry|Bring an appetite|Skip lunch], [and bring a friend|and take your time].",
    ),
    "light": (
        "[Light|A little light|A lantern] [gathers people|draws us together|makes faces friendly].",
        "[Look up|Look closely|Look twice] [at every glow|before you speak|and make a wish].",
    ),
    "nature": (
        "[Fresh air|An open sky|A path] [clears the mind|does its own persuading|asks for good shoes].",
        "[Walk slowly|Breathe in|Look closely]: [the small things count|there is no hurry].",
    ),
}

_CALLS = (
    "[Come|Join us|Be there]: {when}, {where}.",
    "[Note|Write down|Remember] {date}[ and come| and tell one person more|, then join us].",
    "[See you|Meet us|We meet] {where}.",
    "[Come along|Be our guest|Come and see for yourself|We look forward to you].",
)
CALL = {
    "warm": _CALLS,
    "lively": (
        "[Be there|Jump in|Come running]: {when}, {where}!",
        "{date}[! Be there|! Bring everyone|: see you then]!",
        "[See you|Meet us|Party with us] {where}!",
        "[Come along|Join in|What are you waiting for, come]!",
    ),
    "formal": (
        "[We look forward to welcoming you|We hope to receive you] {where}, {when}.",
        "[Kindly note|Please note|Please reserve] the date: {date}.",
        "[We look forward to welcoming you|We await you with pleasure|Be our guest].",
    ),
    "plain": _CALLS,
}
