"""The English grammar."""

from __future__ import annotations

HEADLINE = (
    "{title}[: an invitation|, and you|: come as it gets dark|: save the evening]",
    "[Come to|See you at|Find us at|Meet us at] {title}",
    "{title} [begins|is coming|opens its doors|calls]",
)
STANDFIRST = (
    "{place}, {date}: [look up, sit close, stay late|bring a coat and someone you like|the evening is yours].",
    "[From|On] {date} [we meet|everyone gathers|the lights go on] at {place}.",
    "[Keep|Save|Mark] {date}[ free|| in red]: {place} [is where it happens|waits for you].",
    "{date}: [be there|come early|come along].",
    "{place} [is where it happens|makes room for it|sets the scene].",
    "[An evening|A moment|Some time] [to share|worth leaving home for|with room for surprise].",
)
BODY = (
    "[This is|Here comes|What you will find is] {subject}.",
    "[It is made for|We thought of|This one is for] {audience}.",
    "[We made it for|It belongs to] {audience}[, and for whoever they bring along||, first of all].",
    "[Nothing|Little] [beats|replaces] [seeing it together|being there in person|the first minute in the dark].",
    "[Someone|A neighbour|The person beside you] will [laugh|gasp|hum] [before you do|at the right moment|out loud].",
    "[Afterwards|When it is over|Later] [people stay|talk goes on|nobody hurries], [and the night|and the street|and the air] [feels larger|smells of rain or bread|keeps a little of the light].",
    "[There are stories|There is something] [you will want to retell|that only work out loud|worth crossing town for].",
)
MORE = (
    "[What we like about it|The best part|Its quiet strength]: [nobody has to know anything beforehand|every seat is a good one if you lean forward|it leaves you a question to take home].",
    "[Ask|Tell] [a friend|your neighbour|the one who always says no]; [two pairs of eyes see more|company helps|it is easier than an explanation].",
    "[We have walked|We know] {place} [by day and by night|in all weathers], [and it changes when people sit down together|and it has never looked like this].",
    "{title} [grew out of|started as] [a simple wish|one idea]: [to watch together again|to make an ordinary evening count].",
)
CALL = (
    "[Write down|Remember] {date}[, tell one person more,|] and [come|join us].",
    "[See you|Until then,] at {place}.",
    "[Come along|Be our guest|We look forward to you].",
)
